#[coro::coroutine]
async fn coroutine() -> u32 {
    fn helper() -> u32 {
        std::future::ready(1).await
    }
    helper()
}

fn main() {
    let _ = coroutine();
}
