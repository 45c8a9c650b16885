#![deny(warnings)]

#[coro::coroutine]
fn coroutine() -> u32 {
    let mut number = 1;
    wait!(std::future::ready(number));
    number = 3;
    1
}

fn main() {
    let _ = coroutine();
}
