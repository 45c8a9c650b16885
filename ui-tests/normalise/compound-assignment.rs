#[coro::coroutine]
fn coroutine(list: &mut [u32], index: fn() -> usize) {
    list[index()] += wait!(std::future::ready(2));
}

fn main() {
    let _ = coroutine(&mut [1, 2], || 1);
}
