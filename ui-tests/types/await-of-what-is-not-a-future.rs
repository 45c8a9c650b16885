fn function() -> u32 {
    1
}

#[coro::coroutine]
async fn coroutine() -> u32 {
    function().await
}

fn main() {
    let _ = coroutine();
}
