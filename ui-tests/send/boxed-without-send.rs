fn spawn(_: impl Future + Send + 'static) {}

#[coro::coroutine(boxed)]
fn count(depth: u32) -> u32 {
    if depth == 0 { 0 } else { wait!(count(depth - 1)) + 1 }
}

fn main() {
    spawn(count(1));
}
