// The guard would be evaluated for each alternative that matches.
use std::future::ready;

#[coro::coroutine]
fn is_small(number: u32) -> bool {
    matches!(number, 1 | 2..5 if wait!(ready(true)))
}

fn main() {
    drop(is_small(1));
}
