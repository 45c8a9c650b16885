//! The same coroutine as in `coroutine_by_hand`, by macro.
//!
//! ```text
//! cargo run --example coroutine_by_macro
//! ```
//!
//! What the attribute makes of `greet` is beside it, in `expanded/coroutine_by_macro.rs`: the
//! states have the names of what they wait for, the frame has a field for each value that lives
//! across a wait, and the closure at the end is the function, in pieces.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use coro::runtime::yield_now;

#[coro::coroutine]
fn greet(name: &str) -> String {
    let mut text = String::from("hello");
    wait!(yield_now());
    text.push_str(", ");
    wait!(yield_now());
    text + name
}

fn main() {
    let mut greeting = pin!(greet("world"));
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
