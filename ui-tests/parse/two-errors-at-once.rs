#[coro::coroutine]
const fn coroutine() -> u32 {
    let first = wait!();
    first
        + [1]
            .iter()
            .map(|&n| wait!(std::future::ready(n)))
            .sum::<u32>()
}

fn main() {
    let _ = coroutine();
}
