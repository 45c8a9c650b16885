#[coro::coroutine]
fn coroutine(text: &str) -> usize {
    wait!(std::future::ready(()));
    text.len()
}

fn spawn(_: impl Future + Send + 'static) {}

fn main() {
    let text = String::from("text");
    spawn(coroutine(&text));
}
