#[coro::coroutine(Sync)]
fn coroutine() -> u32 {
    wait!(std::future::ready(1))
}

#[coro::coroutine(inline, Send, Send)]
fn twice() -> u32 {
    wait!(std::future::ready(1))
}

fn main() {
    let _ = coroutine();
    let _ = twice();
}
