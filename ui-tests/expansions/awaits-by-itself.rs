// An attribute cannot see what a macro expands to. One that awaits needs an `async` block.
macro_rules! try_join {
    ($future:expr) => {
        $future.await
    };
}

#[coro::coroutine]
fn in_a_block(one: std::future::Ready<u32>) -> u32 {
    wait!(std::future::ready(()));
    wait!(async { try_join!(one) })
}

#[coro::coroutine]
fn alone() -> u32 {
    try_join!(std::future::ready(2))
}

fn main() {
    let _ = (alone(), in_a_block(std::future::ready(1)));
}
