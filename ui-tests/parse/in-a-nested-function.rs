#[coro::coroutine]
fn coroutine() -> u32 {
    fn helper() -> u32 {
        wait!(std::future::ready(1))
    }
    helper()
}

fn main() {
    let _ = coroutine();
}
