#[coro::coroutine]
fn coroutine() -> u32 {
    let text = String::from("text");
    wait!(std::future::ready(()));
    double(text)
}

fn double(number: u32) -> u32 {
    number * 2
}

fn main() {
    let _ = coroutine();
}
