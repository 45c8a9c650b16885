async fn take(_: String) {}

#[coro::coroutine]
fn coroutine() {
    let text = String::from("text");
    loop {
        wait!(take(text));
    }
}

fn main() {
    let _ = coroutine();
}
