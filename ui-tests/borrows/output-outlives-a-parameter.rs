#[coro::coroutine]
fn coroutine(text: &str) -> &'static str {
    wait!(std::future::ready(()));
    text
}

fn main() {
    let _ = coroutine("");
}
