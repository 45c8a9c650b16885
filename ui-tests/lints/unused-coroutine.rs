#![deny(warnings)]

#[coro::coroutine]
fn coroutine() {
    wait!(std::future::ready(()));
}

fn main() {
    coroutine();
}
