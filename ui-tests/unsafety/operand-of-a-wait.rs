unsafe fn danger() -> std::future::Ready<u32> {
    std::future::ready(1)
}

#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(danger())
}

fn main() {
    let _ = coroutine();
}
