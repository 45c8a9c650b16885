//! Connections that are used again, redirects, bodies in pieces, and peers that are slow with them.

mod common;
#[path = "common/raw.rs"]
mod raw;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use common::{run, within_a_minute};
use coro_runtime::http::{Client, Error, Incoming, Reply, Request, Response, Server};
use coro_runtime::net::TcpListener;
use coro_runtime::time::{pause, sleep};
use coro_runtime::{block_on, spawn, yield_now};
use futures_lite::stream::{self, StreamExt};
use raw::{Act, send, server};

/// Tells what it was asked; sends back, counts or ignores what comes; or streams.
async fn handle(request: Request, mut body: Incoming) -> Result<Reply, Error> {
    yield_now().await;
    let reply = match request.path() {
        "/echo" => Reply::stream(Response::new(200), body.into_stream()),
        "/count" => {
            let mut count = 0;
            while let Some(piece) = body.chunk().await? {
                assert!(!piece.is_empty());
                count += piece.len();
            }
            Response::plain(200, count.to_string()).into()
        }
        "/ignore" => Response::plain(200, "ignored").into(),
        "/endless" => Reply::stream(Response::new(200), stream::repeat(()).map(|()| Ok(noise()))),
        "/fails" => {
            let pieces = [Ok(b"begun".to_vec()), Err(io::Error::other("no more"))];
            Reply::stream(Response::new(200), stream::iter(pieces))
        }
        "/large" => Response::new(200).with_body(noise()).into(),
        "/nothing" => Reply::stream(Response::new(204), stream::iter([Ok(noise())])),
        path => Response::plain(200, format!("{} {path}", request.method())).into(),
    };
    Ok(reply)
}

fn noise() -> Vec<u8> {
    (0..10_000_u32).map(|index| (index % 251) as u8).collect()
}

async fn start(settings: Server) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    spawn(settings.serve_streaming(listener, handle));
    address
}

/// A server that replies to each request with `reply`, and counts connections. It closes a
/// connection after `uses`, without a word.
fn counting(reply: &'static str, uses: usize) -> (String, Arc<AtomicUsize>) {
    let listener = StdListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || {
                for _ in 0..uses {
                    let mut head = Vec::new();
                    let mut byte = [0];
                    while !head.ends_with(b"\r\n\r\n") {
                        if stream.read(&mut byte).unwrap_or(0) == 0 {
                            return;
                        }
                        head.push(byte[0]);
                    }
                    if stream.write_all(reply.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    (url, connections)
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[test]
fn a_connection_is_used_again() {
    run(|| async {
        let (url, connections) = counting(OK, usize::MAX);
        let client = Client::new();
        for _ in 0..20 {
            assert_eq!(client.clone().get(&url).await.unwrap().text(), "ok");
        }
        assert_eq!(connections.load(Ordering::SeqCst), 1);
        // As many at a time take as many connections, of which the limit is kept.
        let client = Client::new().max_idle(3);
        let gets = (0..8).map(|_| client.get(&url));
        for response in coro_runtime::join_all(gets).await {
            response.unwrap();
        }
        assert_eq!(connections.load(Ordering::SeqCst), 9);
        let gets = (0..8).map(|_| client.get(&url));
        for response in coro_runtime::join_all(gets).await {
            response.unwrap();
        }
        assert_eq!(connections.load(Ordering::SeqCst), 14);
    });
}

#[test]
fn a_connection_that_was_closed_or_must_not_be_used_is_not() {
    run(|| async {
        for (reply, uses) in [
            // The server closes behind its reply, says so, or says more than was asked.
            (OK, 1),
            (
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
                9,
            ),
            ("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", 9),
            ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok!", 9),
        ] {
            let (url, connections) = counting(reply, uses);
            let client = Client::new();
            for count in 1..=5 {
                assert_eq!(client.get(&url).await.unwrap().text(), "ok");
                assert_eq!(connections.load(Ordering::SeqCst), count, "{reply}");
            }
        }
        // Nor is one that is too old, one that nobody wants to keep, or one for a POST.
        let (url, connections) = counting(OK, usize::MAX);
        let brief = Client::new().idle_timeout(Duration::from_millis(1));
        for count in 1..=3 {
            brief.get(&url).await.unwrap();
            sleep(Duration::from_millis(3)).await;
            assert_eq!(connections.load(Ordering::SeqCst), count);
        }
        let client = Client::new();
        client.get(&url).await.unwrap();
        client.send(Request::new("POST", &url)).await.unwrap();
        assert_eq!(connections.load(Ordering::SeqCst), 5);
    });
}

#[test]
fn an_idle_connection_is_closed_when_its_time_has_come_or_its_client_is_gone() {
    within_a_minute(|| {
        let listener = StdListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (sender, ends) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().take(2) {
                let mut stream = stream.unwrap();
                let mut request = [0; 1000];
                assert!(stream.read(&mut request).unwrap() > 0);
                stream.write_all(OK.as_bytes()).unwrap();
                let end = stream.read(&mut request);
                sender.send(end.unwrap()).unwrap();
            }
        });
        block_on(async {
            // Nobody uses the client while the time passes.
            let client = Client::new().idle_timeout(Duration::from_millis(30));
            client.get(&url).await.unwrap();
            let closed = coro_runtime::spawn_blocking(move || (ends.recv(), ends));
            let (end, ends) = closed.await.unwrap();
            assert_eq!(end, Ok(0));

            let client = Client::new();
            client.get(&url).await.unwrap();
            drop(client);
            assert_eq!(ends.recv(), Ok(0));
        });
    });
}

#[test]
fn a_client_outlives_its_runtime() {
    within_a_minute(|| {
        let (url, connections) = counting(OK, usize::MAX);
        let client = Client::new();
        for count in 1..=3 {
            block_on(client.get(&url)).unwrap();
            assert_eq!(connections.load(Ordering::SeqCst), count);
        }
    });
}

#[test]
fn redirects_are_followed_within_their_limit() {
    run(|| async {
        async fn turn(request: Request) -> Response {
            let number: u32 = request.path()[1..].parse().unwrap_or(0);
            let body = String::from_utf8_lossy(request.body()).into_owned();
            match (request.query(), number) {
                (_, 0) => Response::plain(200, format!("{} [{body}]", request.method())),
                (Some(status), _) => Response::new(status.parse().unwrap())
                    .header("location", format!("./{}?{status}", number - 1))
                    .with_body("elsewhere"),
                (None, _) => Response::new(404),
            }
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        spawn(Server::new().serve(listener, turn));
        let client = Client::new();
        let post = |path: &str| Request::new("POST", format!("{base}{path}")).with_body("body");
        for (path, text) in [
            ("/3?301", "GET []"),
            ("/3?302", "GET []"),
            ("/3?303", "GET []"),
            ("/3?307", "POST [body]"),
            ("/10?308", "POST [body]"),
        ] {
            assert_eq!(
                client.send(post(path)).await.unwrap().text(),
                text,
                "{path}"
            );
        }
        let error = client.send(post("/11?307")).await.unwrap_err();
        assert!(matches!(error, Error::TooManyRedirects { limit: 10 }));
        let response = client.clone().max_redirects(0).send(post("/1?302")).await;
        assert_eq!(response.unwrap().status(), 302);
        // A stream cannot be sent again, so it is for the caller to do.
        let pieces = stream::iter([Ok(b"body".to_vec())]);
        let request = Request::new("POST", format!("{base}/1?307"));
        let (response, _) = client.open_with(request, pieces).await.unwrap();
        assert_eq!(response.status(), 307);

        let (url, thread) = server(vec![send(
            "HTTP/1.1 302 Found\r\nlocation: https://localhost/\r\n\r\n",
        )]);
        let error = client.get(&url).await.unwrap_err();
        assert!(matches!(error, Error::Url { .. }), "{error:?}");
        thread.join().unwrap();
    });
}

#[test]
fn a_body_is_sent_while_its_echo_is_read() {
    run(|| async {
        // Far more than the buffers on the way hold: who does not read meanwhile hangs.
        let address = start(Server::new()).await;
        let client = Client::new();
        let pieces = stream::repeat(()).map(|()| Ok(noise())).take(1000);
        let request = Request::new("POST", format!("http://{address}/echo"));
        let (response, mut body) = client.open_with(request, pieces).await.unwrap();
        assert_eq!(response.headers().get("transfer-encoding"), Some("chunked"));
        let (noise, mut count) = (noise(), 0);
        while let Some(piece) = body.chunk().await.unwrap() {
            for byte in piece {
                assert_eq!(byte, noise[count % noise.len()]);
                count += 1;
            }
        }
        assert_eq!(count, 10_000_000);
        assert!(body.chunk().await.unwrap().is_none());
    });
}

#[test]
fn a_connection_goes_on_behind_a_body_in_pieces() {
    within_a_minute(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        thread::spawn(move || {
            block_on(async {
                sender.send(start(Server::new()).await).unwrap();
                sleep(Duration::from_secs(60)).await;
            });
        });
        let address = receiver.recv().unwrap();
        let mut client = raw::Client::new(address);
        let post = "POST /count HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        for _ in 0..3 {
            client
                .send(post)
                .drip("3\r\nabc\r\n")
                .send("2\r\nde\r\n0\r\n\r\n");
            assert_eq!(client.reply().1, "5");
        }
        client.send("GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n");
        assert_eq!(client.reply().0, "HTTP/1.1 204 No Content");
        client.send("HEAD /fails HTTP/1.1\r\nhost: a\r\n\r\n");
        assert_eq!(client.reply().0, "HTTP/1.1 200 OK");
        client.send("GET /x HTTP/1.1\r\nhost: a\r\n\r\n");
        assert_eq!(client.reply().1, "GET /x");
        // Behind one that nobody reads it does not.
        client.send("POST /ignore HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc");
        let rest = client.rest();
        assert!(rest.contains("connection: close\r\n"), "{rest}");
        assert!(rest.ends_with("\r\n\r\nignored"), "{rest}");
        // What is malformed or cut is told, as long as no reply has begun.
        for wrong in ["x\r\n", "3\r\nabcd"] {
            let rest = raw::Client::new(address).send(post).send(wrong).rest();
            assert!(rest.starts_with("HTTP/1.1 400 "), "{wrong:?}: {rest}");
        }
        let rest = raw::Client::new(address)
            .send(post)
            .send("3\r\na")
            .close_write()
            .rest();
        assert!(rest.starts_with("HTTP/1.1 400 "), "{rest}");
        // A client that knows no chunks reads to the end.
        let rest = raw::Client::new(address)
            .send("POST /echo HTTP/1.0\r\ncontent-length: 5\r\n\r\nhello")
            .rest();
        assert!(!rest.contains("chunked"), "{rest}");
        assert!(rest.ends_with("\r\n\r\nhello"), "{rest}");
    });
}

#[test]
fn a_stream_that_fails_is_noticed_on_both_sides() {
    run(|| async {
        let address = start(Server::new()).await;
        let client = Client::new();
        let request = Request::get(format!("http://{address}/fails"));
        let (_, mut body) = client.open(request).await.unwrap();
        let error = body.read_to_end(1000).await.unwrap_err();
        assert!(
            matches!(error, Error::CutShort | Error::Reset(_)),
            "{error:?}"
        );

        let pieces = stream::iter([Ok(noise()), Err(io::Error::other("no more"))]);
        let request = Request::new("PUT", format!("http://{address}/count"));
        let error = client.open_with(request, pieces).await.unwrap_err();
        assert!(matches!(error, Error::Source(_)), "{error:?}");

        // The limit is the reader's, and ends what has no end.
        let request = Request::get(format!("http://{address}/endless"));
        let (_, mut body) = client.open(request).await.unwrap();
        let error = body.read_to_end(100_000).await.unwrap_err();
        assert!(matches!(error, Error::BodyTooLarge { limit: 100_000 }));
        assert!(body.chunk().await.is_err());
    });
}

#[test]
fn the_limit_of_a_body_holds_for_streams_if_it_is_given() {
    run(|| async {
        let too_large = |error: Error| matches!(error, Error::BodyTooLarge { limit: 5_000 });
        let address = start(Server::new()).await;
        let limited = Client::new().max_body(5_000);
        for path in ["endless", "large"] {
            let request = Request::get(format!("http://{address}/{path}"));
            let error = match limited.open(request).await {
                Ok((_, mut body)) => loop {
                    match body.chunk().await {
                        Ok(piece) => assert!(piece.is_some(), "{path}"),
                        Err(error) => break error,
                    }
                },
                Err(error) => error,
            };
            assert!(too_large(error), "{path}");
        }

        let address = start(Server::new().max_body(5_000)).await;
        let url = format!("http://{address}/count");
        for (length, status) in [(5_000, 200), (5_001, 413)] {
            let body = vec![7; length];
            let request = Request::new("PUT", &url).with_body(body.clone());
            let response = Client::new().send(request).await.unwrap();
            assert_eq!(response.status(), status);
            let request = Request::new("PUT", &url);
            let pieces = stream::iter([Ok(body)]);
            let opened = Client::new().open_with(request, pieces).await;
            assert_eq!(opened.unwrap().0.status(), status);
        }
    });
}

#[test]
fn a_server_that_falls_silent_is_given_up() {
    within_a_minute(|| {
        for part in [
            "",
            "HTTP/1.1 200",
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
        ] {
            let (url, thread) = server(vec![send(part), Act::Hold]);
            let client = Client::new().read_timeout(Duration::from_millis(50));
            let error = block_on(client.get(&url)).unwrap_err();
            assert!(matches!(error, Error::Stalled), "{part:?}: {error:?}");
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_client_that_does_not_take_its_reply_is_given_up() {
    /// More than the kernel holds between a server and its client.
    const SIZE: usize = 32 << 20;
    run(|| async {
        // The clock moves when nobody can go on: when the kernel holds all it can.
        pause();
        async fn large(request: Request, _body: Incoming) -> Result<Reply, Error> {
            Ok(match request.path() {
                "/whole" => Response::new(200).with_body(vec![0; SIZE]).into(),
                "/piece" => Reply::stream(Response::new(200), stream::iter([Ok(vec![0; SIZE])])),
                _ => Reply::stream(
                    Response::new(200),
                    stream::repeat(()).map(|()| Ok(noise())).take(SIZE / 10_000),
                ),
            })
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = Server::new().write_timeout(Duration::from_millis(100));
        spawn(settings.serve_streaming(listener, large));
        let clients = ["whole", "piece", "pieces"].map(|path| async move {
            let stream = coro_runtime::net::TcpStream::connect(address)
                .await
                .unwrap();
            let request = format!("GET /{path} HTTP/1.1\r\nhost: a\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            sleep(Duration::from_secs(1)).await;
            // What the kernel holds can be read; then comes the end, far before that of the body.
            let mut buffer = vec![0; 1 << 20];
            let mut count = 0;
            while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                count += read;
            }
            assert!((1..SIZE).contains(&count), "{path}: {count}");
        });
        coro_runtime::join_all(clients).await;
    });
}

#[test]
fn a_client_that_is_slow_or_idle_is_given_up() {
    within_a_minute(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        thread::spawn(move || {
            block_on(async {
                let settings = Server::new()
                    .header_timeout(Duration::from_millis(200))
                    .keep_alive(Duration::from_millis(100))
                    .read_timeout(Duration::from_millis(150));
                sender.send(start(settings).await).unwrap();
                sleep(Duration::from_secs(60)).await;
            });
        });
        let address = receiver.recv().unwrap();
        assert_eq!(raw::Client::new(address).rest(), "");
        let rest = raw::Client::new(address).send("GET / HT").rest();
        assert!(rest.starts_with("HTTP/1.1 408 "), "{rest}");
        let rest = raw::Client::new(address)
            .send("GET /x HTTP/1.1\r\nhost: a\r\n\r\n")
            .rest();
        assert!(rest.ends_with("\r\n\r\nGET /x"), "{rest}");
        let rest = raw::Client::new(address)
            .send("PUT /count HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc")
            .rest();
        assert!(rest.starts_with("HTTP/1.1 408 "), "{rest}");
    });
}
