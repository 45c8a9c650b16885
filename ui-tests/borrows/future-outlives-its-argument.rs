#[coro::coroutine]
fn coroutine(text: &str) -> usize {
    wait!(std::future::ready(()));
    text.len()
}

fn main() {
    let future;
    {
        let text = String::from("text");
        future = coroutine(&text);
    }
    drop(future);
}
