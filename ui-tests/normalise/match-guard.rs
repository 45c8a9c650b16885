#[coro::coroutine]
fn coroutine(value: u32) -> &'static str {
    match value {
        n if wait!(std::future::ready(n == 1)) => "one",
        _ => "many",
    }
}

fn main() {
    let _ = coroutine(1);
}
