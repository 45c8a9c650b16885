#[coro::coroutine]
fn coroutine(value: Option<u32>) -> u32 {
    match value {
        Some(n) => wait!(std::future::ready(n)),
    }
}

fn main() {
    let _ = coroutine(None);
}
