#![deny(warnings)]

#[coro::coroutine]
fn coroutine() {
    use std::collections::HashMap;
    wait!(std::future::ready(()));
}

fn main() {
    let _ = coroutine();
}
