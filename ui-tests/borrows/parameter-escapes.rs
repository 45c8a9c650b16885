#[coro::coroutine]
fn coroutine<'a, 'b>(first: &'a str, second: &'b str) -> &'a str {
    wait!(std::future::ready(()));
    if first.is_empty() { second } else { first }
}

fn main() {
    let _ = coroutine("", "");
}
