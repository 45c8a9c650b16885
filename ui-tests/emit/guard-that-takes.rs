//! The guard of an arm that binds takes out of a local, in a `match` that does not suspend.
use std::future::ready;

#[coro::coroutine]
fn takes_it(number: u32, text: Option<String>) -> usize {
    wait!(ready(()));
    match number {
        1 if let Some(text) = text => text.len(),
        _ => 0,
    }
}

#[coro::coroutine]
fn where_an_arm_suspends(number: u32, text: Option<String>) -> usize {
    wait!(ready(()));
    match number {
        1 if let Some(text) = text => text.len(),
        _ => wait!(ready(0)),
    }
}

fn main() {}
