#[coro::coroutine]
fn coroutine() {
    let mut list = vec![1, 2];
    for value in &list {
        wait!(std::future::ready(()));
        list.push(*value);
    }
}

fn main() {
    let _ = coroutine();
}
