//! HTTP servers of one thread that reply `hello`: hyper on two runtimes, and our own.

use std::convert::Infallible;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};

use crate::servers::listen;

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(b"hello"))))
}

pub fn hyper_on_tokio(port: &dyn Fn(u16)) {
    let listener = listen(port);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.set_nodelay(true);
            let stream = hyper_util::rt::TokioIo::new(stream);
            tokio::spawn(http1::Builder::new().serve_connection(stream, service_fn(hello)));
        }
    });
}

pub fn hyper_on_coro(port: &dyn Fn(u16)) {
    let listener = listen(port);
    coro_runtime::block_on(async {
        let listener = coro_runtime::net::TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.set_nodelay(true);
            coro_runtime::spawn(http1::Builder::new().serve_connection(stream, service_fn(hello)));
        }
    });
}

pub fn own(port: &dyn Fn(u16)) {
    use coro_runtime::http::{self, Request, Response};
    async fn hello(_: Request) -> Response {
        Response::new(200).with_body("hello")
    }
    let listener = listen(port);
    coro_runtime::block_on(async {
        let listener = coro_runtime::net::TcpListener::from_std(listener).unwrap();
        http::serve(listener, hello).await.unwrap();
    });
}
