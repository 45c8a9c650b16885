#[coro::coroutine]
fn coroutine(text: String) -> usize {
    wait!(std::future::ready(()));
    let bytes = || text.into_bytes();
    wait!(std::future::ready(()));
    bytes().len()
}

#[coro::coroutine]
fn by_a_pattern(text: Option<String>) -> usize {
    wait!(std::future::ready(()));
    let taken = move || match text {
        Some(text) => text,
        None => String::new(),
    };
    let length = taken().len();
    wait!(std::future::ready(()));
    length
}

fn main() {
    let _ = coroutine(String::new());
    let _ = by_a_pattern(None);
}
