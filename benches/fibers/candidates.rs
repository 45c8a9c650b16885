//! The work, and who does it. What each library does is in the file of its name.

use std::any::Any;

use crate::{corosensei_side, futures_side, generator_side, ours, tasks};

/// Does so many units of work, and returns something that depends on all of them.
pub(crate) type Run = Box<dyn FnMut(u32) -> u64>;

/// A name, and what makes the thing to be measured.
pub(crate) struct Candidate(pub(crate) &'static str, pub(crate) fn() -> Run);

/// What is measured.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// Units of work in one sample.
    pub(crate) units: u32,
    /// Where each candidate has processes of its own: units of work ask the kernel for memory or go
    /// through much of it, or it is the time of the processor that counts, of all threads.
    pub(crate) alone: bool,
    pub(crate) candidates: Vec<Candidate>,
}

/// How many take turns where it is many.
pub(crate) const MANY: usize = 1_000;

/// All that is timed.
pub(crate) fn works() -> Vec<Work> {
    let mut works = vec![
        Work {
            name: "resume and yield, with a value each",
            units: 200_000,
            alone: false,
            candidates: vec![
                Candidate("Fiber", || ours::stay(0)),
                Candidate("coro-sys, the bare switch", ours::bare),
                Candidate("corosensei", || corosensei_side::stay(0)),
                Candidate("generator", || generator_side::stay(0)),
                Candidate("future of an async fn, boxed", futures_side::stay),
                Candidate("future of a #[coroutine], boxed", futures_side::stay_by_us),
            ],
        },
        Work {
            name: "the same, ten calls deep",
            units: 200_000,
            alone: false,
            candidates: vec![
                Candidate("Fiber", || ours::stay(10)),
                Candidate("corosensei", || corosensei_side::stay(10)),
                Candidate("generator", || generator_side::stay(10)),
                Candidate("future of ten async fns, boxed", futures_side::stay_deep),
                Candidate(
                    "future of ten #[coroutine]s, boxed",
                    futures_side::stay_deep_by_us,
                ),
            ],
        },
        Work {
            name: "call ten deep, yield there, return",
            units: 100_000,
            alone: false,
            candidates: vec![
                Candidate("Fiber", ours::come_and_go),
                Candidate("corosensei", corosensei_side::come_and_go),
                Candidate("generator", generator_side::come_and_go),
                Candidate("future of ten async fns, boxed", futures_side::come_and_go),
                Candidate(
                    "future of ten #[coroutine]s, boxed",
                    futures_side::come_and_go_by_us,
                ),
            ],
        },
        Work {
            name: "resume and yield, 1,000 by turns",
            units: 100_000,
            alone: true,
            candidates: vec![
                Candidate("Fiber", ours::by_turns),
                Candidate("corosensei", corosensei_side::by_turns),
                Candidate("generator", generator_side::by_turns),
                Candidate("future of an async fn, boxed", futures_side::by_turns),
            ],
        },
        Work {
            name: "create, yield once, end; stacks reused",
            units: 20_000,
            alone: false,
            candidates: vec![
                Candidate("Fiber", || ours::once(64)),
                Candidate(
                    "corosensei, one stack passed on",
                    corosensei_side::once_reused,
                ),
                Candidate("future of an async fn, boxed", futures_side::once),
            ],
        },
        Work {
            name: "create, yield once, end; stacks mapped anew",
            units: 500,
            alone: true,
            candidates: vec![
                Candidate("Fiber", || ours::once(0)),
                Candidate("corosensei", corosensei_side::once),
                Candidate("generator", generator_side::once),
            ],
        },
    ];
    works.extend(tasks::works());
    works
}

/// Parks nothing: what the process has without.
pub(crate) const NOTHING: &str = "nothing";

/// All that is parked.
pub(crate) const PARKED: &[&str] = &[
    "Fiber",
    "corosensei",
    "generator",
    #[cfg(feature = "may")]
    "may",
    "future",
];

/// Parks so many of a kind. `None` if there is no such kind.
pub(crate) fn parked(name: &str, count: usize) -> Option<Box<dyn Any>> {
    Some(match name {
        NOTHING => Box::new(()),
        "Fiber" => Box::new(ours::parked(count)),
        "corosensei" => Box::new(corosensei_side::parked(count)),
        "generator" => Box::new(generator_side::parked(count)),
        #[cfg(feature = "may")]
        "may" => Box::new(crate::may_side::parked(count)),
        "future" => Box::new(futures_side::parked(count)),
        _ => return None,
    })
}
