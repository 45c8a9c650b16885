#[coro::coroutine]
fn coroutine(value: u32) {
    assert!(value == 1, "{}", wait!(std::future::ready("message")));
}

#[coro::coroutine]
fn debug(value: u32) {
    debug_assert!(value == 1, "{}", wait!(std::future::ready("message")));
}

fn main() {
    let _ = coroutine(1);
    let _ = debug(1);
}
