#[coro::coroutine]
fn coroutine() -> usize {
    let text = String::from("text");
    wait!(std::future::ready(()));
    let bytes = text.into_bytes();
    wait!(std::future::ready(()));
    bytes.len() + text.len()
}

fn main() {
    let _ = coroutine();
}
