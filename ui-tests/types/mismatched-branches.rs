#[coro::coroutine]
fn coroutine(flag: bool) -> u32 {
    let value = if flag {
        wait!(std::future::ready(1))
    } else {
        "text"
    };
    value
}

fn main() {
    let _ = coroutine(true);
}
