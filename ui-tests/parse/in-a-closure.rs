#[coro::coroutine]
fn coroutine() -> Vec<u32> {
    [1, 2]
        .iter()
        .map(|&n| wait!(std::future::ready(n)))
        .collect()
}

fn main() {
    let _ = coroutine();
}
