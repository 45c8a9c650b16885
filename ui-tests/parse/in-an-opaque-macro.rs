macro_rules! twice {
    ($value:expr) => {
        $value + $value
    };
}

#[coro::coroutine]
fn coroutine() -> u32 {
    twice!(wait!(std::future::ready(1)))
}

#[coro::coroutine]
fn statement() {
    twice! { wait!(std::future::ready(1)) }
}

#[coro::coroutine]
fn awaited() {
    let _ = twice!(std::future::ready(1).await);
}

fn main() {
    let _ = twice!(1);
    let _ = coroutine();
    let _ = statement();
    let _ = awaited();
}
