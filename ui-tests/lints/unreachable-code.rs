#![deny(warnings)]

#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(std::future::ready(()));
    return 1;
    wait!(std::future::ready(2))
}

fn main() {
    let _ = coroutine();
}
