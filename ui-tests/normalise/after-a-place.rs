#[coro::coroutine]
fn coroutine(list: &[u32], index: fn() -> usize) -> bool {
    list[index()] == wait!(std::future::ready(2))
}

fn main() {
    let _ = coroutine(&[1, 2], || 1);
}
