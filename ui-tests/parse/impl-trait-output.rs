#[coro::coroutine(inline)]
fn coroutine() -> impl Iterator<Item = u32> {
    wait!(std::future::ready(1..2))
}

async fn user() -> u32 {
    coroutine().await.map(|n| n + 1).sum()
}

fn main() {
    let _ = user();
}
