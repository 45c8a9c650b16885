//! Executor benchmarks on two workers, generic over `Rt`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::*};

use crate::harness::*;
use crate::rt::*;
use crate::tasks::{Flag, players, round, spawn_and_join, yields};

pub fn declare(r: &mut Registry) {
    r.bench(
        "mt_spawn_join",
        100_000,
        "2 workers: spawn n trivial tasks from inside, await all (per task).",
    );
    r.bench(
        "mt_yield_1000",
        1_000_000,
        "2 workers: 1,000 tasks yield n/1000 times each (per yield).",
    );
    r.bench(
        "mt_pingpong",
        100_000,
        "2 workers: 100 pairs ping-pong over flags, n round trips in all (per round trip).",
    );
    r.bench(
        "mt_fanout",
        100_000,
        "2 workers: spawned tree, each node spawns two children to n nodes (per node).",
    );
}

fn pingpong<R: Rt>(c: &Cfg) -> Figures {
    let pairs = 100;
    let each = (c.n / pairs).max(1);
    R::block_on(async move {
        round::<R>().await;
        let meter = Meter::start();
        let mut tasks = Vec::new();
        for _ in 0..pairs {
            let (answers, asks) = players(each);
            tasks.push(R::spawn(answers));
            tasks.push(R::spawn(asks));
        }
        for task in tasks {
            task.await;
        }
        meter.per(pairs * each)
    })
}

struct Tree {
    /// How many nodes are still to be spawned.
    left: AtomicU64,
    /// How many are at work.
    live: AtomicU64,
    done: Flag,
}

fn node<R: Rt>(tree: Arc<Tree>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        for _ in 0..2 {
            if tree
                .left
                .fetch_update(AcqRel, Acquire, |left| left.checked_sub(1))
                .is_ok()
            {
                tree.live.fetch_add(1, AcqRel);
                R::spawn_detached(node::<R>(tree.clone()));
            }
        }
        if tree.live.fetch_sub(1, AcqRel) == 1 {
            tree.done.signal();
        }
    })
}

fn fanout<R: Rt>(c: &Cfg) -> Figures {
    let n = c.n;
    R::block_on(async move {
        round::<R>().await;
        let tree = Arc::new(Tree {
            left: AtomicU64::new(n - 1),
            live: AtomicU64::new(1),
            done: Flag::default(),
        });
        let meter = Meter::start();
        R::spawn_detached(node::<R>(tree.clone()));
        tree.done.wait().await;
        meter.per(n)
    })
}

pub fn columns<R: Rt>(r: &mut Registry, name: &'static str) {
    r.col("mt_spawn_join", name, |c| {
        R::block_on(R::spawn_in(spawn_and_join::<R>(c.n)))
    });
    r.col("mt_yield_1000", name, |c| {
        yields::<R>(1000, (c.n / 1000).max(1))
    });
    r.col("mt_pingpong", name, pingpong::<R>);
    r.col("mt_fanout", name, fanout::<R>);
}
