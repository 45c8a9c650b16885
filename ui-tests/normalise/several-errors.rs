#[coro::coroutine]
fn coroutine(handlers: &[fn(u32) -> u32], index: usize) -> u32 {
    let first = handlers[index](wait!(std::future::ready(2)));
    match first {
        1 | 3 | 5 | 7 | 9 | 11 | 13 | 15 | 17 if wait!(std::future::ready(true)) => 1,
        other => other,
    }
}

fn main() {
    let _ = coroutine(&[], 0);
}
