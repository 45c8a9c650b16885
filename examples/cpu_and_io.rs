//! Work that waits against work that computes: what one thread can do at once, and what not.
//!
//! ```text
//! cargo run --release --example cpu_and_io
//! ```
//!
//! A task that waits for a disk, a peer or a timer needs no processor meanwhile, so that one
//! thread waits for a hundred as well as for one. A task that computes needs the processor
//! all the time: it takes turns with others only where it is written to, and while it does not,
//! everything on its thread stands still, timers and sockets included. Such work belongs
//! on a thread of its own, and the task waits for that.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use coro::runtime::time::sleep;
use coro::runtime::{block_on, join_all, spawn_blocking, spawn_local, yield_now};

/// Computes for that long.
fn compute(duration: Duration) -> u64 {
    let start = Instant::now();
    let mut state = 1_u64;
    while start.elapsed() < duration {
        for _ in 0..1_000 {
            state = black_box(
                state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1),
            );
        }
    }
    state
}

/// Counts how often a timer of 5 ms fires while `work` goes on.
#[coro::coroutine]
async fn ticks(work: impl Future<Output = ()>) -> u32 {
    let count = Rc::new(Cell::new(0));
    let counter = Rc::clone(&count);
    let clock = spawn_local(coro::future! {
        loop {
            sleep(Duration::from_millis(5)).await;
            counter.set(counter.get() + 1);
        }
    });
    // So that the clock has begun.
    yield_now().await;
    work.await;
    let ticks = count.get();
    clock.abort();
    ticks
}

#[coro::coroutine]
async fn on_this_thread() {
    compute(Duration::from_millis(200));
}

#[coro::coroutine]
async fn in_pieces() {
    for _ in 0..2_000 {
        compute(Duration::from_micros(100));
        yield_now().await;
    }
}

#[coro::coroutine]
async fn on_another_thread() {
    let work = spawn_blocking(|| compute(Duration::from_millis(200)));
    work.await.expect("it does not panic");
}

fn main() {
    let start = Instant::now();
    block_on(join_all(
        (0..100).map(|_| sleep(Duration::from_millis(200))),
    ));
    println!(
        "100 waits of 200 ms took {} ms",
        start.elapsed().as_millis()
    );

    println!("timer ticks during 200 ms of work");
    println!(
        "  on the timer's thread: {}",
        block_on(ticks(on_this_thread()))
    );
    println!(
        "  the same in 2,000 pieces: {}",
        block_on(ticks(in_pieces()))
    );
    println!(
        "  on another thread: {}",
        block_on(ticks(on_another_thread()))
    );
}
