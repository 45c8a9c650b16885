#[coro::coroutine]
fn coroutine() -> usize {
    let longest: &str;
    {
        let text = String::from("text");
        longest = &text;
        wait!(std::future::ready(()));
    }
    wait!(std::future::ready(()));
    longest.len()
}

fn main() {
    let _ = coroutine();
}
