#![deny(unsafe_op_in_unsafe_fn)]

#[coro::coroutine]
unsafe fn coroutine(pointer: *const u32) -> u32 {
    wait!(std::future::ready(1)) + *pointer
}

fn main() {
    let number = 1;
    let _ = coroutine(&number);
}
