//! A library of others on our runtime: `hyper` serves HTTP, and knows nothing of this crate.
//!
//! ```text
//! cargo run -p interop --bin foreign_library
//! ```
//!
//! A future belongs to no executor: whoever polls it with a waker may run it. What ties a library
//! to a runtime are sockets and timers, so that one made for all runtimes asks for those through
//! traits of its own. `hyper` wants bytes in and out; the type below hands it our socket, and no
//! more is needed. (`coro::runtime::interop` has it ready-made, behind the feature `hyper`.) The client
//! is the one of this crate.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use coro::runtime::io::{AsyncRead, AsyncWrite};
use coro::runtime::net::{TcpListener, TcpStream};
use coro::runtime::{block_on, http, spawn_local};
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;

/// Our socket, as `hyper` knows one.
struct Socket(TcpStream);

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // By way of a buffer of our own: `hyper`'s may be uninitialised, which takes unsafe code.
        let mut buffer = [0; 4096];
        let room = into.remaining().min(buffer.len());
        let length = ready!(AsyncRead::poll_read(
            Pin::new(&mut self.0),
            context,
            &mut buffer[..room]
        ))?;
        into.put_slice(&buffer[..length]);
        Poll::Ready(Ok(()))
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        AsyncWrite::poll_write(Pin::new(&mut self.0), context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_flush(Pin::new(&mut self.0), context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_close(Pin::new(&mut self.0), context)
    }
}

type Request = hyper::Request<Incoming>;
type Response = hyper::Response<String>;

#[coro::coroutine]
async fn answer(request: Request) -> Result<Response, Infallible> {
    Ok(Response::new(format!(
        "hyper answers {} {}",
        request.method(),
        request.uri()
    )))
}

/// Answers whoever connects.
#[coro::coroutine]
async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let connection = http1::Builder::new().serve_connection(Socket(stream), service_fn(answer));
        spawn_local(connection);
    }
}

#[coro::coroutine]
async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = format!("http://{}", listener.local_addr()?);
    spawn_local(serve(listener));
    for path in ["/one", "/two"] {
        let response = http::get(&format!("{server}{path}")).await?;
        println!("{}: {}", response.status(), response.text());
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    block_on(run())
}
