#![deny(warnings)]

#[deprecated]
fn old() {}

#[coro::coroutine]
fn coroutine() {
    wait!(std::future::ready(()));
    old();
}

fn main() {
    let _ = coroutine();
}
