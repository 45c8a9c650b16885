#![forbid(unsafe_code)]

unsafe fn danger() -> u32 {
    1
}

#[coro::coroutine]
fn coroutine() -> u32 {
    wait!(std::future::ready(1)) + unsafe { danger() }
}

fn main() {
    let _ = coroutine();
}
