//! rustc drops the elements of such an array in another order than those of any other.
use std::future::ready;

#[coro::coroutine]
fn moved(pair: [String; 2]) -> usize {
    wait!(ready(()));
    let [first, _second] = pair;
    first.len()
}

#[coro::coroutine]
fn moved_in_an_expression(pair: [String; 2]) -> usize {
    wait!(ready(1)) + {
        let [first, _second] = pair;
        first.len()
    }
}

#[coro::coroutine]
fn copied(pair: [u8; 2]) -> u8 {
    wait!(ready(()));
    let [first, second] = pair;
    first + second
}

#[coro::coroutine]
fn at_once() -> usize {
    let pair = wait!(ready([String::new(), String::new()]));
    let [first, _second] = pair;
    wait!(ready(()));
    first.len()
}

fn main() {}
