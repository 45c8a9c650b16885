//! Where should epoll be waited for: on the executor's own thread, or on one of its own that
//! wakes the executor? An echo server each way, without anything else around it.
//!
//! ```text
//! cargo bench -p coro-runtime --bench reactor_placement
//! ```
//!
//! With one connection, what is measured is mostly how long the machine takes to wake an idle
//! processor, so it differs from run to run. Under `taskset -c 0` it is steady.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use coro_sys::{Events, Interest, Mode, Poll, Token};

const MESSAGE: usize = 64;
const ROUNDS: usize = 40_000;

/// The server's ends of the connections, registered edge-triggered.
struct Server {
    poll: Poll,
    streams: Vec<TcpStream>,
    stop: AtomicBool,
}

impl Server {
    fn new(connections: usize) -> (Server, Vec<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let poll = Poll::new().unwrap();
        let (mut streams, mut clients) = (Vec::new(), Vec::new());
        for number in 0..connections {
            clients.push(TcpStream::connect(address).unwrap());
            let (stream, _) = listener.accept().unwrap();
            stream.set_nonblocking(true).unwrap();
            let (token, both) = (Token(number as u64), Interest::READABLE);
            let registry = poll.registry();
            registry.register(&stream, token, both, Mode::Edge).unwrap();
            streams.push(stream);
        }
        let stop = AtomicBool::new(false);
        let server = Server {
            poll,
            streams,
            stop,
        };
        (server, clients)
    }

    /// What a task does when it is woken.
    fn echo(&self, token: u64) {
        let mut buffer = [0; MESSAGE];
        let mut stream = &self.streams[token as usize];
        if let Ok(count) = stream.read(&mut buffer) {
            if count == 0 {
                self.stop.store(true, Ordering::SeqCst);
            }
            let _ = stream.write_all(&buffer[..count]);
        }
    }
}

/// The executor waits for epoll itself.
fn on_the_executor(server: &Server) {
    let mut events = Events::with_capacity(256);
    while !server.stop.load(Ordering::SeqCst) {
        server.poll.poll(&mut events, None).unwrap();
        for event in &events {
            server.echo(event.token().0);
        }
    }
}

/// Another thread waits for epoll, queues what is ready, and wakes the executor.
fn on_its_own_thread(server: &Server) {
    let queue = Arc::new(Mutex::new(Vec::new()));
    let executor = thread::current();
    thread::scope(|scope| {
        let ready = Arc::clone(&queue);
        scope.spawn(move || {
            let mut events = Events::with_capacity(256);
            while !server.stop.load(Ordering::SeqCst) {
                let limit = Some(Duration::from_millis(100));
                server.poll.poll(&mut events, limit).unwrap();
                let mut ready = ready.lock().unwrap();
                ready.extend(events.iter().map(|event| event.token().0));
                drop(ready);
                executor.unpark();
            }
        });
        while !server.stop.load(Ordering::SeqCst) {
            let tokens = std::mem::take(&mut *queue.lock().unwrap());
            if tokens.is_empty() {
                thread::park_timeout(Duration::from_millis(100));
            }
            for token in tokens {
                server.echo(token);
            }
        }
    });
}

/// The time that the whole process has had of the processors.
fn processor_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel writes to `time`, which outlives the call.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(result, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Elapsed and processor time of one message.
fn measure(connections: usize, serve: fn(&Server)) -> (Duration, Duration) {
    let (server, clients) = Server::new(connections);
    thread::scope(|scope| {
        let thread = scope.spawn(|| serve(&server));
        let rounds = ROUNDS / connections;
        let (start, used) = (Instant::now(), processor_time());
        let mut buffer = [7; MESSAGE];
        for _ in 0..rounds {
            for mut client in &clients {
                client.write_all(&buffer).unwrap();
            }
            for mut client in &clients {
                client.read_exact(&mut buffer).unwrap();
            }
        }
        let messages = (rounds * connections) as u32;
        let result = (
            start.elapsed() / messages,
            (processor_time() - used) / messages,
        );
        drop(clients);
        thread.join().unwrap();
        result
    })
}

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    let runs = if std::env::args().any(|word| word == "--bench") {
        7
    } else {
        1
    };
    println!("64-byte echo, median of {runs}, per message:");
    println!("connections   epoll on            elapsed   processor");
    for connections in [1, 64] {
        for (name, serve) in [
            ("the executor", on_the_executor as fn(&Server)),
            ("its own thread", on_its_own_thread),
        ] {
            let mut results: Vec<_> = (0..runs).map(|_| measure(connections, serve)).collect();
            results.sort();
            let (elapsed, processor) = results[runs / 2];
            println!("{connections:>11}   {name:<16} {elapsed:>10.2?}  {processor:>10.2?}");
        }
    }
}
