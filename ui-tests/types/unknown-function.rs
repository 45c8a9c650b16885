#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(unknown(1))
}

fn main() {
    let _ = coroutine();
}
