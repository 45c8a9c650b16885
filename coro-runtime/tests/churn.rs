//! Ten thousand connections come and go, in every way in which peers leave: descriptors and tasks
//! are as many afterwards as before, and each failure tells its cause. One test in a process of its
//! own, since it counts what is open.

mod common;

use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{Drops, Log, open_descriptors, reset_on_close, within_a_minute};
use coro_runtime::http::{self, Client, Error, Request, Response};
use coro_runtime::net::{TcpListener, TcpStream};
use coro_runtime::time::{sleep, timeout};
use coro_runtime::{Builder, JoinSet, Runtime, spawn, yield_now};

/// How many clients there are at a time, and how often each connects.
const CLIENTS: usize = 50;
const ROUNDS: usize = 100;

/// The tasks and connections of a server.
#[derive(Clone, Default)]
struct Served {
    begun: Arc<AtomicUsize>,
    ended: Drops,
    /// Errors that are none of a peer that leaves.
    strange: Log,
}

impl Served {
    async fn until_all_have_ended(&self, count: usize) {
        while self.begun.load(Ordering::SeqCst) < count || self.ended.count() < count {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Sends back what comes, to the end.
async fn send_back(stream: &TcpStream) -> io::Result<()> {
    let mut buffer = [0; 512];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..count]).await?;
    }
}

fn is_of_a_leaver(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
    )
}

async fn serve(listener: TcpListener, served: Served) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        served.begun.fetch_add(1, Ordering::SeqCst);
        let guard = served.ended.guard();
        let strange = served.strange.clone();
        spawn(async move {
            let outcome = send_back(&stream).await;
            drop(stream);
            if let Err(error) = outcome
                && !is_of_a_leaver(&error)
            {
                strange.note(format!("{error:?}"));
            }
            // Last: when it is counted, the descriptor is closed.
            drop(guard);
        });
    }
}

/// One connection, which ends in one of six ways.
async fn connect(address: SocketAddr, way: usize) {
    let stream = TcpStream::connect(address).await.unwrap();
    // A closed port is not held for a minute, or there would soon be none left.
    reset_on_close(&stream);
    let message = vec![way as u8; 1 + way * 37 % 2000];
    let mut reply = vec![0; message.len()];
    match way % 6 {
        0 => {}
        1 => {
            stream.write_all(&message).await.unwrap();
            stream.read_exact(&mut reply).await.unwrap();
            assert_eq!(reply, message);
        }
        2 => {
            stream.write_all(&message).await.unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            stream.read_exact(&mut reply).await.unwrap();
            assert_eq!(reply, message);
            assert_eq!(stream.read(&mut reply).await.unwrap(), 0);
        }
        3 => stream.write_all(&message).await.unwrap(),
        4 => {
            let silence = timeout(Duration::from_micros(100), stream.read(&mut reply));
            assert!(silence.await.is_err());
        }
        _ => {
            let reading = spawn(async move { stream.read(&mut reply).await });
            yield_now().await;
            reading.abort();
            assert!(reading.await.unwrap_err().is_cancelled());
        }
    }
}

async fn churn() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = Served::default();
    let server = spawn(serve(listener, served.clone()));
    yield_now().await;
    let before = open_descriptors();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(async move {
            for round in 0..ROUNDS {
                connect(address, client * ROUNDS + round).await;
            }
        });
    }
    clients.join_all().await;
    served.until_all_have_ended(CLIENTS * ROUNDS).await;
    assert_eq!(open_descriptors(), before);
    assert!(served.strange.taken().is_empty());
    server.abort();
    let _ = server.await;
}

/// A reader that takes its time makes its own writer wait, and nobody else.
async fn a_slow_reader() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let slow = TcpStream::connect(address).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    // More than twice what the kernel holds between the two.
    let length = 32 << 20;
    let writing = spawn(async move { server.write_all(&vec![7; length]).await });
    let others = spawn(serve(listener, Served::default()));
    let mut buffer = vec![0; 64 << 10];
    let mut total = 0;
    while total < length {
        if total < length / 2 {
            assert!(!writing.is_finished(), "there is no room for that much");
            connect(address, 1).await;
        }
        total += slow.read(&mut buffer).await.unwrap();
    }
    assert_eq!(total, length);
    writing.await.unwrap().unwrap();
    others.abort();
}

async fn answer(request: Request) -> Response {
    Response::plain(200, request.path())
}

/// A server whose peer resets the connection after each number of bytes of its request.
async fn resets_of_a_client() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn(http::serve(listener, answer));
    let request = b"POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello";
    for count in 0..=request.len() {
        let client = TcpStream::connect(address).await.unwrap();
        reset_on_close(&client);
        client.write_all(&request[..count]).await.unwrap();
        if count % 2 == 0 {
            yield_now().await;
        }
        drop(client);
    }
    let reply = http::get(&format!("http://{address}/b")).await.unwrap();
    assert_eq!(reply.body(), b"/b");
    server.abort();
    let _ = server.await;
}

/// A client whose peer resets the connection after each number of bytes of its reply.
async fn resets_of_a_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
    let server = spawn(async move {
        for count in 0..reply.len() {
            let (stream, _) = listener.accept().await.unwrap();
            stream.read(&mut [0; 1024]).await.unwrap();
            stream.write_all(&reply[..count]).await.unwrap();
            reset_on_close(&stream);
        }
    });
    for count in 0..reply.len() {
        let error = Client::new().get(&url).await.unwrap_err();
        assert!(
            matches!(error, Error::Reset(_) | Error::CutShort),
            "{count}: {error:?}"
        );
    }
    server.await.unwrap();
}

#[test]
fn whoever_leaves_leaves_nothing_behind() {
    within_a_minute(|| {
        let before = open_descriptors();
        let runtime = Runtime::new().unwrap();
        runtime.block_on(churn());
        runtime.block_on(a_slow_reader());
        runtime.block_on(resets_of_a_client());
        runtime.block_on(resets_of_a_server());
        drop(runtime);
        assert_eq!(open_descriptors(), before);

        let builder = Builder::new().worker_threads(2);
        let runtime = builder.build_multi_thread().unwrap();
        runtime.block_on(churn());
        drop(runtime);
        assert_eq!(open_descriptors(), before);
    });
}
