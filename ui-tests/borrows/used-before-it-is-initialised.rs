#[coro::coroutine]
fn coroutine(flag: bool) -> String {
    let text;
    if flag {
        text = String::from("text");
    }
    wait!(std::future::ready(()));
    text
}

fn main() {
    let _ = coroutine(true);
}
