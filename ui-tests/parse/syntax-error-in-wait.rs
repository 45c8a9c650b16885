#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(std::future::ready(1) +)
}

fn main() {
    let _ = coroutine();
}
