#[coro::coroutine]
fn coroutine(flag: bool) -> u32 {
    if flag {
        return "text";
    }
    wait!(std::future::ready(1))
}

fn main() {
    let _ = coroutine(true);
}
