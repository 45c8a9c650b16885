#[coro::coroutine]
fn coroutine() -> usize {
    let list: [u8; wait!(std::future::ready(1))] = [0];
    list.len()
}

#[coro::coroutine]
async fn argument() -> usize {
    std::array::from_fn::<u8, { std::future::ready(1).await }, _>(|_| 0).len()
}

fn main() {
    let _ = coroutine();
    let _ = argument();
}
