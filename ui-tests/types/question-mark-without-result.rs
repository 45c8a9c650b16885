#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(std::future::ready(Some(1)))?
}

fn main() {
    let _ = coroutine();
}
