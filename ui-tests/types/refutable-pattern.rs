#[coro::coroutine]
fn coroutine() -> u32 {
    let Some(n) = wait!(std::future::ready(Some(1)));
    n
}

fn main() {
    let _ = coroutine();
}
