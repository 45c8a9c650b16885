#[coro::coroutine]
fn adder(number: u32) -> impl Fn(u32) -> u32 {
    wait!(std::future::ready(()));
    move |other| number + other
}

fn main() {
    let _ = adder(1);
}
