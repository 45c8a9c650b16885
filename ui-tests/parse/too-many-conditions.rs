#[coro::coroutine]
fn coroutine() {
    #[cfg(feature = "a")]
    wait!(std::future::ready(()));
    #[cfg(feature = "b")]
    wait!(std::future::ready(()));
    #[cfg(not(feature = "b"))]
    wait!(std::future::ready(()));
    #[cfg(feature = "c")]
    wait!(std::future::ready(()));
    #[cfg(feature = "d")]
    wait!(std::future::ready(()));
    #[cfg(feature = "e")]
    wait!(std::future::ready(()));
}

fn main() {
    drop(coroutine());
}
