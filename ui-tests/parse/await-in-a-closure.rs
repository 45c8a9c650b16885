#[coro::coroutine]
async fn coroutine() -> Vec<u32> {
    [1, 2]
        .iter()
        .map(|&n| std::future::ready(n).await)
        .collect()
}

fn main() {
    let _ = coroutine();
}
