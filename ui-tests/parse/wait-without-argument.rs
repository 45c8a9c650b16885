#[coro::coroutine]
fn coroutine() {
    wait!();
}

fn main() {
    let _ = coroutine();
}
