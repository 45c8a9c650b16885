#[coro::coroutine]
fn coroutine() -> [u32; 1] {
    [0; wait!(std::future::ready(1))]
}

fn main() {
    let _ = coroutine();
}
