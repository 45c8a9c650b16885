//! What a task that waits takes of memory.

use std::future::{Future, pending};
use std::hint::black_box;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Waker};

use crate::harness::*;
use crate::rt::*;
use crate::tasks::round;

pub fn declare(r: &mut Registry) {
    r.bench(
        "mem_task",
        1_000_000,
        "Resident bytes per spawned, once-polled, parked task (0 and 64 bytes of live state).",
    );
}

static POLLED: AtomicU64 = AtomicU64::new(0);

async fn without_state() {
    POLLED.fetch_add(1, Relaxed);
    pending::<()>().await;
}

async fn with_state() {
    let state = black_box([1_u64; 8]);
    POLLED.fetch_add(1, Relaxed);
    pending::<()>().await;
    black_box(&state);
}

fn figures(n: u64, [start, without, with]: [u64; 3]) -> Figures {
    vec![
        (
            "RSS bytes/task, 0 B state",
            without.saturating_sub(start) as f64 / n as f64,
        ),
        (
            "RSS bytes/task, 64 B state",
            with.saturating_sub(without) as f64 / (n / 2) as f64,
        ),
    ]
}

fn tasks<R: Rt>(c: &Cfg) -> Figures {
    let n = c.n.max(2);
    R::block_on(R::spawn_in(async move {
        round::<R>().await;
        let start = resident();
        for _ in 0..n {
            R::spawn_detached(without_state());
        }
        while POLLED.load(Relaxed) < n {
            round::<R>().await;
        }
        let without = resident();
        for _ in 0..n / 2 {
            R::spawn_detached(with_state());
        }
        while POLLED.load(Relaxed) < n + n / 2 {
            round::<R>().await;
        }
        figures(n, [start, without, resident()])
    }))
}

/// Floor: a boxed future and nothing else.
fn boxes(c: &Cfg) -> Figures {
    let n = c.n.max(2);
    let mut kept: Vec<Pin<Box<dyn Future<Output = ()>>>> = Vec::with_capacity(n as usize * 2);
    let mut keep = |mut future: Pin<Box<dyn Future<Output = ()>>>| {
        let _ = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        kept.push(future);
    };
    let start = resident();
    for _ in 0..n {
        keep(Box::pin(without_state()));
    }
    let without = resident();
    for _ in 0..n / 2 {
        keep(Box::pin(with_state()));
    }
    let figures = figures(n, [start, without, resident()]);
    black_box(&kept);
    figures
}

pub fn columns<R: Rt>(r: &mut Registry, name: &'static str) {
    r.col("mem_task", name, tasks::<R>);
}

pub fn floor(r: &mut Registry) {
    r.col("mem_task", "Box<dyn Future> (floor)", boxes);
}
