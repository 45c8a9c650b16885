//! The system's resolver, which can only block, on a thread of its own.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use crate::sync::lock;

/// Looks a name up.
///
/// A look-up that is given up goes on in its thread until the resolver answers.
pub(super) fn lookup(name: String, port: u16) -> Lookup {
    let answer = Arc::new(Mutex::new(Answer::default()));
    let shared = Arc::clone(&answer);
    let thread = std::thread::Builder::new().name("coro-lookup".to_owned());
    let started = thread.spawn(move || {
        let addresses = (name.as_str(), port).to_socket_addrs();
        let mut answer = lock(&shared);
        answer.addresses = Some(addresses.map(Iterator::collect));
        let waker = answer.waker.take();
        drop(answer);
        if let Some(waker) = waker {
            waker.wake();
        }
    });
    if let Err(error) = started {
        lock(&answer).addresses = Some(Err(error));
    }
    Lookup { answer }
}

/// What the thread has found, and who waits for it.
#[derive(Default)]
struct Answer {
    addresses: Option<io::Result<Vec<SocketAddr>>>,
    waker: Option<Waker>,
}

/// Waits for the resolver's answer; made by [`lookup`].
pub(super) struct Lookup {
    answer: Arc<Mutex<Answer>>,
}

impl Future for Lookup {
    type Output = io::Result<Vec<SocketAddr>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let waker = context.waker().clone();
        let mut answer = lock(&self.answer);
        match answer.addresses.take() {
            Some(addresses) => Poll::Ready(addresses),
            None => {
                let old = answer.waker.replace(waker);
                drop(answer);
                drop(old);
                Poll::Pending
            }
        }
    }
}
