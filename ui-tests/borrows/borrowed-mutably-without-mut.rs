async fn fill(_: &mut [u8]) {}

#[coro::coroutine]
fn coroutine() -> u8 {
    let buffer = [0; 4];
    wait!(fill(&mut buffer));
    buffer[0]
}

fn main() {
    let _ = coroutine();
}
