#[coro::coroutine]
fn coroutine() -> ! {
    loop {
        wait!(std::future::ready(1));
    }
}

fn main() {
    let _ = coroutine();
}
