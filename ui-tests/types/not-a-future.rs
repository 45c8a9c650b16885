#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(5)
}

fn main() {
    let _ = coroutine();
}
