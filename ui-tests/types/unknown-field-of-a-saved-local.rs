struct Counter {
    count: u32,
}

#[coro::coroutine]
fn coroutine() -> u32 {
    let counter = Counter { count: 1 };
    wait!(std::future::ready(()));
    counter.size
}

fn main() {
    let _ = coroutine();
}
