#[coro::coroutine]
fn coroutine() -> u32 {
    let count = 1;
    wait!(std::future::ready(()));
    count += 1;
    wait!(std::future::ready(()));
    count
}

fn main() {
    let _ = coroutine();
}
