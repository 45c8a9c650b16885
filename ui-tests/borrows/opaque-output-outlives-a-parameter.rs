#[coro::coroutine]
fn coroutine(text: &str) -> impl AsRef<str> + 'static {
    wait!(std::future::ready(()));
    text
}

#[coro::coroutine]
fn captured<'a, 'b>(first: &'a str, second: &'b str) -> impl AsRef<str> + use<'a> {
    wait!(std::future::ready(first));
    second
}

fn main() {
    let _ = coroutine("");
    let _ = captured("", "");
}
