// The guard is evaluated for each alternative that matches.
#[coro::coroutine]
fn coroutine(number: u32) -> bool {
    matches!(number, 1 | 3 | 5 | 7 | 9 | 11 | 13 | 15 | 17 if wait!(std::future::ready(true)))
}

fn main() {
    let _ = coroutine(1);
}
