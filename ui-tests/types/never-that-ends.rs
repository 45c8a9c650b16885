#[coro::coroutine]
fn forever() -> ! {
    wait!(std::future::ready(()));
}

fn main() {
    let _ = forever();
}
