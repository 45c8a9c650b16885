#![deny(warnings)]

#[coro::coroutine]
fn coroutine() -> u32 {
    let camelCase = 1;
    wait!(std::future::ready(()));
    camelCase
}

fn main() {
    let _ = coroutine();
}
