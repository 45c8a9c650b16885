#[coro::coroutine]
fn coroutine<'a>() -> &'a str {
    let text = String::from("text");
    wait!(std::future::ready(()));
    &text
}

fn main() {
    let _ = coroutine();
}
