#[coro::coroutine]
fn coroutine() -> usize {
    let list = vec![1];
    let first = &list[0];
    wait!(std::future::ready(()));
    drop(list);
    *first
}

fn main() {
    let _ = coroutine();
}
