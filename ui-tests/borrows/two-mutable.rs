async fn both(_: &mut u32, _: &mut u32) {}

#[coro::coroutine]
fn coroutine() -> u32 {
    let mut count = 0;
    wait!(both(&mut count, &mut count));
    count
}

fn main() {
    let _ = coroutine();
}
