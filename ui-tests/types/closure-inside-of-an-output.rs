// The adapter has the closure in its type.
#[coro::coroutine]
fn doubled(numbers: Vec<u32>) -> impl Iterator<Item = u32> {
    wait!(std::future::ready(()));
    numbers.into_iter().map(|number| 2 * number)
}

fn main() {
    let _ = doubled(Vec::new());
}
