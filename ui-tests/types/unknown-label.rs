#[coro::coroutine]
fn coroutine() {
    loop {
        wait!(std::future::ready(()));
        break 'outer;
    }
}

fn main() {
    let _ = coroutine();
}
