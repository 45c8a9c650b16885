#[coro::coroutine]
fn coroutine(list: &mut [u32], index: fn() -> usize) -> u32 {
    list[index()] += wait!(std::future::ready(2));
    match 1 {
        n if wait!(std::future::ready(n == 1)) => 1,
        _ => 2,
    }
}

fn main() {
    let _ = coroutine(&mut [1, 2], || 1);
}
