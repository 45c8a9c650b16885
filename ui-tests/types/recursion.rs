#[coro::coroutine]
fn coroutine(depth: u32) -> u32 {
    if depth == 0 {
        0
    } else {
        wait!(coroutine(depth - 1)) + 1
    }
}

fn main() {
    let _ = coroutine(1);
}
