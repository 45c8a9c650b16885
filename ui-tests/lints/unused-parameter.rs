#![deny(warnings)]

#[coro::coroutine]
fn coroutine(unused: u32) {
    wait!(std::future::ready(()));
}

fn main() {
    let _ = coroutine(1);
}
