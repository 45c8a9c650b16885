//! A leaf and a non-leaf future, both by hand.
//!
//! ```text
//! cargo run --example futures_by_hand
//! ```
//!
//! A *leaf* future stands for something outside of the program: a timer, a socket, here a thread. It
//! has to keep the waker that it is polled with, and somebody has to wake that when there is news.
//! A *non-leaf* future is made of others. It knows no waker: it passes the context on to whatever
//! it waits for, and polls it again when it is polled itself.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

/// What the future and the one who completes it share.
#[derive(Default)]
struct Shared {
    value: Option<u32>,
    waker: Option<Waker>,
}

/// The leaf: ready when some thread has put a value there.
struct Answer(Arc<Mutex<Shared>>);

impl Future for Answer {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        let mut shared = self.0.lock().unwrap();
        match shared.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                // Under the same lock as the value: else it might come just before the waker.
                shared.waker = Some(context.waker().clone());
                println!("leaf: no answer yet, I keep the waker");
                Poll::Pending
            }
        }
    }
}

/// Has a thread work out the answer.
fn ask(question: u32) -> Answer {
    let shared = Arc::new(Mutex::new(Shared::default()));
    let answer = Answer(Arc::clone(&shared));
    thread::spawn(move || {
        thread::sleep(std::time::Duration::from_millis(50));
        let mut shared = shared.lock().unwrap();
        shared.value = Some(question * question);
        println!("thread: here is an answer");
        if let Some(waker) = shared.waker.take() {
            waker.wake();
        }
    });
    answer
}

/// The non-leaf: the sum of two answers, of which the second is asked for when the first is there.
enum Sum {
    First(Answer),
    Second(u32, Answer),
}

impl Future for Sum {
    type Output = u32;

    // Nothing in here refers to itself, so that it may be moved, and `get_mut` is to be had.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        let this = self.get_mut();
        loop {
            match this {
                Self::First(answer) => match Pin::new(answer).poll(context) {
                    Poll::Ready(first) => *this = Self::Second(first, ask(first)),
                    Poll::Pending => return Poll::Pending,
                },
                Self::Second(first, answer) => {
                    return Pin::new(answer).poll(context).map(|second| *first + second);
                }
            }
        }
    }
}

fn main() {
    let sum = coro::runtime::block_on(Sum::First(ask(3)));
    println!("3 squared, and that squared, are {sum} together");
}
