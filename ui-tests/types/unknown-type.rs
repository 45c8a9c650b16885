#[coro::coroutine]
fn coroutine() -> u32 {
    let list: Unknown = wait!(std::future::ready(1));
    list
}

fn main() {
    let _ = coroutine();
}
