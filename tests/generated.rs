//! Bodies in which a generator of random programs has found a difference.
// They are about a form, not about the best form.
#![allow(clippy::needless_return, clippy::match_single_binding)]
mod common;
use common::*;

#[derive(Debug)]
struct Point {
    x: Noisy,
    y: Noisy,
}
#[derive(Debug)]
enum Shape {
    Empty,
    Dot(Noisy),
}

same! {
    mod underscore_assigned_a_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("x");
        _ = value;
        log.event("next");
        log.pend(1, ()).await;
        value.look()
    }
}

same! {
    mod underscore_assigned_a_part;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let point = Point { x: log.drop_of("x"), y: log.drop_of("y") };
        _ = point.y;
        let _ = point.x;
        log.event("next");
        log.pend(1, ()).await;
    }
}

same! {
    mod underscore_assigned_what_was_awaited;
    #[coro::coroutine]
    async fn body(log: &Log) {
        _ = log.pend(1, log.drop_of("a")).await;
        log.event("next");
    }
}

same! {
    mod unused_binding_of_an_arm_that_does_not_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        log.pend(1, 1).await;
        match Some(log.drop_of("inner")) {
            Some(_inner) => {
                log.event("in arm");
                1
            }
            None => log.pend(1, 2).await,
        }
    }
}

same! {
    mod returned_from_an_arm_that_does_not_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        log.pend(1, ()).await;
        let left = log.drop_of("left");
        for shape in [Shape::Empty, Shape::Dot(log.drop_of("inner"))] {
            if let Shape::Dot(_inner) = shape {
                return left.look();
            } else {
                log.pend(1, 1).await;
            }
        }
        0
    }
}

same! {
    mod update_of_what_was_awaited;
    #[coro::coroutine]
    async fn body(log: &Log) {
        drop(Point {
            y: log.drop_of("new y"),
            ..log.pend(1, Point { x: log.drop_of("x"), y: log.drop_of("y") }).await
        });
        log.event("next");
    }
}

same! {
    mod temporary_of_a_wait_inside_format;
    #[coro::coroutine]
    async fn body(log: &Log) {
        log.event(format!("{}", log.pend(1, log.drop_of("a").look()).await));
        log.event("next");
    }
}

same! {
    mod names_that_differ_by_a_number;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        {
            let value = log.drop_of("a");
            log.pend(1, ()).await;
            sum += value.look();
        }
        {
            let value2 = log.drop_of("b");
            log.pend(1, ()).await;
            sum += value2.look();
        }
        {
            let value = log.drop_of("c");
            log.pend(1, ()).await;
            sum += value.look();
        }
        sum
    }
}

same! {
    mod parentheses_stay;
    #[coro::coroutine]
    #[allow(unused_parens)]
    async fn body(log: &Log) -> usize {
        let sum = match (Point { x: log.drop_of("x"), y: log.drop_of("y") }) {
            Point { x, y } => x.look() + log.pend(1, y).await.look(),
        };
        sum + (if log.pend(1, true).await { 3 } else { 0 } + 3)
    }
}

same! {
    mod scrutinee_inside_an_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let length = log
            .pend(
                1,
                match log.drop_of("v") {
                    _ => 1,
                },
            )
            .await;
        length
            + log
                .pend(
                    1,
                    match log.drop_of("w").itself() {
                        value => value.look(),
                    },
                )
                .await
    }
}
