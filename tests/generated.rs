//! Bodies in which a generator of random programs has found a difference.
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

same! {
    mod rest_of_an_update_panics_in_its_drop;
    start |log| body(log, Point { x: log.drop_of("px0"), y: log.drop_of("py0") });
    #[coro::coroutine]
    async fn body(log: &Log, left1: Point) -> () {
        let Point { x: left3, y: mut a4 } = (Point {
            y: log.pend(1, left1).await.x,
            ..Point {
                y: log.drop_of("v"),
                x: log.pend(1, log.drop_of("n4")).await,
            }
        });
    }
}

same! {
    mod argument_with_a_closure_inside;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        Ok::<Noisy, Noisy>(log.drop_of("n3"))
            .unwrap_or(log.pend(2, None).await.unwrap_or_else(|| log.drop_of("n4")));
        0
    }
}

same! {
    mod reference_of_an_arm_that_is_not_taken;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        (match Some((0, log.drop_of("n7"))) {
            Some((part3, part4)) => {
                log.pend(1, 3).await;
                part4
            }
            Some((item1, ref value6)) if true => log.drop_of("v"),
            _rest => log.drop_of("v"),
        });
        None
    }
}

same! {
    mod reference_of_an_arm_whose_guard_fails;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let item = (log.drop_of("x"), log.drop_of("y"));
        match Some((0, item.1)) {
            Some((ref part6, b7)) if log.test("n", false) => Some(b7),
            Some((rest8, mut part9)) => { log.pend(1, ()).await; None }
            _rest => log.pend(1, None).await,
        }
    }
}

same! {
    mod arm_that_takes_all_leaves_nothing_to_keep;
    start |log| body(log, log.drop_of("p0"));
    #[coro::coroutine]
    async fn body(log: &Log, a1: Noisy) -> Noisy {
        let mut count3 = 0;
        'l2: while count3 < 2 {
            count3 += 1;
            match Some(log.drop_of("n15")) {
                Some(_) => 0,
                Some(mut left7) if true => {
                    log.pend(1, ()).await;
                    break 'l2;
                }
                _rest => 0,
            };
        }
        log.pend(1, ()).await;
        a1
    }
}

same! {
    mod operands_of_a_tail_are_in_the_scope_of_its_temporaries;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let four = log.drop_of("four");
        ({
            log.pend(1, ()).await;
            [
                log.drop_of("op"),
                match (log.drop_of("a"), log.drop_of("b")) {
                    (_a, _) => {
                        return log.pend(1, four).await;
                    }
                },
            ]
        });
        log.drop_of("v")
    }
}

same! {
    mod inner_operands_of_a_tail;
    #[coro::coroutine]
    async fn body(log: &Log) {
        { (log.drop_of("op"), (log.drop_of("in"), match log.drop_of("tmp") { _ => 1 }, log.pend(1, 1).await), log.drop_of("op2"), log.drop_of("tmp2").look(), (log.drop_of("in2"), log.pend(1, 1).await)) };
    }
}

same! {
    mod operands_of_a_condition;
    #[coro::coroutine]
    async fn body(log: &Log) {
        fn three<A, B, C>(_: A, _: B, _: C) -> bool { true }
        if three(log.drop_of("op"), match log.drop_of("tmp") { _ => 1 }, log.pend(1, ()).await) {
            log.pend(1, ()).await
        }
    }
}

same! {
    mod operands_of_an_assignment;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let mut x = (log.drop_of("old"), 1, ());
        { x = (log.drop_of("op"), match log.drop_of("tmp") { _ => 1 }, log.pend(1, ()).await); }
        { x = (log.drop_of("op"), match log.drop_of("tmp") { _ => 1 }, log.pend(1, ()).await) }
    }
}

same! {
    mod value_is_lost_when_a_scrutinee_panics_in_its_drop;
    #[coro::coroutine]
    async fn body(log: &Log) -> () {
        while let Err(part7) = (log.pend(1,
                if let Some(_) = Some(log.drop_of("v")) {
                    Ok::<Noisy, Noisy>(log.drop_of("n3"))
                } else {
                    log.pend(1, Ok(log.drop_of("n4"))).await
                },
            ).await)
        {}
    }
}

same! {
    mod value_of_an_if_let_is_lost;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        if let Some((five, _)) = Some((log.drop_of("v"), log.drop_of("w"))) {
            log.pend(1, 0).await;
            log.drop_of("n14")
        } else {
            log.drop_of("n15")
        };
        0
    }
}

same! {
    mod rest_of_the_value_of_a_block;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (a, _) = { (log.drop_of("a"), log.drop_of("tmp").wait().await.itself().look(), log.drop_of("c")).pair() };
        log.event("next");
        a.look()
    }
    trait Pair { type A; type B; fn pair(self) -> (Self::A, Self::B); }
    impl<A, B, C> Pair for (A, B, C) { type A = A; type B = C; fn pair(self) -> (A, C) { (self.0, self.2) } }
}

same! {
    mod type_of_a_rest;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        log.pend(1,
                match (Some(0), 3) {
                    (Some(_), part1) => log.drop_of("v"),
                    _ => log.drop_of("v"),
                },
            )
            .await;
        log.drop_of("v")
    }
}

same! {
    mod rest_of_a_match_in_an_operand;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        log.pend(1,
                match (log.drop_of("a"), Some(log.drop_of("b")), log.drop_of("c")) {
                    (_, Some(b), _) if b.look() > 5 => log.drop_of("v"),
                    (_, Some(b), _) => log.drop_of("w"),
                    _ => log.drop_of("u"),
                },
            )
            .await
    }
}

same! {
    mod value_behind_a_reference_is_extended;
    #[coro::coroutine]
    async fn body(log: &Log) -> () {
        let mut a2 = &(*Box::new(log.drop_of("n10")));
        log.pend(1, ()).await;
        a2.look();
        let mut a3 = &((*Box::new((log.drop_of("x"), log.drop_of("y")))).1);
        let mut a4 = &(log.drop_of("z"));
        let mut a5 = &*&(log.drop_of("zz"));
        let (ref b, c) = *Box::new((log.drop_of("b"), 3));
        log.pend(1, ()).await;
        a2.look();
        a3.look();
        a4.look();
        a5.look();
        b.look();
    }
}

same! {
    mod value_that_a_ref_binding_is_a_part_of;
    #[coro::coroutine]
    async fn body(log: &Log) -> () {
        let ref b = (*Box::new((log.drop_of("b"), 3))).0;
        let ref c = (log.drop_of("d"), log.drop_of("e")).1;
        log.pend(1, ()).await;
        b.look();
        c.look();
    }
}

same! {
    mod receiver_waits_for_its_argument;
    start |log| body(log, Some(log.drop_of("p1")), (log.drop_of("p20"), log.drop_of("p21"),));
    #[coro::coroutine]
    async fn body(log: &Log, value2: Option<Noisy>, part3: (Noisy, Noisy)) -> usize {
        value2.unwrap_or(log.drop_of("n13"));
        log.pend(1, ()).await;
        0
    }
}

same! {
    mod receiver_that_is_made_waits_for_its_argument;
    start |log| body(log, Point { x: log.drop_of("px1"), y: log.drop_of("py1") });
    #[coro::coroutine]
    async fn body(log: &Log, value1: Point) -> () {
        _ = log.ready(
                Some(value1.x).unwrap_or(match Some(value1.y) {
                            Some(part21) if log.test("n26", true) => log.drop_of("v"),
                            _rest => log.drop_of("v"),
                        },
                    ),
            )
            .await;
        log.pend(1, ()).await;
    }
}

same! {
    mod scrutinee_that_was_awaited_outlives_the_operands;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        Point {
            y: log.drop_of("n10"),
            x: match log.pend(1, log.drop_of("n12")).await {
                _ => {
                    return log.pend(1, 1).await;
                }
            },
        };
        0
    }
}

same! {
    mod receiver_is_borrowed_or_taken;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        trait Look { fn look_with(&self, n: usize) -> usize; fn take_with(self, n: usize) -> usize; }
        impl Look for Noisy { fn look_with(&self, n: usize) -> usize { self.look() + n }
            fn take_with(self, n: usize) -> usize { self.look() + n } }
        let a = (log.drop_of("op"), log.drop_of("t").look_with(log.pend(1, 1).await), log.drop_of("op2"), log.pend(1, log.drop_of("t2")).await.take_with(log.pend(1, 1).await));
        a.1 + a.3
    }
}

same! {
    mod part_as_a_receiver_waits_for_its_argument;
    start |log| body(log, (log.drop_of("a"), Some(log.drop_of("b")), log.drop_of("c")));
    #[coro::coroutine]
    async fn body(log: &Log, three: (Noisy, Option<Noisy>, Noisy)) -> usize {
        log.pend(1, ()).await;
        let b = three.1.unwrap_or(log.drop_of("other"));
        log.pend(1, ()).await;
        b.look()
    }
}

same! {
    mod callee_waits_for_its_argument;
    #[coro::coroutine]
    async fn make(log: &Log, x: Noisy) -> impl FnOnce(Noisy) -> usize {
        log.pend(1, ()).await;
        Box::new(move |y: Noisy| x.look() + y.look()) as Box<dyn FnOnce(Noisy) -> usize>
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        (make(log, log.drop_of("x")).await)(log.drop_of("y")) +
        (make(log, log.drop_of("x")).await)(log.pend(1, log.drop_of("z")).await)
    }
}

same! {
    mod rest_of_an_arm_whose_guard_fails;
    #[coro::coroutine]
    async fn body(log: &Log) -> () {
        _ = {
            match (Some(log.drop_of("n4")), "n5") {
                (Some(_), rest5) => {}
                (Some(_), part6) if true => {}
                _rest => log.pend(1, ()).await,
            };
        };
        log.pend(1, ()).await;
    }
}

same! {
    mod reference_into_the_initialiser_of_a_let_else;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        for n in [1, 3] {
            let (Some(ref part8), 1) = (Some(log.drop_of("x")), n) else {
                log.event("else");
                return 0;
            };
            let (Some(ref part9), 1) = (Some(log.drop_of("y")), n) else {
                log.pend(1, "else").await;
                return 0;
            };
            let (Some(y), 1) = (Some(&log.drop_of("z")), n) else {
                log.event("else");
                return 0;
            };
            let (w, 1) = (&log.drop_of("w"), n) else {
                log.event("else");
                return 0;
            };
            log.pend(1, ()).await;
            y.look();
            part8.look();
        }
        0
    }
}

same! {
    mod bindings_of_a_let_else_outlive_what_it_leaves;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        for count2 in 0..log.pend(1, 2).await {
            let (Some(_), b7) = (Some(log.drop_of("n1")), log.drop_of("n2")) else {
                log.pend(1, ()).await;
                return 0;
            };
        }
        0
    }
}

same! {
    mod scrutinee_in_an_operand_that_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> () {
        vec![
            log.drop_of("v"), match log.pend(1, (None:: < Noisy >, log.drop_of("n3"),)).
            await { (None, b1,) if 0 > 1 => { 1; log.pend(1, log.drop_of("n7")). await }, _
            => log.drop_of("v"), }, log.drop_of("v")
        ];
    }
}

same! {
    mod constructors_extend_what_they_borrow;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let x = Some(&log.drop_of("x"));
        let y = Some((1, &log.drop_of("y")));
        log.pend(1, ()).await;
        x.unwrap().look() + y.unwrap().1.look()
    }
}

same! {
    mod closure_that_is_taken_by_its_call;
    start |log| body(log, log.drop_of("p1"));
    #[coro::coroutine]
    async fn body(log: &Log, part2: Noisy) -> usize {
        let a4 = || part2;
        a4();
        log.pend(1, ()).await;
        let two = (log.drop_of("x"), log.drop_of("y"));
        let f = |n: usize| { let (x, y) = two; x.look() + y.look() + n };
        log.pend(1, ()).await;
        if log.test("now", true) {
            log.event(format!("{}", f(log.pend(1, 3).await)));
        } else {
            log.pend(1, ()).await;
        }
        log.pend(1, ()).await;
        1
    }
}

same! {
    mod closure_that_is_called_often;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let n = log.pend(1, 3).await;
        let mut sum = 0;
        let mut f = |m: usize| { let k = n; sum += k + m; n };
        f(1);
        log.pend(1, ()).await;
        let a = f(2);
        log.pend(1, ()).await;
        f(3) + a + sum
    }
}

same! {
    mod closure_that_is_called_on_one_way;
    start |log| body(log, log.drop_of("p1"));
    #[coro::coroutine]
    async fn body(log: &Log, part2: Noisy) -> usize {
        let a4 = || part2;
        log.pend(1, ()).await;
        if log.test("c", false) { a4(); }
        log.pend(1, ()).await;
        1
    }
}

same! {
    mod extended_inside_of_an_extended_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (Some(ref a), 2) = (Some({
            let b = &log.drop_of("b");
            log.pend(1, ()).await;
            b.look();
            log.drop_of("a")
        }), log.pend(1, 2).await) else {
            return 1;
        };
        log.pend(1, ()).await;
        a.look()
    }
}

same! {
    mod extended_among_operands;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let x = (log.drop_of("a"), &log.drop_of("b"), log.drop_of("c"));
        log.pend(1, ()).await;
        let y = [&log.pend(1, log.drop_of("d")).await, &log.drop_of("e")];
        log.pend(1, ()).await;
        x.1.look() + y[1].look()
    }
}

same! {
    mod taken_apart_while_another_temporary_panics;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (ref kept, taken) = (
            log.pend(1, log.drop_of("kept")).await,
            Point { x: log.drop_of("x"), y: log.drop_of("y") }.x,
        );
        log.pend(1, ()).await;
        kept.look() + taken.look()
    }
}

same! {
    mod taken_apart_without_a_wait_while_another_temporary_panics;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (ref kept, taken) = (
            log.drop_of("kept"),
            Point { x: log.drop_of("x"), y: log.drop_of("y") }.x,
        );
        let whole @ Point { .. } = Point { x: log.drop_of("x2"), ..Point { x: log.drop_of("x3"), y: taken } };
        let ref rest = Point { x: log.drop_of("x4"), ..whole };
        log.pend(1, ()).await;
        kept.look() + rest.x.look()
    }
}

same! {
    mod let_else_that_waits_while_a_temporary_panics;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (Some(first), second) = (
            Some(log.drop_of("a")),
            match Some(log.drop_of("b")) {
                Some(ref _b) => log.drop_of("c"),
                _ => log.drop_of("d"),
            },
        ) else {
            return log.ready(3).await;
        };
        log.pend(1, ()).await;
        first.look() + second.look()
    }
}

same! {
    mod let_else_that_waits_for_a_pair_behind_a_temporary;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let Some((first, second)) = (match log.pend(1, log.drop_of("a")).await {
            _ => Some((log.drop_of("b"), log.drop_of("c"))),
        }) else {
            return log.ready(3).await;
        };
        log.pend(1, ()).await;
        let None = Some(first) else {
            return log.pend(1, second.look()).await;
        };
        4
    }
}

same! {
    mod match_among_the_elements_that_a_loop_runs_over;
    #[coro::coroutine]
    async fn body(log: &Log) {
        for value in (vec![
            log.drop_of("a"),
            match log.drop_of("b") {
                _ => log.drop_of("c"),
            },
        ]) {
            log.pend(1, value).await;
        }
    }
}

same! {
    mod let_else_in_a_block_that_does_not_wait_takes_an_argument_apart;
    start |log| body(log, (log.drop_of("x"), Some(log.drop_of("y"))));
    #[coro::coroutine]
    async fn body(log: &Log, pair: (Noisy, Option<Noisy>)) -> usize {
        log.pend(1, ()).await;
        if log.test("first", true) {
            {
                let (first, Some(second)) = pair else {
                    return 0;
                };
                first.look();
            }
            log.event("between");
            return 1;
        }
        if log.test("second", true) {
            let (_, second) = pair;
            return second.map_or(1, |second| second.look());
        }
        log.pend(1, 2).await
    }
}

same! {
    mod let_else_that_leaves_within_its_last_statement;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let Err(first) = Ok::<usize, Noisy>(log.pend(1, 1).await) else {
            let _: usize = if log.pend(1, true).await {
                return 3;
            } else {
                return log.ready(1).await;
            };
        };
        first.look()
    }
}

same! {
    mod local_of_one_segment_is_bound_while_a_temporary_panics;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        log.pend(1, ()).await;
        let mut turns = 0;
        loop {
            turns += 1;
            if turns > 2 {
                break log.pend(1, 2).await;
            }
            let taken = log.drop_of("taken");
            let (ref first, number, mut last) = (match Some(taken) {
                _ => (log.drop_of("first"), 2, log.drop_of("last")),
            });
            last.change("!");
            turns += number - 2 + first.look() - first.look();
        }
    }
}

same! {
    mod one_of_two_bindings_lives_across_a_wait_while_a_temporary_panics;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        log.pend(1, ()).await;
        let (kept, mut last) = (
            log.drop_of("kept"),
            Point { x: log.drop_of("x"), y: log.drop_of("y") }.x,
        );
        last.change("!");
        drop(last);
        log.pend(1, ()).await;
        kept.look()
    }
}

same! {
    mod branches_that_leave_while_they_make_an_operand;
    #[coro::coroutine]
    async fn choose(log: &Log, turn: usize) -> Noisy {
        let kept = match turn {
            0 => {
                let made = log.drop_of("made");
                drop((made, log.pend(1, match Some(turn) { _ => return log.drop_of("operand") }).await));
            }
            1 => {
                let first = log.drop_of("first");
                let _pair = (
                    log.pend(1, log.drop_of("element")).await,
                    if log.pend(1, true).await { return first } else { return log.drop_of("second") },
                );
            }
            _ => log.pend(1, log.drop_of("made")).await,
        };
        log.pend(1, ()).await;
        kept
    }
    #[coro::coroutine]
    async fn body(log: &Log) {
        for turn in 0..3 {
            choose(log, turn).await.look();
        }
    }
}

same! {
    mod a_condition_that_leaves;
    #[coro::coroutine]
    async fn choose(log: &Log, turn: Option<usize>) -> Noisy {
        let held = log.drop_of("held");
        if let Some(count) = turn
            && !match log.pend(count, 2).await {
                _ => return log.pend(1, log.drop_of("returned")).await,
            }
        {
            log.event("never");
        }
        log.pend(1, held).await
    }
    #[coro::coroutine]
    async fn body(log: &Log) {
        choose(log, Some(1)).await.look();
        choose(log, None).await.look();
    }
}

same! {
    mod drop_of_what_a_let_else_leaves_panics;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        if log.pend(1, true).await {}
        let (Some((x, y)), ..) = (Some((log.drop_of("x"), log.drop_of("y"))), log.drop_of("rest"))
        else {
            return 0;
        };
        0
    }
}

#[derive(Debug)]
struct Mark {
    first: u64,
    second: u64,
}

trait Read {
    fn read(&self, log: &Log) -> usize;
}

impl Read for u64 {
    fn read(&self, log: &Log) -> usize {
        log.event(format!("read {self}"));
        1
    }
}

impl Read for Mark {
    fn read(&self, log: &Log) -> usize {
        log.event(format!("read {} {}", self.first, self.second));
        2
    }
}

#[coro::coroutine]
async fn pass<T>(log: &Log, value: T) -> T {
    log.pend(1, ()).await;
    value
}

same! {
    mod rest_of_a_value_beside_a_temporary;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let x: Noisy = match log.drop_of("scrutinee") {
            _ => {
                log.pend(1, ()).await;
                Point { y: log.drop_of("y"), x: log.drop_of("x") }
            }
        }
        .x;
    }
}

same! {
    mod temporary_beside_one_that_is_kept;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let last: Noisy = vec![(log.drop_of("a"), log.drop_of("b")).1, log.pend(1, log.drop_of("c")).await].remove(1);
        log.event("next");
    }
}

same! {
    mod value_that_is_never_made_in_a_tuple;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mark = Mark { first: 1, second: 2 };
        let mut all = vec![(log.drop_of("a"), &mark)];
        all.push((
            log.pend(1, log.drop_of("b")).await,
            if log.test("first", true) {
                return log.pend(1, 1).await;
            } else {
                return log.pend(1, 2).await;
            },
        ));
        all.len()
    }
}

same! {
    mod method_of_a_trait_on_a_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (own, number) = (Mark { first: 1, second: 2 }, 3_u64);
        let mark = &own;
        let mut choice: &u64;
        log.pend(1, ()).await;
        let one = mark.read(log);
        choice = &number;
        log.pend(1, ()).await;
        one + choice.read(log)
    }
}

same! {
    mod unused_closure_that_borrows;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = std::cell::Cell::new(1_usize);
        let put = |it| cell.set(it);
        cell.get();
        log.pend(1, ()).await;
        [{ 1 }, 2][0]
    }
}
