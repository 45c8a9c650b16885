#[coro::coroutine]
fn coroutine() {
    wait!(std::future::ready(1), std::future::ready(2));
}

fn main() {
    let _ = coroutine();
}
