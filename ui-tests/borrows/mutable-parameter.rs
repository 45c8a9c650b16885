//! Parameters that are `mut` are called by their names.
#[coro::coroutine]
async fn borrowed(mut list: Vec<u32>) -> u32 {
    let first = &list[0];
    std::future::ready(()).await;
    list.push(1);
    *first
}

fn main() {}
