#![deny(unused_must_use)]
use std::future::ready;

fn main() {
    coro::future! { wait!(ready(())) };
}
