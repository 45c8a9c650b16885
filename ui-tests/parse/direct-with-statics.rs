use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

#[coro::coroutine(direct = count_directly)]
fn count() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    wait!(std::future::ready(COUNT.fetch_add(1, Ordering::Relaxed)))
}

#[coro::coroutine(direct = count_here_directly)]
fn count_here() -> u32 {
    fn next() -> u32 {
        thread_local! {
            static COUNT: Cell<u32> = const { Cell::new(0) };
        }
        COUNT.replace(COUNT.get() + 1)
    }
    wait!(std::future::ready(next()))
}

fn main() {
    count_directly();
    count_here_directly();
}
