#[coro::coroutine]
fn coroutine() -> usize {
    let bytes = String::from("text").as_bytes();
    wait!(std::future::ready(()));
    bytes.len()
}

fn main() {
    let _ = coroutine();
}
