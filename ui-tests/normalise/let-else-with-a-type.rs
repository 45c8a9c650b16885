#[coro::coroutine]
fn coroutine(value: Option<u32>) -> u32 {
    let Some(n): Option<u32> = value else {
        return wait!(std::future::ready(0));
    };
    n
}

fn main() {
    let _ = coroutine(None);
}
