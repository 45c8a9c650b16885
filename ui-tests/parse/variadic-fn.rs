#[coro::coroutine]
unsafe extern "C" fn coroutine(first: u32, rest: ...) -> u32 {
    wait!(std::future::ready(first))
}

fn main() {
    let _ = unsafe { coroutine(1) };
}
