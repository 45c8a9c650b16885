//! Bodies whose futures rustc makes small in a way that a frame has to follow.
// They are about a form, not about the best form.
#![allow(
    unused,
    unreachable_code,
    unreachable_patterns,
    clippy::all,
    clippy::pedantic
)]
mod common;
use common::*;

#[derive(Debug)]
struct Point {
    x: Noisy,
    y: Noisy,
}

// ---- arms that nothing reaches ----

same! {
    mod arm_behind_one_that_takes_the_same;
    #[coro::coroutine]
    async fn body(log: &Log) {
        match Some(log.drop_of("some")).map(|some| some.renamed("renamed")) {
            Some(_first) => log.event("first"),
            Some(second) => {
                let kept = (log.drop_of("a"), log.drop_of("b"));
                log.pend(1, second).await;
                drop(kept);
            }
            _ => log.pend(1, ()).await,
        }
        log.pend(1, ()).await;
    }
}

same! {
    mod arm_behind_one_for_any;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let outer = log.drop_of("outer");
        let looked = match (Some(log.drop_of("some")), log.drop_of("other")) {
            (whole @ Some(_), rest) => whole.iter().count() + rest.look(),
            (Some(some), mut other) if log.test("guard", true) => {
                let lengths = if let Some(Point { x, y }) = None::<Point> {
                    other = x;
                    (y, 1, log.drop_of("c"))
                } else {
                    let changed = other.change("changed");
                    log.pend(1, ()).await;
                    (log.drop_of("a"), changed.look(), log.drop_of("b"))
                };
                log.pend(lengths.1, outer).await.look()
            }
            _ => return 0,
        };
        log.pend(looked, log.drop_of("last")).await.look()
    }
}

same! {
    mod arm_behind_alternatives;
    #[coro::coroutine]
    async fn body(log: &Log) {
        for turn in 0..3 {
            match (turn, Some(log.drop_of("some"))) {
                (0 | 1, Some(_)) => log.event("few"),
                (1, Some(some)) => {
                    let point = Point { x: log.drop_of("x"), y: log.drop_of("y") };
                    log.pend(1, some).await;
                    drop(point);
                }
                (2, some) => log.pend(1, some).await.map_or((), drop),
                _ => log.event("others"),
            }
        }
    }
}

same! {
    mod arms_that_only_look_covered;
    #[coro::coroutine]
    async fn body(log: &Log) {
        for turn in 0..6 {
            let point = Point { x: log.drop_of("x"), y: log.drop_of("y") };
            match (turn, point) {
                (0, Point { x, .. }) if x.look() > 1 => log.event("guard"),
                (0, point) => {
                    log.pend(1, point.y).await;
                }
                (1, Point { y, .. }) => {
                    log.pend(1, y).await;
                }
                (1 | 2, Point { x, y: _ }) => {
                    log.pend(1, x).await;
                }
                (3, ..) => log.pend(1, ()).await,
                (.., Point { x, .. }) if turn == 4 => {
                    log.pend(1, x).await;
                }
                (_, point) => {
                    log.pend(2, point).await;
                }
            }
            log.pend(1, ()).await;
        }
    }
}
