#![deny(warnings)]

#[coro::coroutine]
fn coroutine() {
    wait!(std::future::ready(Ok::<(), ()>(())));
}

fn main() {
    let _ = coroutine();
}
