#[coro::coroutine]
fn coroutine(lists: &mut [Vec<u32>], index: fn() -> usize) {
    lists[index()].push(wait!(std::future::ready(2)));
}

fn main() {
    let _ = coroutine(&mut [Vec::new()], || 0);
}
