//! The client against servers that reply well, badly, slowly, too much or not at all.

mod common;
#[path = "common/raw.rs"]
mod raw;

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use common::{run, within_a_minute};
use coro_runtime::http::{Client, Error, Request, Response};
use coro_runtime::{block_on, join_all};
use raw::{Act, send, server};

type Outcome = Result<Response, Error>;

/// What comes of a GET at a server that does so.
fn got_with(client: Client, acts: Vec<Act>) -> Outcome {
    within_a_minute(move || {
        let (url, thread) = server(acts);
        let outcome = block_on(client.get(&url));
        // It keeps the connection, and a server may wait for the end of that.
        drop(client);
        thread.join().unwrap();
        outcome
    })
}

fn got(acts: Vec<Act>) -> Outcome {
    got_with(Client::new(), acts)
}

#[track_caller]
fn check(outcome: Outcome, status: u16, body: &str) {
    let response = outcome.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!((response.status(), &*response.text()), (status, body));
}

/// Replies, each with the status and the body that they mean.
const REPLIES: &[(&str, u16, &str)] = &[
    (
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        200,
        "hello",
    ),
    (
        "HTTP/1.1 200 OK\r\nContent-Length:5\r\n\r\nhello",
        200,
        "hello",
    ),
    ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, ""),
    (
        "HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\ngone",
        404,
        "gone",
    ),
    ("HTTP/1.1 299\r\ncontent-length: 1\r\n\r\nx", 299, "x"),
    ("HTTP/1.0 200 OK\ncontent-length: 2\n\nlf", 200, "lf"),
    (
        "\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        200,
        "ok",
    ),
    (
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n8;x=y\r\n, world!\r\n0\r\n\r\n",
        200,
        "hello, world!",
    ),
    (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n00a\r\n0123456789\r\n0\r\nx: y\r\n\r\n",
        200,
        "0123456789",
    ),
    (
        "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n",
        204,
        "",
    ),
    (
        "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n",
        304,
        "",
    ),
    (
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        200,
        "ok",
    ),
];

#[test]
fn replies_are_read_while_the_connection_stays_open() {
    for &(reply, status, body) in REPLIES {
        check(got(vec![send(reply), Act::Hold]), status, body);
        check(got(vec![Act::Drip(reply.into()), Act::Hold]), status, body);
    }
}

#[test]
fn what_follows_a_reply_is_left_alone() {
    for &(reply, status, body) in REPLIES {
        let more = send(format!("{reply}\0HTTP/1.1 garbage"));
        check(got(vec![more, Act::Hold]), status, body);
    }
}

#[test]
fn a_reply_without_a_length_ends_with_the_connection() {
    let reply = "HTTP/1.1 200 OK\r\n\r\nall the rest";
    check(got(vec![send(reply)]), 200, "all the rest");
    check(got(vec![Act::Drip(reply.into())]), 200, "all the rest");
}

#[test]
fn headers_are_found_whatever_their_case() {
    let reply =
        "HTTP/1.1 200 Fine, thanks\r\nX-A:  1 \r\nx-b: \r\nX-a: 2\r\ncontent-length: 0\r\n\r\n";
    let response = got(vec![send(reply)]).unwrap();
    assert_eq!(response.reason(), "Fine, thanks");
    let headers = response.headers();
    assert_eq!(headers.get("x-A"), Some("1"));
    assert_eq!(headers.get_all("x-a").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(headers.get("X-B"), Some(""));
    assert_eq!(headers.get("x-c"), None);
    assert_eq!(headers.len(), 4);
}

#[test]
fn a_body_need_not_be_text() {
    let mut reply = b"HTTP/1.1 200 OK\r\ncontent-length: 256\r\n\r\n".to_vec();
    reply.extend(0..=255);
    let response = got(vec![send(&reply)]).unwrap();
    assert_eq!(response.body(), (0..=255).collect::<Vec<u8>>());
    assert_eq!(response.into_body().len(), 256);
}

#[test]
fn a_large_body_arrives_whole() {
    let body: Vec<u8> = (0..3_000_000_u32)
        .map(|index| (index % 251) as u8)
        .collect();
    let mut reply = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.chunks(77_777) {
        reply.extend(format!("{:X}\r\n", chunk.len()).bytes());
        reply.extend(chunk);
        reply.extend(b"\r\n");
    }
    reply.extend(b"0\r\n\r\n");
    let response = got(vec![send(&reply), Act::Hold]).unwrap();
    assert!(response.body() == body);
}

#[test]
fn the_request_is_what_a_server_expects() {
    within_a_minute(|| {
        let sent = |request: fn(String) -> Request| {
            let (url, thread) = server(vec![send("HTTP/1.1 204 X\r\n\r\n")]);
            let authority = url["http://".len()..].trim_end_matches('/').to_owned();
            block_on(Client::new().send(request(url))).unwrap();
            let request = String::from_utf8(thread.join().unwrap()).unwrap();
            request.replace(&authority, "HOST")
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            sent(|url| Request::get(format!("{url}a b?c=d#e"))),
            format!(
                "GET /a%20b?c=d HTTP/1.1\r\nhost: HOST\r\nuser-agent: coro/{version}\r\n\
                 accept: */*\r\n\r\n"
            )
        );
        let request = sent(|url| {
            Request::new("POST", url)
                .header("Host", "other")
                .header("User-Agent", "me")
                .header("accept", "text/plain")
                .header("Content-Length", "999")
                .with_body("hello")
        });
        assert_eq!(
            request,
            "POST / HTTP/1.1\r\nHost: other\r\nUser-Agent: me\r\naccept: text/plain\r\n\
             content-length: 5\r\n\r\n"
        );
    });
}

#[test]
fn a_request_that_cannot_be_sent_is_refused_before_it_is() {
    run(|| async {
        let unused = "http://127.0.0.1:1/";
        for request in [
            Request::new("", unused),
            Request::new("GET /x", unused),
            Request::new("CONNECT", unused),
            Request::get(unused).header("a b", "c"),
            Request::get(unused).header("a", "b\r\nc: d"),
        ] {
            let error = Client::new().send(request).await.unwrap_err();
            assert!(matches!(error, Error::Request(_)), "{error:?}");
        }
        for url in ["", "localhost", "https://localhost/", "http://a/\r\n"] {
            let error = Client::new().get(url).await.unwrap_err();
            assert!(matches!(error, Error::Url { .. }), "{error:?}");
        }
    });
}

#[test]
fn a_reply_to_head_has_no_body() {
    within_a_minute(|| {
        let reply = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
        let (url, thread) = server(vec![send(reply), Act::Hold]);
        let outcome = block_on(Client::new().send(Request::new("HEAD", url)));
        check(outcome, 200, "");
        thread.join().unwrap();
    });
}

#[test]
fn a_reply_that_is_cut_anywhere_is_an_error() {
    for &(reply, _, _) in REPLIES {
        for end in 0..reply.len() {
            let outcome = got(vec![send(&reply[..end])]);
            assert!(
                matches!(outcome, Err(Error::CutShort)),
                "{:?}: {outcome:?}",
                &reply[..end]
            );
        }
    }
}

#[test]
fn a_reset_is_told_apart_from_the_end() {
    // Before the head, in it, and in a body of any kind.
    for part in [
        "",
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\n\r\nand",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nand",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nand",
    ] {
        let error = got(vec![send(part), Act::Reset]).unwrap_err();
        let Error::Reset(cause) = &error else {
            panic!("{part:?}: {error:?}");
        };
        assert_eq!(cause.kind(), ErrorKind::ConnectionReset);
    }
}

#[test]
fn a_malformed_head_is_an_error_at_once() {
    for wrong in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "220 mail.example ESMTP\r\n",
        "<html></html>",
        "\0\0\0\0",
        "HTTP/2 200\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
        "HTTP/1.1 200 OK\r\na b: c\r\n\r\n",
        "HTTP/1.1 200 OK\r\na : c\r\n\r\n",
        "HTTP/1.1 200 OK\r\na: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\na: \0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ] {
        // It is not the end of the connection that tells.
        let outcome = got(vec![send(wrong), Act::Hold]);
        assert!(
            matches!(outcome, Err(Error::MalformedHead(_))),
            "{wrong:?}: {outcome:?}"
        );
    }
}

#[test]
fn a_malformed_chunk_is_an_error_at_once() {
    for wrong in [
        "x\r\n",
        "\r\n",
        "5 5\nhello",
        "5\r\nhellooo",
        "-5\r\n",
        "fffffffffffffffff\r\n",
    ] {
        let reply = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{wrong}");
        let outcome = got(vec![send(reply), Act::Hold]);
        assert!(
            matches!(outcome, Err(Error::MalformedChunk(_))),
            "{wrong:?}: {outcome:?}"
        );
    }
    let coded = "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n";
    let outcome = got(vec![send(coded), Act::Hold]);
    assert!(
        matches!(outcome, Err(Error::UnsupportedCoding)),
        "{outcome:?}"
    );
}

#[test]
fn a_flood_is_stopped_at_its_limit() {
    let ok = "HTTP/1.1 200 OK\r\n";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let client = Client::new().max_head(5000).max_body(100_000);
    let flooded = |start: &str, flood: &[u8]| {
        let acts = vec![send(start), Act::Flood(flood.to_vec())];
        got_with(client.clone(), acts).unwrap_err()
    };
    // In the head: a name, a value, empty lines, interim replies without end.
    for (start, flood) in [
        (ok, "a".repeat(100)),
        (ok, format!("a: {}\r\n", "b".repeat(1000))),
        ("HTTP/1.1 200 O", "K".repeat(100)),
        ("", "\r\n".repeat(100)),
        ("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(10)),
    ] {
        let error = flooded(start, flood.as_bytes());
        assert!(
            matches!(error, Error::HeadTooLarge { limit: 5000 }),
            "{start:?}: {error:?}"
        );
    }
    let error = flooded(ok, b"a: b\r\n");
    assert!(matches!(error, Error::TooManyFields), "{error:?}");
    // In the body.
    let close = "HTTP/1.1 200 OK\r\n\r\n";
    for (start, flood) in [
        (close, vec![b'x'; 1000]),
        (chunked, b"3\r\nabc\r\n".repeat(100)),
    ] {
        let error = flooded(start, &flood);
        assert!(
            matches!(error, Error::BodyTooLarge { limit: 100_000 }),
            "{start:?}: {error:?}"
        );
    }
    for start in [chunked.to_owned() + "0\r\n", chunked.to_owned() + "1;"] {
        let error = flooded(&start, &[b'a'; 1000]);
        assert!(
            matches!(error, Error::MalformedChunk(_)),
            "{start:?}: {error:?}"
        );
    }
    // And what only promises to be too much is not waited for.
    for length in ["100001", "18446744073709551615"] {
        let reply = format!("{ok}content-length: {length}\r\n\r\n");
        let outcome = got_with(client.clone(), vec![send(reply), Act::Hold]);
        assert!(
            matches!(outcome, Err(Error::BodyTooLarge { .. })),
            "{outcome:?}"
        );
    }
    let promise = format!("{chunked}fffffff\r\n");
    let outcome = got_with(client.clone(), vec![send(promise), Act::Hold]);
    assert!(
        matches!(outcome, Err(Error::BodyTooLarge { .. })),
        "{outcome:?}"
    );
    // The limit itself is allowed.
    let whole = format!("{ok}content-length: 100000\r\n\r\n{}", "x".repeat(100_000));
    check(
        got_with(client.clone(), vec![send(whole)]),
        200,
        &"x".repeat(100_000),
    );
}

#[test]
fn a_server_that_is_silent_or_slow_is_given_up() {
    let limit = Duration::from_millis(40);
    for acts in [
        vec![Act::Hold],
        vec![send("HTTP/1.1 200 OK\r\n"), Act::Hold],
        vec![
            send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell"),
            Act::Hold,
        ],
        vec![send("HTTP/1.1 200 OK\r\n\r\n"), Act::Hold],
    ] {
        let start = Instant::now();
        let outcome = got_with(Client::new().timeout(limit), acts);
        assert!(start.elapsed() >= limit);
        assert!(matches!(outcome, Err(Error::TimedOut)), "{outcome:?}");
    }
    // Without a limit it is waited for.
    let client = Client::new().timeout(None).connect_timeout(None);
    let reply = send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    check(got_with(client, vec![reply]), 200, "");
}

#[test]
fn a_server_that_does_not_even_accept_is_given_up() {
    run(|| async {
        // When the queue is full, the kernel leaves further attempts without an answer.
        let address = "127.0.0.1:0".parse().unwrap();
        let listener = coro_sys::socket::listen(address, 0).unwrap();
        let address = listener.local_addr().unwrap();
        let queue = (0..4).map(|_| coro_sys::socket::connect(address));
        let _queue: Vec<_> = queue.map(Result::unwrap).collect();
        let client = Client::new().connect_timeout(Duration::from_millis(40));
        let error = client.get(&format!("http://{address}/")).await.unwrap_err();
        assert!(matches!(error, Error::ConnectTimedOut), "{error:?}");
        let client = Client::new().timeout(Duration::from_millis(40));
        let error = client.get(&format!("http://{address}/")).await.unwrap_err();
        assert!(matches!(error, Error::TimedOut), "{error:?}");
    });
}

#[test]
fn there_is_no_connection_for_different_reasons() {
    run(|| async {
        let address = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap()
        };
        let client = Client::new();
        let error = client.get(&format!("http://{address}/")).await.unwrap_err();
        assert!(matches!(error, Error::Refused(_)), "{error:?}");
        let error = client.get("http://name.invalid/").await.unwrap_err();
        assert!(matches!(error, Error::Connect(_)), "{error:?}");
    });
}

#[test]
fn an_early_reply_is_read_though_the_request_was_not() {
    within_a_minute(|| {
        // More than the buffers of the kernel hold, so the rest meets a closed connection.
        let reply = "HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig";
        let (url, thread) = server(vec![send(reply)]);
        let request = Request::new("PUT", url).with_body(vec![0; 32 << 20]);
        let outcome = block_on(Client::new().send(request));
        // Whether the reset overtakes the reply is for the kernel to say.
        match outcome {
            Ok(response) => assert_eq!(response.status(), 413),
            Err(error) => assert!(matches!(error, Error::Reset(_)), "{error:?}"),
        }
        thread.join().unwrap();
    });
}

#[test]
fn good_and_bad_servers_are_asked_at_once() {
    run(|| async {
        let good = |_| vec![Act::Drip(REPLIES[7].0.into()), Act::Hold];
        let (urls, threads): (Vec<_>, Vec<_>) = (0..20)
            .map(good)
            .chain([
                vec![send("rubbish")],
                vec![send("HTTP")],
                vec![Act::Reset],
                vec![Act::Hold],
            ])
            .map(server)
            .unzip();
        // Only the last one is not worth waiting for.
        let outcomes = join_all(urls.iter().enumerate().map(async |(number, url)| {
            let limit = (number == 23).then_some(Duration::from_millis(40));
            Client::new().timeout(limit).get(url).await
        }));
        let outcomes = outcomes.await;
        for outcome in &outcomes[..20] {
            assert_eq!(outcome.as_ref().unwrap().text(), REPLIES[7].2);
        }
        assert!(matches!(outcomes[20], Err(Error::MalformedHead(_))));
        assert!(matches!(outcomes[21], Err(Error::CutShort)));
        assert!(matches!(outcomes[22], Err(Error::Reset(_))));
        assert!(matches!(outcomes[23], Err(Error::TimedOut)));
        for thread in threads {
            thread.join().unwrap();
        }
    });
}
