#[coro::coroutine]
fn coroutine() -> usize {
    let list = vec![1];
    drop(list);
    wait!(std::future::ready(()));
    list.len()
}

fn main() {
    let _ = coroutine();
}
