#[coro::coroutine]
fn coroutine(first: u32, second: u32) -> u32 {
    wait!(std::future::ready(first)) + second
}

fn main() {
    let _ = coroutine(1);
}
