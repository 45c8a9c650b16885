#[coro::coroutine]
fn coroutine() {
    wait!(std::future::ready(()));
    break;
}

fn main() {
    let _ = coroutine();
}
