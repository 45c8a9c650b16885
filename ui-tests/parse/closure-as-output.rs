use std::future::ready;

#[coro::coroutine]
fn adder(number: u32) -> impl Fn(u32) -> u32 {
    wait!(ready(()));
    move |other| number + other
}

#[coro::coroutine]
async fn maybe(number: u32) -> Option<impl Fn() -> u32> {
    if number == 0 {
        return None;
    }
    ready(()).await;
    Some(move || number)
}

fn main() {
    let _ = (adder(1), maybe(1));
}
