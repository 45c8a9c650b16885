// What the closure binds, rustc cannot be asked about outside of it.
use std::ops::Add;

#[coro::coroutine]
fn coroutine(text: String) -> usize {
    wait!(std::future::ready(()));
    let longer = |more: &str| text.add(more);
    wait!(std::future::ready(()));
    longer("more").len()
}

#[coro::coroutine]
fn a_part(pair: (String, String)) -> usize {
    wait!(std::future::ready(()));
    let bytes = || pair.0.into_bytes();
    wait!(std::future::ready(()));
    bytes().len()
}

fn main() {
    let _ = coroutine(String::new());
    let _ = a_part((String::new(), String::new()));
}
