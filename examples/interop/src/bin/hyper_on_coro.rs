//! A server and a client of hyper, both on our runtime, with our coroutines around them.
//!
//! ```text
//! cargo run -p interop --bin hyper_on_coro
//! ```

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use coro::runtime::interop::Timer;
use coro::runtime::net::{TcpListener, TcpStream};
use coro::runtime::time::{sleep, timeout};
use coro::runtime::{block_on, spawn};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};

/// Answers one request, after a while.
#[coro::coroutine(Send)]
fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    wait!(sleep(Duration::from_millis(10)));
    let text = format!("hyper was asked for {}", request.uri().path());
    Ok(Response::new(Full::new(Bytes::from(text))))
}

/// Answers all connections; each is a task.
#[coro::coroutine]
fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (stream, _) = wait!(listener.accept())?;
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(Timer)
            .header_read_timeout(Duration::from_secs(10))
            .serve_connection(stream, service_fn(answer));
        spawn(connection);
    }
}

/// Asks for several pages over one connection.
#[coro::coroutine]
fn fetch(address: SocketAddr) -> Result<Vec<String>, Box<dyn Error>> {
    let stream = wait!(TcpStream::connect(address))?;
    let (mut sender, connection) = wait!(hyper::client::conn::http1::handshake(stream))?;
    spawn(connection);
    let mut texts = Vec::new();
    for path in ["/one", "/two", "/three"] {
        let request = Request::get(path)
            .header("host", address.to_string())
            .body(Empty::<Bytes>::new())?;
        let response = wait!(sender.send_request(request))?;
        // By its path, since `Incoming` and `&mut Incoming` both have the method.
        let body = wait!(BodyExt::collect(response.into_body()))?.to_bytes();
        texts.push(String::from_utf8(body.to_vec())?);
    }
    Ok(texts)
}

#[coro::coroutine]
fn run() -> Result<(), Box<dyn Error>> {
    let listener = wait!(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    spawn(serve(listener));
    for text in wait!(timeout(Duration::from_secs(30), fetch(address)))?? {
        println!("{text}");
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    block_on(run())
}
