static mut COUNT: u32 = 1;

#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(std::future::ready(1)) + COUNT
}

fn main() {
    let _ = coroutine();
}
