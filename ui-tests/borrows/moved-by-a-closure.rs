#[coro::coroutine]
fn coroutine() -> usize {
    let text = String::from("text");
    wait!(std::future::ready(()));
    let length = move || text.len();
    wait!(std::future::ready(()));
    length() + text.len()
}

fn main() {
    let _ = coroutine();
}
