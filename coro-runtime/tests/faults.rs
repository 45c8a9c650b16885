//! System calls that fail, in all the ways in which they may: what is sent arrives nevertheless,
//! or there is an error that says why not.

mod common;

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use common::within_a_minute;
use coro_runtime::http::{self, Client, Request, Response};
use coro_runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use coro_runtime::net::{TcpListener, TcpStream, UdpSocket, UnixStream};
use coro_runtime::time::{sleep, timeout};
use coro_runtime::{Builder, Runtime, join, join_all, spawn, yield_now};
use coro_sys::fault::{Call, Fault, Injection, inject};

/// Decides by numbers that look random, and are the same in each run up to the order of threads.
struct Dice(AtomicU64);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(AtomicU64::new(seed))
    }

    /// One of `limit` numbers, by a hash of how often it was asked (Steele, Lea and Flood,
    /// "Fast splittable pseudorandom number generators", 2014).
    fn below(&self, limit: u64) -> u64 {
        let step = 0x9E37_79B9_7F4A_7C15;
        let mut word = self.0.fetch_add(step, Ordering::Relaxed);
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (word ^ (word >> 31)) % limit
    }
}

const INTERRUPTED: Fault = Fault::Error(libc::EINTR);

/// A signal before most calls.
fn signals(call: Call, dice: &Dice) -> Option<Fault> {
    let _ = call;
    (dice.below(3) > 0).then_some(INTERRUPTED)
}

/// Most calls would block, and most events are late, or of the past.
fn storms(call: Call, dice: &Dice) -> Option<Fault> {
    match (call, dice.below(4)) {
        (Call::Accept | Call::Read | Call::Receive, 1..) => Some(Fault::WouldBlock),
        (Call::Write | Call::Send, 1..) => Some(Fault::WouldBlock),
        (Call::Wait, 0) => Some(Fault::Hold(dice.below(3) as usize)),
        (Call::Wait, 1) => Some(Fault::Repeat),
        _ => None,
    }
}

/// A few bytes at a time.
fn pieces(call: Call, dice: &Dice) -> Option<Fault> {
    matches!(call, Call::Read | Call::Write).then(|| Fault::Short(1 + dice.below(200) as usize))
}

/// Everything by turns.
fn chaos(call: Call, dice: &Dice) -> Option<Fault> {
    match dice.below(4) {
        0 => signals(call, dice),
        1 => storms(call, dice),
        2 => pieces(call, dice),
        _ => None,
    }
}

type Weather = fn(Call, &Dice) -> Option<Fault>;

const WEATHERS: [Weather; 4] = [signals, storms, pieces, chaos];

fn expose(weather: Weather, seed: u64) -> Injection {
    let dice = Dice::new(seed);
    inject(move |call| weather(call, &dice))
}

/// Runs a test under each plan, on a runtime of one thread and on one of two.
fn in_all_weathers<F: Future<Output = ()> + Send + 'static>(test: fn() -> F) {
    for (seed, weather) in WEATHERS.into_iter().enumerate() {
        within_a_minute(move || {
            let _injection = expose(weather, seed as u64);
            Runtime::new().unwrap().block_on(test());
            let builder = Builder::new().worker_threads(2);
            let runtime = builder.build_multi_thread().unwrap();
            runtime.block_on(runtime.spawn(test())).unwrap();
        });
    }
}

/// A byte for each place, without a short period.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|place| (place * place / 7) as u8).collect()
}

async fn send_back<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<()> {
    let mut buffer = [0; 777];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return stream.close().await;
        }
        stream.write_all(&buffer[..count]).await?;
    }
}

/// Sends `length` bytes, and reads them back meanwhile.
async fn exchange<S>(stream: S, length: usize)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let sent = pattern(length);
    let (mut reader, mut writer) = futures_lite::io::split(stream);
    let send = async {
        writer.write_all(&sent).await.unwrap();
        writer.close().await.unwrap();
    };
    let receive = async {
        let mut received = Vec::new();
        reader.read_to_end(&mut received).await.unwrap();
        received
    };
    let ((), received) = join!(send, receive).await;
    assert!(received == sent);
}

#[test]
fn what_is_sent_arrives() {
    in_all_weathers(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = spawn(async move {
            let mut tasks = Vec::new();
            for _ in 0..8 {
                let (stream, _) = listener.accept().await.unwrap();
                tasks.push(spawn(send_back(stream)));
            }
            for task in tasks {
                task.await.unwrap().unwrap();
            }
        });
        let clients = (0..8).map(|number| async move {
            let stream = TcpStream::connect(address).await.unwrap();
            exchange(stream, 1000 + 2000 * number).await;
        });
        let (near, far) = UnixStream::pair().unwrap();
        let pair = spawn(send_back(far));
        join!(join_all(clients), exchange(near, 10_000)).await;
        pair.await.unwrap().unwrap();
        server.await.unwrap();
    });
}

async fn answer(request: Request) -> Response {
    yield_now().await;
    Response::plain(200, format!("{} {}", request.path(), "x".repeat(3000)))
}

#[test]
fn each_message_arrives_once() {
    in_all_weathers(|| async {
        let left = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let right = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        left.connect(right.local_addr().unwrap()).await.unwrap();
        let sender = left.local_addr().unwrap();
        // Fewer than the kernel's buffer holds, so that none is lost on loopback.
        let send = async {
            for number in 0..32_u8 {
                assert_eq!(left.send(&[number; 100]).await.unwrap(), 100);
            }
        };
        let receive = async {
            let mut buffer = [0; 200];
            for number in 0..32_u8 {
                let received = right.recv_from(&mut buffer).await.unwrap();
                assert_eq!(received, (100, sender));
                assert_eq!(buffer[..100], [number; 100]);
            }
        };
        join!(send, receive).await;
    });
}

#[test]
fn requests_are_answered() {
    in_all_weathers(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = spawn(http::serve(listener, answer));
        let client = Client::new();
        let urls: Vec<_> = (0..6).map(|n| format!("http://{address}/{n}")).collect();
        let responses = join_all(urls.iter().map(|url| client.get(url))).await;
        for (number, response) in responses.into_iter().enumerate() {
            let text = String::from_utf8(response.unwrap().body().to_vec()).unwrap();
            assert_eq!(text.len(), 3003);
            assert!(text.starts_with(&format!("/{number} x")));
        }
        server.abort();
    });
}

#[test]
fn a_timer_and_a_wake_from_afar_come_in_time_for_someone() {
    in_all_weathers(|| async {
        for _ in 0..20 {
            let (sender, receiver) = coro_runtime::sync::oneshot::channel();
            let thread = std::thread::spawn(move || sender.send(()).unwrap());
            receiver.await.unwrap();
            thread.join().unwrap();
            sleep(Duration::from_micros(200)).await;
        }
    });
}

/// The plan under which the first calls of one kind fail.
fn failing(call: Call, times: usize, code: i32) -> (Injection, Arc<AtomicUsize>) {
    let left = Arc::new(AtomicUsize::new(times));
    let counter = Arc::clone(&left);
    let injection = inject(move |asked| {
        let fails = asked == call
            && counter
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    left.checked_sub(1)
                })
                .is_ok();
        fails.then_some(Fault::Error(code))
    });
    (injection, left)
}

#[test]
fn a_listener_survives_what_befalls_one_connection() {
    for code in [libc::EMFILE, libc::ENFILE, libc::ENOMEM, libc::ECONNABORTED] {
        within_a_minute(move || {
            let (_injection, _) = failing(Call::Accept, 3, code);
            coro_runtime::block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap();
                let client = spawn(TcpStream::connect(address));
                for _ in 0..3 {
                    let error = listener.accept().await.unwrap_err();
                    assert_eq!(error.raw_os_error(), Some(code));
                }
                // The connection waits still, though no event tells of it again.
                let (_stream, peer) = listener.accept().await.unwrap();
                assert_eq!(client.await.unwrap().unwrap().local_addr().unwrap(), peer);
            });
        });
    }
}

#[test]
fn a_server_goes_on_when_descriptors_are_short() {
    within_a_minute(|| {
        let (_injection, left) = failing(Call::Accept, 3, libc::EMFILE);
        coro_runtime::block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}/a", listener.local_addr().unwrap());
            let server = spawn(http::serve(listener, answer));
            assert!(http::get(&url).await.unwrap().is_success());
            assert!(!server.is_finished());
        });
        assert_eq!(left.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn each_error_of_a_connection_is_told() {
    for code in [libc::ECONNREFUSED, libc::ENETUNREACH, libc::EADDRNOTAVAIL] {
        within_a_minute(move || {
            let (_injection, _) = failing(Call::Connect, 1, code);
            coro_runtime::block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap();
                let error = TcpStream::connect(address).await.unwrap_err();
                assert_eq!(error.raw_os_error(), Some(code));
                assert!(TcpStream::connect(address).await.is_ok());
            });
        });
    }
    // An attempt that a signal interrupts goes on.
    within_a_minute(|| {
        let (_injection, left) = failing(Call::Connect, 1, libc::EINTR);
        coro_runtime::block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            assert!(TcpStream::connect(address).await.is_ok());
        });
        assert_eq!(left.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn each_error_of_a_transfer_is_told_once_and_to_whom_it_concerns() {
    for (call, code) in [
        (Call::Read, libc::ECONNRESET),
        (Call::Read, libc::ETIMEDOUT),
        (Call::Write, libc::EPIPE),
        (Call::Write, libc::ENOBUFS),
        (Call::Send, libc::ENETUNREACH),
        (Call::Receive, libc::ECONNREFUSED),
    ] {
        within_a_minute(move || {
            coro_runtime::block_on(async {
                let (near, far) = UnixStream::pair().unwrap();
                let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                let address = socket.local_addr().unwrap();
                let (injection, _) = failing(call, 1, code);
                let failed = match call {
                    Call::Read => far.read(&mut [0; 1]).await,
                    Call::Write => near.write(b"x").await,
                    Call::Send => socket.send_to(b"x", address).await,
                    _ => socket.recv(&mut [0; 1]).await,
                };
                assert_eq!(failed.unwrap_err().raw_os_error(), Some(code));
                // The descriptors are as good as before, for the kernel knows of no error.
                near.write_all(b"hello").await.unwrap();
                let mut buffer = [0; 5];
                far.read_exact(&mut buffer).await.unwrap();
                assert_eq!(&buffer, b"hello");
                socket.send_to(b"hello", address).await.unwrap();
                assert_eq!(socket.recv(&mut buffer).await.unwrap(), 5);
                drop(injection);
            });
        });
    }
}

#[test]
fn a_wait_in_a_storm_of_events_ends_in_time() {
    within_a_minute(|| {
        let dice = Dice::new(1);
        let _injection = inject(move |call| match call {
            Call::Wait => (dice.below(8) > 0).then_some(Fault::Repeat),
            _ => None,
        });
        coro_runtime::block_on(async {
            let (near, far) = UnixStream::pair().unwrap();
            near.write_all(b"x").await.unwrap();
            far.read_exact(&mut [0; 1]).await.unwrap();
            // What is told of the past is not true any more.
            let late = timeout(Duration::from_millis(20), far.read(&mut [0; 1])).await;
            let late = io::Error::from(late.unwrap_err());
            assert_eq!(late.kind(), ErrorKind::TimedOut);
            near.write_all(b"y").await.unwrap();
            far.read_exact(&mut [0; 1]).await.unwrap();
        });
    });
}
