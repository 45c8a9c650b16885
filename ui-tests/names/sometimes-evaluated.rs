//! A macro that evaluates its argument at another time than the standard library's.
macro_rules! debug_assert {
    ($value:expr) => {};
}

#[coro::coroutine]
async fn checked() {
    debug_assert!(std::future::ready(true).await);
}

fn main() {}
