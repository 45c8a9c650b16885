//! Timers: what one costs, how late it is, and what it costs to make one in vain.

use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::harness::*;
use crate::rt::*;
use crate::tasks::round;

pub fn declare(r: &mut Registry) {
    r.bench(
        "timer_fire",
        100_000,
        "n tasks sleep to random deadlines in 100..600 ms; CPU per timer, and lateness of firing.",
    );
    r.bench(
        "timer_sparse",
        2_000,
        "The same with fewer timers, four in a millisecond.",
    );
    r.bench(
        "timer_rare",
        400,
        "The same with fewer still, less than one in a millisecond.",
    );
    r.bench(
        "timer_cancel",
        300_000,
        "Make a 10 s sleep, poll it once, drop it, with 10,000 other sleeps pending (per op).",
    );
}

fn fire<R: RtTimer>(c: &Cfg) -> Figures {
    let n = c.n;
    let late: Arc<Vec<AtomicU64>> = Arc::new((0..n).map(|_| AtomicU64::new(0)).collect());
    let noted = Arc::clone(&late);
    let mut figures = R::block_on(R::spawn_in(async move {
        let mut seed = 0x9E37_79B9_7F4A_7C15;
        let mut tasks = Vec::with_capacity(n as usize);
        let armed = Arc::new(AtomicU64::new(0));
        let (cpu, start) = (cpu_ns(), Instant::now());
        for i in 0..n as usize {
            let deadline = start + Duration::from_micros(100_000 + xorshift(&mut seed) % 500_000);
            let (noted, armed) = (Arc::clone(&noted), Arc::clone(&armed));
            tasks.push(R::spawn(async move {
                armed.fetch_add(1, Relaxed);
                R::sleep_until(deadline).await;
                noted[i].store(deadline.elapsed().as_nanos() as u64, Relaxed);
            }));
        }
        while armed.load(Relaxed) < n {
            round::<R>().await;
        }
        let arming = start.elapsed().as_nanos() as f64;
        for task in tasks {
            task.await;
        }
        let cpu = (cpu_ns() - cpu) as f64;
        vec![
            ("cpu ns/timer", cpu / n as f64),
            ("spawn+arm ns/timer", arming / n as f64),
        ]
    }));
    let mut late: Vec<u64> = late.iter().map(|late| late.load(Relaxed)).collect();
    late.sort_unstable();
    figures.push(("late p50 us", late[late.len() / 2] as f64 / 1e3));
    figures.push(("late p99 us", late[late.len() * 99 / 100] as f64 / 1e3));
    figures
}

fn cancel<R: RtTimer>(c: &Cfg) -> Figures {
    let n = c.n;
    R::block_on(async move {
        let mut seed = 0x9E37_79B9_7F4A_7C15;
        let base = Instant::now();
        for _ in 0..10_000 {
            let deadline = base + Duration::from_millis(30_000 + xorshift(&mut seed) % 60_000);
            R::spawn_detached(async move {
                R::sleep_until(deadline).await;
            });
        }
        let work = async move {
            for _ in 0..4 {
                round::<R>().await;
            }
            let meter = Meter::start();
            for _ in 0..n.div_ceil(64) {
                for _ in 0..64 {
                    // Deadlines move with the clock, as timeouts around I/O do.
                    let deadline = Instant::now() + Duration::from_secs(10);
                    let mut sleep = Box::pin(R::sleep_until(deadline));
                    poll_fn(|context| {
                        let _ = black_box(sleep.as_mut().poll(context));
                        Poll::Ready(())
                    })
                    .await;
                }
                yield_once().await;
            }
            meter.per(n.div_ceil(64) * 64)
        };
        R::spawn(work).await
    })
}

pub fn columns<R: RtTimer>(r: &mut Registry, name: &'static str) {
    r.col("timer_fire", name, fire::<R>);
    r.col("timer_sparse", name, fire::<R>);
    r.col("timer_rare", name, fire::<R>);
    r.col("timer_cancel", name, cancel::<R>);
}
