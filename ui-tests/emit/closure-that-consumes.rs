#[coro::coroutine]
fn coroutine(text: String) -> usize {
    wait!(std::future::ready(()));
    let bytes = || text.into_bytes();
    wait!(std::future::ready(()));
    bytes().len()
}

#[coro::coroutine]
fn followed_by_a_suspension(text: String) -> usize {
    wait!(std::future::ready(()));
    let bytes = move || text.into_bytes();
    let length = bytes().len();
    wait!(std::future::ready(()));
    length
}

fn main() {
    let _ = coroutine(String::new());
    let _ = followed_by_a_suspension(String::new());
}
