struct Counter;

#[coro::coroutine]
fn coroutine() -> u32 {
    let counter = Counter;
    wait!(std::future::ready(()));
    counter.increment(1)
}

fn main() {
    let _ = coroutine();
}
