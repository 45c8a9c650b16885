//! A reactor from scratch: turns the events of the kernel into wake-ups.
//!
//! ```text
//! cargo run --example reactor_from_scratch
//! ```
//!
//! The executor knows tasks and wakers, the kernel knows sockets and numbers. The reactor is the
//! table between the two: a socket is registered under a number, the future that wants to
//! read leaves its waker under the same number, and a thread that waits for events wakes
//! what it finds there. Neither side knows the other, so that each can be replaced: the executor in
//! this program has a reactor of its own, and does not notice that it is not the one in use.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use coro::runtime::block_on;
use coro_sys::{Events, Interest, Mode, Poll as Queue, Token};

/// The table. The thread that runs it ends with the process.
struct Reactor {
    queue: Queue,
    wakers: Mutex<HashMap<Token, Waker>>,
}

impl Reactor {
    fn start() -> io::Result<Arc<Self>> {
        let reactor = Arc::new(Self {
            queue: Queue::new()?,
            wakers: Mutex::default(),
        });
        let same = Arc::clone(&reactor);
        thread::spawn(move || -> io::Result<()> {
            let mut events = Events::with_capacity(64);
            loop {
                same.queue.poll(&mut events, None)?;
                for event in &events {
                    println!("reactor: socket {} has news", event.token().0);
                    // Not woken under the lock: a waker may do whatever it likes.
                    let waker = same.wakers.lock().unwrap().remove(&event.token());
                    waker.into_iter().for_each(Waker::wake);
                }
            }
        });
        Ok(reactor)
    }

    /// Has the events of `stream` reported under `token`.
    fn register(&self, stream: &UnixStream, token: Token) -> io::Result<()> {
        stream.set_nonblocking(true)?;
        let registry = self.queue.registry();
        registry.register(stream, token, Interest::READABLE, Mode::Edge)
    }

    /// Reads what there is, and waits until there is something.
    async fn read(&self, token: Token, mut stream: &UnixStream) -> io::Result<String> {
        poll_fn(|context| {
            // First the waker, then the attempt. The other way round, an edge that comes in between
            // would find no waker, and there would be no other edge.
            self.wakers
                .lock()
                .unwrap()
                .insert(token, context.waker().clone());
            let mut bytes = [0; 100];
            match stream.read(&mut bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
                read => Poll::Ready(
                    read.map(|length| String::from_utf8_lossy(&bytes[..length]).into_owned()),
                ),
            }
        })
        .await
    }
}

fn main() -> io::Result<()> {
    let reactor = Reactor::start()?;
    let (near, mut far) = UnixStream::pair()?;
    let token = Token(7);
    reactor.register(&near, token)?;
    thread::spawn(move || {
        for word in ["one", "two", "three"] {
            thread::sleep(Duration::from_millis(50));
            far.write_all(word.as_bytes())?;
        }
        io::Result::Ok(())
    });
    block_on(async {
        loop {
            let text = reactor.read(token, &near).await?;
            if text.is_empty() {
                println!("task: the other side has closed");
                return Ok(());
            }
            println!("task: read {text:?}");
        }
    })
}
