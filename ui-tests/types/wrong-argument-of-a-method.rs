#[coro::coroutine]
fn coroutine() -> usize {
    let mut list = vec![1u32];
    wait!(std::future::ready(()));
    list.push("text");
    list.len()
}

fn main() {
    let _ = coroutine();
}
