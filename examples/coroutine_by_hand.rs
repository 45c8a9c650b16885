//! A coroutine by hand: the state machine that a compiler would make of it.
//!
//! ```text
//! cargo run --example coroutine_by_hand
//! ```
//!
//! This is what is to be written, and what `coroutine_by_macro` writes:
//!
//! ```text
//!     fn greet(name: &str) -> String {
//!         let mut text = String::from("hello");
//!         wait!(yield_now());
//!         text.push_str(", ");
//!         wait!(yield_now());
//!         text + name
//!     }
//! ```
//!
//! Each wait cuts the function in two. What is before it runs in one call of `poll`, what is after
//! it in a later one, and what is needed on both sides moves from the stack into the machine.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use coro::runtime::{YieldNow, yield_now};

/// Where it stands, and what it needs to go on from there.
enum Greet<'name> {
    Start {
        name: &'name str,
    },
    FirstWait {
        name: &'name str,
        text: String,
        wait: YieldNow,
    },
    SecondWait {
        name: &'name str,
        text: String,
        wait: YieldNow,
    },
    Returned,
}

impl Future for Greet<'_> {
    type Output = String;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<String> {
        let this = self.get_mut();
        loop {
            // Takes the state out, and leaves one that says so if there is a panic on the way.
            match std::mem::replace(this, Self::Returned) {
                Self::Start { name } => {
                    let text = String::from("hello");
                    *this = Self::FirstWait {
                        name,
                        text,
                        wait: yield_now(),
                    };
                }
                Self::FirstWait {
                    name,
                    mut text,
                    mut wait,
                } => {
                    if Pin::new(&mut wait).poll(context).is_pending() {
                        *this = Self::FirstWait { name, text, wait };
                        return Poll::Pending;
                    }
                    text.push_str(", ");
                    *this = Self::SecondWait {
                        name,
                        text,
                        wait: yield_now(),
                    };
                }
                Self::SecondWait {
                    name,
                    text,
                    mut wait,
                } => {
                    if Pin::new(&mut wait).poll(context).is_pending() {
                        *this = Self::SecondWait { name, text, wait };
                        return Poll::Pending;
                    }
                    return Poll::Ready(text + name);
                }
                Self::Returned => panic!("it was polled after it had returned"),
            }
        }
    }
}

fn main() {
    let mut greeting = pin!(Greet::Start { name: "world" });
    println!("a machine of {} bytes", size_of_val(&*greeting));
    for number in 1.. {
        // This program polls for no reason but to show it: an executor would wait to be woken.
        let answer = greeting
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        println!("poll {number}: {answer:?}");
        if answer.is_ready() {
            break;
        }
    }
}
