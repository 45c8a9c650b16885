#![deny(warnings)]

#[coro::coroutine]
fn coroutine() {
    let unused = wait!(std::future::ready(1));
}

fn main() {
    let _ = coroutine();
}
