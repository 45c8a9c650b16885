//! `join_all` from scratch: many futures, one task, and the time of the slowest.
//!
//! ```text
//! cargo run --example join_all
//! ```
//!
//! Whoever awaits one future after the other waits for the sum. Polling all of them and keeping
//! those that are pending is all it takes to wait for the longest only: no thread and no
//! task is made. This one polls every child on each wake-up. `coro::runtime::join_all` gives
//! each child a waker of its own, and polls only those that were woken.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use coro::runtime::block_on;
use coro::runtime::time::sleep;

enum Child<F: Future> {
    /// Boxed, so that children stay in place when the vector is moved.
    Running(Pin<Box<F>>),
    Ready(F::Output),
}

/// Ready when all of them are, with their outputs in order.
struct JoinAll<F: Future>(Vec<Child<F>>);

fn join_all<F: Future>(futures: impl IntoIterator<Item = F>) -> JoinAll<F> {
    JoinAll(
        futures
            .into_iter()
            .map(|future| Child::Running(Box::pin(future)))
            .collect(),
    )
}

// No child is pinned through the pin of the whole: each has a box.
impl<F: Future> Unpin for JoinAll<F> {}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Vec<F::Output>> {
        let mut all_ready = true;
        for child in &mut self.0 {
            if let Child::Running(future) = child {
                match future.as_mut().poll(context) {
                    Poll::Ready(output) => *child = Child::Ready(output),
                    Poll::Pending => all_ready = false,
                }
            }
        }
        if !all_ready {
            return Poll::Pending;
        }
        let outputs = self.0.drain(..).map(|child| match child {
            Child::Ready(output) => output,
            Child::Running(_) => unreachable!("all of them are ready"),
        });
        Poll::Ready(outputs.collect())
    }
}

#[coro::coroutine]
async fn after(milliseconds: u64) -> u64 {
    sleep(Duration::from_millis(milliseconds)).await;
    println!("  {milliseconds} ms are over");
    milliseconds
}

#[coro::coroutine]
async fn one_after_another(delays: &[u64]) -> Vec<u64> {
    let mut outputs = Vec::new();
    for delay in delays {
        outputs.push(after(*delay).await);
    }
    outputs
}

fn main() {
    let delays = [200, 50, 100];
    println!("one after another:");
    let start = Instant::now();
    let outputs = block_on(one_after_another(&delays));
    println!("  {outputs:?} took {} ms", start.elapsed().as_millis());

    println!("all at once:");
    let start = Instant::now();
    let outputs = block_on(join_all(delays.map(after)));
    println!("  {outputs:?} took {} ms", start.elapsed().as_millis());
}
