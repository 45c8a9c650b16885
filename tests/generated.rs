//! Bodies in which a generator of random programs has found a difference.
// They are about a form, not about the best form.
#![allow(
    clippy::needless_return,
    clippy::match_single_binding,
    clippy::redundant_pattern_matching,
    clippy::needless_borrow
)]
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

same! {
    mod refuted_pattern_of_a_match_that_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let part = (log.drop_of("p"), log.drop_of("q"));
        let (Some(a), b) = (match log.pend(1, 2).await { _ => (None::<Noisy>, part.0) }) else {
            return 0;
        };
        a.look() + b.look()
    }
}

same! {
    mod rest_of_a_pattern_panics_in_its_drop;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let Point { y: a1, .. } = Point {
            x: vec![log.pend(1, log.drop_of("n7")).await, log.drop_of("n8")].remove(1),
            y: log.ready(log.drop_of("n9")).await,
        };
        a1.look()
    }
}

same! {
    mod operands_and_temporaries_in_the_order_in_which_they_are_made;
    start |log| body(log, log.drop_of("p0"));
    #[coro::coroutine]
    async fn body(log: &Log, left1: Noisy) -> usize {
        let pair = (left1, { Some(log.drop_of("n3")) }.unwrap_or(log.pend(2, log.drop_of("n4")).await));
        pair.0.look() + pair.1.look()
    }
}

same! {
    mod guard_panics_before_anything_is_taken;
    start |log| body(log, Ok(log.drop_of("p2")));
    #[coro::coroutine]
    async fn body(log: &Log, left3: Result<Noisy, Noisy>) -> usize {
        let a4 = log.drop_of("v");
        log.pend(1, ()).await;
        let value = match left3 {
            Ok(_value5) if log.test("n3", true) => log.drop_of("v"),
            _ => log.drop_of("v"),
        };
        value.look() + a4.look()
    }
}

same! {
    mod field_of_what_was_waited_for;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let made = Point {
            x: log.pend(1, Point { x: log.drop_of("n2"), y: log.drop_of("n3") }).await.x,
            y: {
                log.pend(1, 3).await;
                log.drop_of("n7")
            },
        };
        made.x.look() + made.y.look()
    }
}

same! {
    mod let_else_borrows_and_its_else_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, Noisy) {
        let Ok(ref item2) = Ok::<Noisy, Noisy>(log.drop_of("n5")) else {
            log.pend(1, 0).await;
            return (log.drop_of("n6"), log.drop_of("n7"));
        };
        log.pend(1, item2.look()).await;
        (log.drop_of("n20"), log.drop_of("n21"))
    }
}

same! {
    mod branch_that_waits_is_borrowed;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let sum = (&if let Err(_) = Ok::<Noisy, Noisy>(log.drop_of("n2")) {
            log.drop_of("n4")
        } else {
            log.pend(1, ()).await;
            log.drop_of("n7")
        })
            .look() + 3;
        log.event(format!("sum {sum}"));
        None
    }
}

same! {
    mod base_of_an_update_waits;
    start |log| body(log, log.drop_of("p0"));
    #[coro::coroutine]
    async fn body(log: &Log, value1: Noisy) -> Noisy {
        let (b2, a3) = (
            Point {
                y: value1,
                ..log.pend(1, Point { y: log.drop_of("n1"), x: log.drop_of("n2") }).await
            },
            if log.test("n3", true) { log.pend(1, log.drop_of("n4")).await } else { log.drop_of("n5") },
        );
        b2.x.look();
        b2.y.look();
        a3
    }
}

same! {
    mod temporary_outlives_the_operands;
    #[coro::coroutine]
    async fn make(log: &Log, name: &str) -> Noisy {
        let made = log.drop_of(name);
        log.pend(1, ()).await;
        made
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let a1 = (log.pend(1, 0), log.drop_of("v").look(), make(log, "n3").await);
        a1.1 + a1.2.look()
    }
}
