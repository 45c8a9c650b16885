//! The server against clients that ask well, badly, slowly, too much or not at all.

mod common;
#[path = "common/raw.rs"]
mod raw;

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use common::within_a_minute;
use coro_runtime::http::{self, Request, Response, Server};
use coro_runtime::net::TcpListener;
use coro_runtime::time::sleep;
use coro_runtime::{block_on, join_all, yield_now};
use raw::Client;

/// Tells what it was asked, after some waiting.
async fn answer(request: Request) -> Response {
    yield_now().await;
    match request.path() {
        "/slow" => sleep(Duration::from_millis(30)).await,
        "/slower" => sleep(Duration::from_millis(600)).await,
        "/panic" => panic!("the handler goes off"),
        "/invalid" => return Response::new(200).header("a", "b\r\nc: d"),
        "/interim" => return Response::new(100),
        "/nothing" => return Response::new(204).with_body("not sent"),
        _ => {}
    }
    let body = String::from_utf8_lossy(request.body());
    let text = format!("{} {} [{body}]", request.method(), request.target());
    Response::plain(200, text).header("content-length", "999")
}

/// Starts a server whose thread ends with the process.
fn start_with(server: Server) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            server.serve(listener, answer).await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

fn start() -> SocketAddr {
    start_with(Server::new())
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n")
}

const OK: &str = "HTTP/1.1 200 OK";

#[track_caller]
fn check(client: &mut Client, status: &str, body: &str) {
    assert_eq!(client.reply(), (status.to_owned(), body.to_owned()));
}

#[test]
fn one_connection_serves_many_requests() {
    within_a_minute(|| {
        let mut client = Client::new(start());
        for number in 0..100 {
            client.send(get(&format!("/{number}?q")));
            check(&mut client, OK, &format!("GET /{number}?q []"));
        }
        client.drip(get("/slowly"));
        check(&mut client, OK, "GET /slowly []");
        client.send("\r\n").send(get("/after-an-empty-line"));
        check(&mut client, OK, "GET /after-an-empty-line []");
        assert!(client.is_silent());
    });
}

#[test]
fn requests_that_come_together_are_answered_in_turn() {
    within_a_minute(|| {
        let mut client = Client::new(start());
        let post = "POST /b HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc";
        client.send([&get("/slow"), post, &get("/c")].concat());
        check(&mut client, OK, "GET /slow []");
        check(&mut client, OK, "POST /b [abc]");
        check(&mut client, OK, "GET /c []");
        assert!(client.is_silent());
    });
}

#[test]
fn the_connection_is_closed_when_the_client_says_so() {
    within_a_minute(|| {
        let address = start();
        for request in [
            "GET /x HTTP/1.1\r\nhost: a\r\nConnection: Close\r\n\r\n",
            "GET /x HTTP/1.0\r\n\r\n",
        ] {
            let rest = Client::new(address).send(request).rest();
            assert!(rest.starts_with(OK), "{rest}");
            assert!(rest.contains("\r\nconnection: close\r\n"), "{rest}");
            assert!(rest.ends_with("\r\n\r\nGET /x []"), "{rest}");
        }
        let mut client = Client::new(address);
        client.send("GET /x HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
        check(&mut client, OK, "GET /x []");
        client.send("GET /x HTTP/1.0\r\n\r\n");
        assert!(client.rest().ends_with("GET /x []"));
        // The client says no more; what it has asked is answered.
        let mut client = Client::new(address);
        client.send(get("/x")).close_write();
        assert!(client.rest().ends_with("GET /x []"));
        assert_eq!(Client::new(address).close_write().rest(), "");
    });
}

#[test]
fn bodies_are_read_by_length_and_by_chunks() {
    within_a_minute(|| {
        let mut client = Client::new(start());
        let head = "PUT /x HTTP/1.1\r\nhost: a\r\n";
        client.send(format!("{head}content-length: 5\r\n\r\nhello"));
        check(&mut client, OK, "PUT /x [hello]");
        client.drip(format!("{head}content-length: 5\r\n\r\nhello"));
        check(&mut client, OK, "PUT /x [hello]");
        let chunks = "2\r\nhe\r\n3;x\r\nllo\r\n0\r\nt: u\r\n\r\n";
        client.send(format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}"));
        check(&mut client, OK, "PUT /x [hello]");
        client.drip(format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}"));
        check(&mut client, OK, "PUT /x [hello]");
    });
}

#[test]
fn a_client_that_waits_for_leave_gets_it() {
    within_a_minute(|| {
        let mut client = Client::new(start());
        client.send(
            "PUT /x HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n",
        );
        check(&mut client, "HTTP/1.1 100 Continue", "");
        client.send("ok");
        check(&mut client, OK, "PUT /x [ok]");
        // Leave is not given for what will not be taken.
        client.send(
            "PUT /x HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 999999999\r\n\r\n",
        );
        assert!(client.reply().0.contains("413"));
    });
}

#[test]
fn a_reply_to_head_or_without_content_has_no_body() {
    within_a_minute(|| {
        let mut client = Client::new(start());
        client.send(
            [
                "HEAD /x HTTP/1.1\r\nhost: a\r\n\r\n",
                &get("/nothing"),
                &get("/y"),
            ]
            .concat(),
        );
        client.close_write();
        let rest = client.rest();
        let replies: Vec<_> = rest.split("HTTP/1.1 ").collect();
        assert_eq!(replies.len(), 4, "{rest}");
        assert!(replies[1].ends_with("content-length: 10\r\n\r\n"), "{rest}");
        assert_eq!(replies[2], "204 No Content\r\n\r\n");
        assert!(replies[3].ends_with("\r\n\r\nGET /y []"), "{rest}");
    });
}

#[test]
fn a_malformed_request_is_answered_and_its_connection_closed() {
    within_a_minute(|| {
        let address = start();
        let post = "POST / HTTP/1.1\r\nhost: a\r\n";
        let both = "content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        let chunked = "transfer-encoding: chunked\r\n\r\n";
        for (status, wrong) in [
            (400, "\x16\x03\x01\x02\0\x01\0\x01\x7c\x03\x03".to_owned()),
            (400, "GET\r\n\r\n".to_owned()),
            (400, "GET /\r\n\r\n".to_owned()),
            (400, "GET / HTTP/2.0\r\n\r\n".to_owned()),
            (400, "GET / FTP\r\n\r\n".to_owned()),
            (400, "GET /a b HTTP/1.1\r\nhost: a\r\n\r\n".to_owned()),
            (400, "G\0T / HTTP/1.1\r\nhost: a\r\n\r\n".to_owned()),
            (400, "GET / HTTP/1.1\r\n\r\n".to_owned()),
            (
                400,
                "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n".to_owned(),
            ),
            (
                400,
                "GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n".to_owned(),
            ),
            (400, "GET / HTTP/1.1\r\nhost: a\r\nb : c\r\n\r\n".to_owned()),
            (
                400,
                "GET / HTTP/1.1\r\nhost: a\r\nb: c\r\n d\r\n\r\n".to_owned(),
            ),
            (400, format!("{post}content-length: x\r\n\r\n")),
            (400, format!("{post}content-length: +3\r\n\r\nabc")),
            (400, format!("{post}content-length: 3, 4\r\n\r\nabc")),
            (400, format!("{post}{both}")),
            (400, format!("POST / HTTP/1.0\r\n{chunked}0\r\n\r\n")),
            (400, format!("{post}{chunked}x\r\n")),
            (400, format!("{post}{chunked}2\r\nabc\r\n")),
            (413, format!("{post}content-length: 99999999999\r\n\r\n")),
            (413, format!("{post}{chunked}ffffffffff\r\n")),
            (431, format!("GET /{} HTTP/1.1\r\n", "a".repeat(100_000))),
            (
                431,
                format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200)),
            ),
            (501, format!("{post}transfer-encoding: gzip\r\n\r\n")),
        ] {
            // What was asked before is answered, what comes behind is not.
            let mut client = Client::new(address);
            client.send([&get("/before"), &*wrong, &get("/behind")].concat());
            check(&mut client, OK, "GET /before []");
            let rest = client.rest();
            let wrong = &wrong[..wrong.len().min(100)];
            assert!(
                rest.starts_with(&format!("HTTP/1.1 {status} ")),
                "{wrong:?}: {rest}"
            );
            assert!(
                rest.contains("\r\nconnection: close\r\n"),
                "{wrong:?}: {rest}"
            );
            assert!(!rest.contains("/behind"), "{wrong:?}: {rest}");
        }
    });
}

#[test]
fn a_request_that_is_cut_anywhere_harms_nobody() {
    within_a_minute(|| {
        let address = start();
        let request = "POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n\
                       5;a\r\nhello\r\n0\r\nb: c\r\n\r\n";
        for end in 0..request.len() {
            let mut client = Client::new(address);
            client.send(&request[..end]).close_write();
            let rest = client.rest();
            match end {
                0 => assert_eq!(rest, ""),
                _ => assert!(rest.starts_with("HTTP/1.1 400 "), "{end}: {rest}"),
            }
            let mut client = Client::new(address);
            client.send(&request[..end]);
            client.reset();
        }
        let mut client = Client::new(address);
        client.send(request);
        check(&mut client, OK, "POST /x [hello]");
    });
}

#[test]
fn a_flood_is_answered_and_cut_off() {
    within_a_minute(|| {
        let address = start_with(Server::new().max_head(1000).max_body(1000));
        let chunked = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        for (start, flood) in [
            ("GET / HTTP/1.1\r\n", "a: b\r\n".repeat(100)),
            ("GET /", "a".repeat(1000)),
            (chunked, "1\r\na\r\n".repeat(1000)),
            ("", "\r\n".repeat(1000)),
        ] {
            // It ends, since the server does not listen for ever.
            Client::new(address).send(start).flood(flood);
        }
        let mut client = Client::new(address);
        client.send(get("/x"));
        check(&mut client, OK, "GET /x []");
    });
}

#[test]
fn a_client_that_is_slow_is_given_up() {
    within_a_minute(|| {
        let limit = Duration::from_millis(300);
        let settings = Server::new().header_timeout(limit).keep_alive(limit);
        let address = start_with(settings.read_timeout(limit));
        // Silent from the start, and after a request.
        assert_eq!(Client::new(address).rest(), "");
        let rest = Client::new(address).send(get("/x")).rest();
        assert!(rest.ends_with("GET /x []"), "{rest}");
        // In the head, and in the body.
        for part in [
            "GET / HT",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc",
        ] {
            let rest = Client::new(address).send(part).rest();
            assert!(rest.starts_with("HTTP/1.1 408 "), "{part:?}: {rest}");
        }
        // The time of the handler is not the client's.
        let mut client = Client::new(address);
        client.send(get("/slower"));
        check(&mut client, OK, "GET /slower []");
    });
}

#[test]
fn a_handler_that_fails_harms_nobody_else() {
    within_a_minute(|| {
        let address = start();
        let mut neighbour = Client::new(address);
        neighbour.send(get("/slow"));
        assert_eq!(Client::new(address).send(get("/panic")).rest(), "");
        for path in ["/invalid", "/interim"] {
            let mut client = Client::new(address);
            client.send(get(path));
            assert_eq!(client.reply().0, "HTTP/1.1 500 Internal Server Error");
            client.send(get("/x"));
            check(&mut client, OK, "GET /x []");
        }
        check(&mut neighbour, OK, "GET /slow []");
    });
}

#[test]
fn a_client_that_leaves_early_harms_nobody() {
    within_a_minute(|| {
        let address = start();
        for _ in 0..50 {
            let mut client = Client::new(address);
            client.send([get("/slow"), get("/slow")].concat());
            client.reset();
        }
        let mut client = Client::new(address);
        client.send(get("/x"));
        check(&mut client, OK, "GET /x []");
    });
}

#[test]
fn our_client_and_our_server_understand_each_other() {
    within_a_minute(|| {
        let address = start();
        let urls: Vec<_> = (0..200).map(|n| format!("http://{address}/{n}")).collect();
        block_on(async {
            let responses = join_all(urls.iter().map(|url| http::get(url))).await;
            for (number, response) in responses.into_iter().enumerate() {
                assert_eq!(response.unwrap().text(), format!("GET /{number} []"));
            }
            let body = "x".repeat(1_000_000);
            let request = Request::new("POST", &urls[0]).with_body(body.clone());
            let response = http::Client::new().send(request).await.unwrap();
            assert_eq!(response.text(), format!("POST /0 [{body}]"));
        });
    });
}
