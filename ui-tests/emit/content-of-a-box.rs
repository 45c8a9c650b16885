fn made() -> Box<String> {
    Box::new(String::new())
}

#[coro::coroutine]
fn coroutine() -> Vec<u8> {
    let text = made();
    wait!(std::future::ready(()));
    text.into_bytes()
}

fn main() {
    let _ = coroutine();
}
