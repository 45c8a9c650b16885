#![deny(warnings)]

#[coro::coroutine]
fn coroutine() {
    if (wait!(std::future::ready(true))) {}
}

fn main() {
    let _ = coroutine();
}
