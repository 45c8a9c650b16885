#[coro::coroutine]
fn coroutine() -> String {
    wait!(std::future::ready(1))
}

fn main() {
    let _ = coroutine();
}
