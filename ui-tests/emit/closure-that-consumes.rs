#[coro::coroutine]
fn coroutine(text: String) -> usize {
    wait!(std::future::ready(()));
    let bytes = || text.into_bytes();
    wait!(std::future::ready(()));
    bytes().len()
}

fn main() {
    let _ = coroutine(String::new());
}
