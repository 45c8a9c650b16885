//! What is borrowed where it is written: a constant, which is there for good, or a temporary, if it has a
//! drop.
// They are about a form, not about the best form.
#![allow(unused, clippy::all, clippy::pedantic)]
mod common;
use common::*;
use std::cell::{Cell, RefCell};

/// Has no drop.
#[derive(Debug)]
struct Mark {
    first: u64,
    second: u64,
}

#[derive(Clone, Copy, Debug)]
struct Small(u8);

#[derive(Debug)]
struct Retry<'a> {
    times: u32,
    mark: &'a Mark,
    name: Option<String>,
}

thread_local!(static LOUD: Cell<usize> = const { Cell::new(0) });

/// Counts its drops.
struct Loud(usize);

impl Drop for Loud {
    fn drop(&mut self) {
        LOUD.set(LOUD.get() + self.0);
    }
}

struct Around {
    loud: Loud,
    other: usize,
}

const LIMIT: u64 = 100;

fn look(mark: &Mark) -> u64 {
    mark.first * 10 + mark.second
}

same! {
    mod kept_by_what_is_passed_on;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let own = Mark { first: 0, second: 0 };
        let all = RefCell::new(vec![(log.drop_of("a"), &own)]);
        {
            let mut all = all.borrow_mut();
            all.push(log.pend(2, (log.drop_of("b"), &Mark { first: 7, second: 8 })).await);
            log.pend(1, ()).await;
            let room = [1_u64; 4];
            log.pend(1, ()).await;
            log.event(format!("{room:?}"));
        }
        for (noisy, mark) in all.borrow().iter() {
            log.event(format!("{} {}", noisy.look(), look(mark)));
        }
    }
}

same! {
    mod kept_by_a_binding;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let kept;
        {
            let mark = &Mark { first: 3, second: 2 };
            log.pend(1, ()).await;
            kept = mark;
        }
        let room = [9_u64; 4];
        log.pend(1, ()).await;
        log.event(format!("{room:?}"));
        look(kept)
    }
}

same! {
    mod returned;
    #[coro::coroutine]
    async fn body(log: &Log) -> &'static Mark {
        let mark = log.pend(1, &Mark { first: 1, second: 2 }).await;
        log.pend(1, ()).await;
        mark
    }
}

same! {
    mod parts_and_sums;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<&'static u64> {
        vec![
            log.pend(1, &Mark { first: 5, second: 6 }.second).await,
            log.pend(1, &(100 + 1)).await,
            log.pend(1, &(100 / 3 * 2)).await,
            log.pend(1, &(8 as u64)).await,
            log.pend(1, &Mark { first: LIMIT, second: 6 }.first).await,
        ]
    }
}

same! {
    mod range;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let range: &'static std::ops::Range<u64> = log.pend(1, &(2..5)).await;
        log.pend(1, ()).await;
        range.start + range.end
    }
}

same! {
    mod of_small_parts;
    #[coro::coroutine]
    async fn body(log: &Log) -> (&'static Small, &'static [Option<u8>], &'static Option<Small>) {
        let small = log.pend(1, &Small(3)).await;
        let list: &[Option<u8>] = log.pend(1, &[Some(1), None]).await;
        (small, list, log.pend(1, &Some(Small(4))).await)
    }
}

same! {
    mod of_values_without_their_drop;
    #[coro::coroutine]
    async fn body(log: &Log) -> &'static Retry<'static> {
        let retry = log.pend(1, &Retry { times: 3, mark: &Mark { first: 1, second: 2 }, name: None }).await;
        log.pend(1, ()).await;
        retry
    }
}

same! {
    mod temporary_with_a_drop;
    #[coro::coroutine]
    async fn body(log: &Log) {
        LOUD.set(0);
        log.event(format!("{}", log.pend(1, &Loud(1)).await.0));
        log.event(format!("dropped {}", LOUD.get()));
        let loud = &Loud(10);
        log.pend(1, ()).await;
        log.event(format!("{} {}", loud.0, LOUD.get()));
        {
            let around = &Around { loud: Loud(100), other: 1 };
            log.pend(1, ()).await;
            log.event(format!("{} {}", around.loud.0 + around.other, LOUD.get()));
        }
        log.event(format!("dropped {}", LOUD.get()));
        log.event(format!("{}", log.pend(1, &Some(Around { loud: Loud(1000), other: 1 })).await.is_some()));
        log.event(format!("dropped {}", LOUD.get()));
    }
}

static HITS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
static STEP: u64 = 2;

struct Counts<'a> {
    hits: &'a std::sync::atomic::AtomicU64,
    step: u64,
}

same! {
    mod with_statics;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let counts = &Counts { hits: &HITS, step: 1 };
        log.pend(1, ()).await;
        let mark = look(log.pend(1, &Mark { first: STEP, second: 3 }).await);
        log.pend(1, &Counts { hits: &HITS, step: STEP }).await.step + counts.step + mark
    }
}

same! {
    mod in_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let mut marks = Vec::new();
        for _ in 0..2 {
            marks.push(log.pend(1, &Mark { first: 1, second: 2 }).await);
        }
        log.pend(1, ()).await;
        marks.iter().map(|mark| look(mark)).sum()
    }
}
