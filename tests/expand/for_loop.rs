//! An iterator that lives across a suspension, and borrows a local.
use std::future::ready;

#[coro::coroutine]
fn sum(numbers: Vec<u32>) -> u32 {
    let mut sum = 0;
    for number in &numbers {
        sum += wait!(ready(*number));
    }
    sum
}
