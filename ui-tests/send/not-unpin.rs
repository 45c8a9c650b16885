#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(std::future::ready(1))
}

fn main() {
    let mut future = coroutine();
    let _ = std::pin::Pin::new(&mut future);
}
