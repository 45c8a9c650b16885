#[coro::coroutine]
fn coroutine() -> usize {
    let mut longest = "";
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
