//! embassy-executor: static task storage, one intrusive run queue, no allocation. Its raw executor is
//! polled in a loop until all tasks are done.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use embassy_executor::raw::{Executor, TaskStorage};

use crate::harness::*;
use crate::rt::yield_once;
use crate::tasks::players;

// SAFETY: embassy wants a function of this name and type, and nothing else here has the name. It need
// do nothing, as the executor is polled all the time.
#[unsafe(export_name = "__pender")]
fn pender(_: *mut ()) {}

struct Ex {
    executor: &'static Executor,
    done: Arc<AtomicU64>,
    spawned: u64,
}

impl Ex {
    fn new() -> Ex {
        let executor = Box::leak(Box::new(Executor::new(std::ptr::null_mut())));
        Ex {
            executor,
            done: Arc::default(),
            spawned: 0,
        }
    }

    fn spawn<F: Future<Output = ()> + 'static>(&mut self, future: F) {
        fn store<F: Future + 'static>(_: &F) -> &'static TaskStorage<F> {
            Box::leak(Box::new(TaskStorage::new()))
        }
        let done = self.done.clone();
        let task = async move {
            future.await;
            done.fetch_add(1, Relaxed);
        };
        self.executor
            .spawner()
            .spawn(store(&task).spawn(|| task))
            .unwrap();
        self.spawned += 1;
    }

    fn run(&self) {
        while self.done.load(Relaxed) < self.spawned {
            // SAFETY: the executor stays on this thread, which is not inside of `poll` already.
            unsafe { self.executor.poll() };
        }
    }
}

fn yields(tasks: u64, each: u64) -> Figures {
    let meter = Meter::start();
    let mut executor = Ex::new();
    for _ in 0..tasks {
        executor.spawn(async move {
            for _ in 0..each {
                yield_once().await;
            }
        });
    }
    executor.run();
    meter.per(tasks * each)
}

fn pingpong(c: &Cfg) -> Figures {
    let (answers, asks) = players(c.n);
    let meter = Meter::start();
    let mut executor = Ex::new();
    executor.spawn(answers);
    executor.spawn(asks);
    executor.run();
    meter.per(c.n)
}

pub fn columns(r: &mut Registry) {
    r.col("yield_1", "embassy raw", |c| yields(1, c.n));
    r.col("yield_1000", "embassy raw", |c| {
        yields(1000, (c.n / 1000).max(1))
    });
    r.col("pingpong_flag", "embassy raw", pingpong);
}
