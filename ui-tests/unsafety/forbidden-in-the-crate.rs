#![forbid(unsafe_code)]

#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(std::future::ready(1)) + unsafe { *std::ptr::null() }
}

fn main() {
    let _ = coroutine();
}
