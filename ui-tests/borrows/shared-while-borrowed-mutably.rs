#[coro::coroutine]
fn coroutine() -> usize {
    let mut list = vec![1];
    let first = &mut list[0];
    wait!(std::future::ready(()));
    let length = list.len();
    *first += 1;
    length
}

fn main() {
    let _ = coroutine();
}
