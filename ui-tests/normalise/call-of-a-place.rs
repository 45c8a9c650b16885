// Whether a call borrows what it calls, or how, only its type tells.
#[coro::coroutine]
fn coroutine(handlers: &[fn(u32) -> u32], index: usize) -> u32 {
    handlers[index](wait!(std::future::ready(2)))
}

fn main() {
    let _ = coroutine(&[], 0);
}
