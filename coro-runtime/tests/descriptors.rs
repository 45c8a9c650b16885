//! The table of descriptors: nothing is leaked, and when it is full there is an error, and
//! not a hang. One test in a process of its own, since it counts and limits what is open.

mod common;

use std::io::{Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use common::{open_descriptors, within_a_minute};
use coro_runtime::http::{self, Client, Request, Response};
use coro_runtime::net::{TcpListener, TcpStream};
use coro_runtime::time::{sleep, timeout};
use coro_runtime::{Runtime, block_on, join_all, spawn, yield_now};

/// Opens files until the table is full.
fn fill_table() -> Vec<std::fs::File> {
    let mut fillers = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        fillers.push(file);
    }
    fillers
}

fn lower_limit(limit: libc::rlim_t) {
    // SAFETY: the kernel writes to and reads from `limits`, which outlives both calls.
    unsafe {
        let mut limits: libc::rlimit = std::mem::zeroed();
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limits), 0);
        limits.rlim_cur = limit;
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limits), 0);
    }
}

async fn answer(request: Request) -> Response {
    yield_now().await;
    Response::plain(200, request.path())
}

/// Traffic of all kinds, which ends in the middle of some of it.
async fn traffic() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn(http::serve(listener, answer));
    let urls: Vec<_> = (0..20).map(|n| format!("http://{address}/{n}")).collect();
    let client = Client::new();
    for response in join_all(urls.iter().map(|url| client.get(url))).await {
        assert!(response.unwrap().is_success());
    }
    // Given up: a connection that is being made, a request, a read.
    let brief = Duration::from_micros(50);
    for url in &urls {
        let _ = timeout(brief, http::get(url)).await;
    }
    let idle = TcpStream::connect(address).await.unwrap();
    let _ = timeout(brief, idle.read(&mut [0; 1])).await;
    server.abort();
    let _ = server.await;
    // Refused, since the listener has gone with its task.
    assert!(matches!(
        http::get(&urls[0]).await,
        Err(http::Error::Refused(_))
    ));
    // Left to the end of the runtime.
    spawn(async move {
        let _idle = idle;
        sleep(Duration::from_secs(1000)).await;
    });
    yield_now().await;
}

/// A runtime, and a server that meets a full table.
fn full_table() {
    let full = Some(libc::EMFILE);
    let (runtime, listener) = (
        Runtime::new().unwrap(),
        std::net::TcpListener::bind("127.0.0.1:0"),
    );
    let listener = listener.unwrap();
    let address = listener.local_addr().unwrap();
    // The client has its descriptor before the table is full.
    let mut client = std::net::TcpStream::connect(address).unwrap();
    let fillers = fill_table();

    assert_eq!(Runtime::new().unwrap_err().raw_os_error(), full);
    let (sender, receiver) = mpsc::channel();
    let requester = thread::spawn(move || {
        client.write_all(b"GET /waited HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")?;
        receiver.recv().unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply)?;
        std::io::Result::Ok(reply)
    });
    runtime.block_on(async move {
        let listener = TcpListener::from_std(listener).unwrap();
        let error = listener.accept().await.unwrap_err();
        assert_eq!(error.raw_os_error(), full);
        let error = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(error.raw_os_error(), full);
        let error = TcpListener::bind("127.0.0.1:0").await.unwrap_err();
        assert_eq!(error.raw_os_error(), full);
        let error = http::get(&format!("http://{address}/")).await.unwrap_err();
        assert!(matches!(&error, http::Error::Connect(error) if error.raw_os_error() == full));
        assert!(error.to_string().contains("Too many open files"));

        // A server waits for better times, and does not spin meanwhile.
        let server = spawn(http::serve(listener, answer));
        sleep(Duration::from_millis(50)).await;
        assert!(!server.is_finished());
        drop(fillers);
        sender.send(()).unwrap();
        while !requester.is_finished() {
            sleep(Duration::from_millis(1)).await;
        }
        let reply = requester.join().unwrap().unwrap();
        assert!(reply.ends_with("\r\n\r\n/waited"), "{reply}");
    });
}

#[test]
fn descriptors_are_returned_and_a_full_table_is_an_error() {
    within_a_minute(|| {
        lower_limit(256);
        let before = open_descriptors();
        for _ in 0..20 {
            block_on(traffic());
            assert_eq!(open_descriptors(), before);
        }
        full_table();
        assert_eq!(open_descriptors(), before);
    });
}
