/// # Safety
///
/// The pointer is valid until the future is dropped.
#[coro::coroutine]
unsafe fn read(pointer: *const u32) -> u32 {
    wait!(std::future::ready(()));
    // SAFETY: as the caller promises.
    unsafe { *pointer }
}

fn main() {
    let number = 1;
    let _ = read(&raw const number);
}
