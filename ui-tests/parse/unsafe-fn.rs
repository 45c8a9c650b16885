#[coro::coroutine]
unsafe fn coroutine(pointer: *const u32) -> u32 {
    wait!(std::future::ready(1)) + *pointer
}

fn main() {
    let _ = unsafe { coroutine(&1) };
}
