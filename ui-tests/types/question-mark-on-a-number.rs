#[coro::coroutine]
fn coroutine() -> Option<u32> {
    Some(wait!(std::future::ready(1))?)
}

fn main() {
    let _ = coroutine();
}
