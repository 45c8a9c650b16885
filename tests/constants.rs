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

impl Mark {
    fn first(&self) -> &u64 {
        &self.first
    }
    fn second_after(&self, _: u64) -> &u64 {
        &self.second
    }
    fn bump(&mut self) -> u64 {
        self.first += 1;
        self.first
    }
    fn into_first(self) -> u64 {
        self.first
    }
}

struct Outer {
    inner: Mark,
}

impl Loud {
    fn get(&self) -> usize {
        self.0
    }
}

#[derive(Clone, Copy)]
enum Color {
    Red = 3,
}

const LIMIT: u64 = 100;
const DAY: i64 = 86_400;
const MARK: Mark = Mark {
    first: 1,
    second: 2,
};
const TABLE: [u64; 3] = [4, 5, 6];
const WIDE: std::time::Duration = std::time::Duration::from_secs(1);

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

// Where a method is called on it.

same! {
    mod looked_into;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<&'static u64> {
        let mut all = Vec::new();
        all.push(log.pend(1, Mark { first: 7, second: 8 }.first()).await);
        all.push(log.pend(1, Mark { first: LIMIT + 1, second: 8 }.first()).await);
        all.push(log.pend(1, Outer { inner: Mark { first: 9, second: 8 } }.inner.first()).await);
        all.push(Mark { first: 7, second: 10 }.second_after(log.pend(1, 3).await));
        all.extend(log.pend(1, [1, 2, 3].iter().rev()).await);
        all.extend(log.pend(1, [LIMIT, 5].iter()).await);
        all.extend(log.pend(1, Some(5).as_ref()).await);
        all.extend([1, 2, 3].get(log.pend(1, 1).await));
        all.extend([LIMIT, 3].get(log.pend(1, 1).await));
        log.pend(1, ()).await;
        all
    }
}

same! {
    mod of_small_parts_looked_into;
    #[coro::coroutine]
    async fn body(log: &Log) -> (&'static Option<Small>, &'static [Small], std::ops::Bound<&'static u64>) {
        use std::ops::RangeBounds;
        let one = [Some(Small(1)), None].get(log.pend(1, 0).await).unwrap();
        let list = log.pend(1, [Small(1), Small(2), Small(3)].split(|it| it.0 == 1)).await;
        let bound = log.pend(1, (3..7).start_bound()).await;
        let room = [9_u64; 8];
        log.pend(1, ()).await;
        log.event(format!("{room:?}"));
        (one, list.last().unwrap(), bound)
    }
}

same! {
    mod head_of_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> (u64, &'static Mark) {
        let (mut last, mut mark) = (&0, &Mark { first: 0, second: 0 });
        for it in [1, 2, 3].iter() {
            last = log.pend(1, it).await;
        }
        for it in [Mark { first: 7, second: 8 }, Mark { first: 9, second: 8 }].iter() {
            mark = log.pend(1, it).await;
        }
        let mut sum = *last;
        for it in (0..4).rev().chain((0..9).step_by(2)) {
            sum = log.pend(1, sum * 2 + it).await;
        }
        (sum, mark)
    }
}

same! {
    mod changed_or_taken;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let changed = log.pend(1, Mark { first: 7, second: 8 }.bump()).await;
        let part = log.pend(1, Outer { inner: Mark { first: 7, second: 8 } }.inner.bump()).await;
        let taken = log.pend(1, Mark { first: 7, second: 8 }.into_first()).await;
        let part_taken = log.pend(1, Outer { inner: Mark { first: 7, second: 8 } }.inner.into_first()).await;
        let found = log.pend(1, (1..9).find(|it| it * 3 > 7)).await.unwrap();
        let option = log.pend(1, Some(5).map(|it| it + 1)).await.unwrap();
        let result: Result<u64, String> = log.pend(1, Ok(5).and_then(|it: u64| Ok(it + 1))).await;
        let other: Result<u64, String> = Ok(4).and(log.pend(1, Ok(5)).await);
        let copy = log.pend(1, Small(3).clone()).await;
        let sum = log.pend(1, (WIDE * 2).checked_add(WIDE)).await.unwrap();
        changed + part + taken + part_taken + found + option + result.unwrap() + other.unwrap() + sum.as_secs()
            + u64::from(copy.0)
    }
}

same! {
    mod receiver_with_a_drop;
    #[coro::coroutine]
    async fn body(log: &Log) {
        LOUD.set(0);
        let first = log.pend(1, Loud(1).get()).await;
        log.event(format!("{first} dropped {}", LOUD.get()));
        let second = Loud(10).get() + log.pend(LOUD.get(), 1).await;
        log.event(format!("{second} dropped {}", LOUD.get()));
        log.pend(1, Around { loud: Loud(100), other: 1 }.loud.get()).await;
        log.event(format!("dropped {}", LOUD.get()));
    }
}

// Where a pattern borrows a part of it.

same! {
    mod matched;
    #[coro::coroutine]
    async fn body(log: &Log) -> (&'static Mark, Vec<&'static u64>, &'static Option<Small>) {
        let mut all = Vec::new();
        let mark = match (Mark { first: 7, second: 8 }) {
            ref mark => log.pend(1, mark).await,
        };
        match (Mark { first: 7, second: 8 }, 4) {
            (Mark { ref first, .. }, count) => {
                log.pend(count, ()).await;
                all.push(first);
            }
        }
        if let Some(ref it) = Some(5) {
            all.push(log.pend(1, it).await);
        }
        while let Some(ref it) = Some(6) {
            all.push(log.pend(1, it).await);
            if all.len() > 4 {
                break;
            }
        }
        let Some(ref it) = Some(7) else { panic!() };
        all.push(it);
        let ref small = Some(Small(3));
        match (&Mark { first: 9, second: 8 }, 4) {
            (Mark { first, .. }, _) => {
                log.pend(1, ()).await;
                all.push(first);
            }
        }
        let room = [9_u64; 8];
        log.pend(1, ()).await;
        log.event(format!("{room:?}"));
        (mark, all, small)
    }
}

same! {
    mod matched_with_a_drop;
    #[coro::coroutine]
    async fn body(log: &Log) {
        LOUD.set(0);
        match Loud(1) {
            Loud(ref it) => {
                log.pend(1, ()).await;
                log.event(format!("{it} dropped {}", LOUD.get()));
            }
        }
        log.event(format!("dropped {}", LOUD.get()));
        {
            let Loud(ref it) = Loud(10);
            log.pend(1, ()).await;
            log.event(format!("{it} dropped {}", LOUD.get()));
        }
        log.event(format!("dropped {}", LOUD.get()));
    }
}

// Of constants with names.

same! {
    mod sums_of_constants;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<&'static u64> {
        let all = vec![
            log.pend(1, &(LIMIT + 1)).await,
            log.pend(1, &(LIMIT / 7 % 5)).await,
            log.pend(1, &(1000 / LIMIT)).await,
            log.pend(1, &(MARK.first + 1)).await,
            log.pend(1, &(TABLE[1] << 1)).await,
            log.pend(1, &(DAY as u64)).await,
            log.pend(1, &(Color::Red as u64)).await,
            log.pend(1, &Mark { first: 1, second: !LIMIT }.second).await,
            log.pend(1, &[LIMIT * 2, 8][0]).await,
            log.pend(1, &{ 5 }).await,
        ];
        let kept = &(LIMIT - 1);
        log.pend(1, ()).await;
        log.event(format!("{kept}"));
        all
    }
}

same! {
    mod comparisons;
    #[coro::coroutine]
    async fn body(log: &Log) -> (&'static bool, &'static bool, &'static i64, &'static Option<u64>) {
        let less = log.pend(1, &(LIMIT < 7)).await;
        let equal = log.pend(1, &(1 == 1)).await;
        let minus = log.pend(1, &-(DAY << 3)).await;
        let some = log.pend(1, &Some(LIMIT + 1)).await;
        let room = [9_u64; 8];
        log.pend(1, ()).await;
        log.event(format!("{room:?}"));
        (less, equal, minus, some)
    }
}

struct Wait {
    time: std::time::Duration,
    count: u64,
}

// Operators that are functions make temporaries.
same! {
    mod sums_that_are_calls;
    #[coro::coroutine]
    async fn body(log: &Log) -> std::time::Duration {
        const OWN: std::time::Duration = std::time::Duration::from_secs(2);
        let wait = &Wait { time: WIDE * 2, count: LIMIT + 1 };
        let sum = *log.pend(1, &(OWN / 4)).await + *log.pend(1, &(WIDE / LIMIT as u32)).await;
        log.event(format!("{}", log.pend(1, &(WIDE == OWN)).await));
        sum + wait.time + log.pend(1, &Wait { time: OWN * 3, count: 1 }).await.time
    }
}

struct Holder {
    size: usize,
}

impl Holder {
    const OWN: u64 = 6;
    fn size(&self) -> &usize {
        &self.size
    }
}

trait Limited {
    const LIMIT: u64;
    const WIDE: std::time::Duration;
}

impl Limited for Holder {
    const LIMIT: u64 = 4;
    const WIDE: std::time::Duration = std::time::Duration::from_secs(1);
}

same! {
    mod of_type_parameters;
    start |log| body::<4, Holder>(log);
    #[coro::coroutine]
    async fn body<const N: usize, T: Limited>(log: &Log) -> (&'static usize, Vec<&'static u64>) {
        let size = log.pend(N, Holder { size: N }.size()).await;
        let mut all = vec![log.pend(1, &(T::LIMIT + 1)).await];
        all.extend(log.pend(1, &[T::LIMIT * 2, 3]).await);
        all.push(log.pend(1, &(<Holder as Limited>::LIMIT + Holder::OWN)).await);
        let wide = log.pend(1, &(T::WIDE * 2)).await.as_secs();
        log.event(format!("{wide} {}", log.pend(1, &(N + 1)).await));
        (size, all)
    }
}
