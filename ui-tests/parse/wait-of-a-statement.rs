#[coro::coroutine]
fn coroutine() {
    wait!(let x = 1);
}

fn main() {
    let _ = coroutine();
}
