#[coro::coroutine]
fn coroutine() -> u32 {
    let mut count = 0;
    let mut increment = || count += 1;
    wait!(std::future::ready(()));
    count += 1;
    increment();
    count
}

fn main() {
    let _ = coroutine();
}
