#![deny(warnings)]

#[coro::coroutine]
fn coroutine() {
    let unused = 1;
    wait!(std::future::ready(()));
}

fn main() {
    let _ = coroutine();
}
