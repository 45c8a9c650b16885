#![deny(warnings)]

#[coro::coroutine]
fn coroutine() -> u32 {
    let mut number = 1;
    wait!(std::future::ready(()));
    number
}

fn main() {
    let _ = coroutine();
}
