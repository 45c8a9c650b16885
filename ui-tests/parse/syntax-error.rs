#[coro::coroutine]
fn coroutine() -> u32 {
    let x = wait!(std::future::ready(1)) + ;
    x
}

fn main() {
    let _ = coroutine();
}
