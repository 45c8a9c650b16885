#[coro::coroutine]
fn coroutine() -> usize {
    let list = Vec::new();
    wait!(std::future::ready(()));
    list.len()
}

fn main() {
    let _ = coroutine();
}
