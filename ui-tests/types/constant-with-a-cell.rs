//! Whether what is borrowed is a constant or a temporary, only its type says; and no constant holds a cell.
use std::sync::atomic::AtomicU32;

const ZERO: AtomicU32 = AtomicU32::new(0);

struct Counter {
    hits: AtomicU32,
}

async fn hit(_: &Counter) {}

#[coro::coroutine]
async fn count() {
    hit(&Counter { hits: ZERO }).await;
}

fn main() {
    drop(count());
}
