struct Counter;

#[coro::coroutine]
impl Counter {
    fn next(&self) -> u32 {
        wait!(std::future::ready(1))
    }
}

async fn user() -> u32 {
    Counter.next().await
}

fn main() {
    let _ = user();
}
