#[coro::coroutine]
fn coroutine(lists: &mut [Vec<u32>], index: fn() -> usize, first: Option<u32>) -> u32 {
    lists[index()].push(wait!(std::future::ready(2)));
    let Some(first): Option<u32> = first else {
        return wait!(std::future::ready(0));
    };
    first
}

fn main() {
    let _ = coroutine(&mut [Vec::new()], || 0, None);
}
