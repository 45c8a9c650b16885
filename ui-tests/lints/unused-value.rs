#![deny(warnings)]

#[coro::coroutine]
fn coroutine() {
    let text = String::new();
    wait!(std::future::ready(()));
    text.len() + 1;
}

fn main() {
    let _ = coroutine();
}
