//! Patterns whose bindings live across a wait.
// The bodies are about a form, not about the best form.
#![allow(
    clippy::manual_range_patterns,
    clippy::useless_vec,
    non_upper_case_globals
)]
mod common;
use common::*;

struct Point {
    x: Noisy,
    y: Noisy,
}

enum Shape {
    Empty,
    Dot(Noisy),
    Line(Noisy, Noisy),
    Box { corner: Point, name: Noisy },
}

fn point(log: &Log) -> Point {
    Point {
        x: log.drop_of("x"),
        y: log.drop_of("y"),
    }
}

fn shapes(log: &Log) -> Vec<Shape> {
    vec![
        Shape::Empty,
        Shape::Dot(log.drop_of("dot")),
        Shape::Line(log.drop_of("from"), log.drop_of("to")),
        Shape::Box {
            corner: point(log),
            name: log.drop_of("box"),
        },
    ]
}

same! {
    mod tuple;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (first, (second, third)) =
            log.pend(1, (log.drop_of("a"), (log.drop_of("bb"), log.drop_of("ccc")))).await;
        log.pend(1, ()).await;
        third.look() + first.look() + second.look()
    }
}

same! {
    mod struct_fields;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let Point { y, x: across } = log.pend(1, point(log)).await;
        log.pend(1, ()).await;
        y.look() + across.look()
    }
}

same! {
    mod struct_with_a_rest;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let whole = point(log);
        let Point { y, .. } = whole;
        log.pend(1, ()).await;
        let sum = y.look();
        log.pend(1, ()).await;
        sum + whole.x.look()
    }
}

same! {
    mod tuple_with_a_rest;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (first, .., last) = (log.drop_of("a"), log.drop_of("b"), log.drop_of("c"));
        log.pend(1, ()).await;
        first.look() + last.look()
    }
}

same! {
    mod mutable_binding;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let (mut first, second) = (log.drop_of("first"), log.drop_of("second"));
        log.pend(1, ()).await;
        first.change(second.name());
        first
    }
}

same! {
    mod enum_variants;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for shape in shapes(log) {
            sum += match shape {
                Shape::Empty => log.pend(1, 1).await,
                Shape::Dot(dot) => {
                    log.pend(1, ()).await;
                    dot.look()
                }
                Shape::Line(from, _) => from.wait_own().await.look(),
                Shape::Box { corner: Point { x, .. }, name } => {
                    log.pend(1, ()).await;
                    drop(name);
                    log.pend(1, ()).await;
                    x.look()
                }
            };
        }
        sum
    }
}

same! {
    mod enum_variants_by_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let shapes = shapes(log);
        let mut sum = 0;
        for shape in &shapes {
            sum += match shape {
                Shape::Empty => 1,
                Shape::Dot(dot) => dot.wait().await.look(),
                Shape::Line(from, to) => {
                    log.pend(1, ()).await;
                    from.look() + to.look()
                }
                Shape::Box { corner, name } => corner.x.wait().await.look() + name.look(),
            };
        }
        sum
    }
}

same! {
    mod enum_variants_by_mutable_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut shapes = shapes(log);
        for shape in shapes.iter_mut() {
            match shape {
                Shape::Dot(dot) => {
                    log.pend(1, ()).await;
                    dot.change("!");
                }
                Shape::Line(from, to) => {
                    std::mem::swap(from, to);
                    log.pend(1, ()).await;
                    from.change("?");
                }
                Shape::Box { corner: Point { x, y }, .. } => {
                    x.wait_mut().await.change(y.name());
                }
                other => {
                    *other = Shape::Dot(log.pend(1, log.drop_of("no longer empty")).await);
                }
            }
        }
        shapes.len()
    }
}

same! {
    mod alternatives;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for value in [Ok(log.drop_of("good")), Err(log.drop_of("bad"))] {
            let (Ok(either) | Err(either)) = value;
            log.pend(1, ()).await;
            sum += either.look();
        }
        for shape in shapes(log) {
            if let Shape::Dot(only) | Shape::Line(_, only) | Shape::Box { name: only, .. } = shape {
                log.pend(1, ()).await;
                sum += only.look();
            }
        }
        sum
    }
}

same! {
    mod binding_at_a_pattern;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let mut sum = 0;
        for number in [1, 5, 9] {
            sum += match log.pend(1, number).await {
                small @ 0..=3 => log.pend(1, small).await,
                middle @ (4 | 5 | 6) => middle * 10,
                large => large + log.pend(1, held.look()).await,
            };
        }
        sum
    }
}

same! {
    mod binding_at_a_moved_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        match log.pend(1, Some(log.drop_of("value"))).await {
            whole @ Some(_) => {
                log.pend(1, ()).await;
                whole.map_or(0, |value| value.look())
            }
            None => 0,
        }
    }
}

same! {
    mod binding_at_a_borrowed_value;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = (log.drop_of("left"), log.drop_of("right"));
        let ref whole @ (ref left, _) = pair;
        log.pend(1, ()).await;
        left.look() + whole.1.look()
    }
}

same! {
    mod slice;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb", "ccc"]);
        match list.as_slice() {
            [] => 0,
            [only] => only.look(),
            [first, middle @ .., last] => {
                log.pend(1, ()).await;
                first.look() + middle.len() + last.look()
            }
        }
    }
}

same! {
    mod array_moved_in_part;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let array = [log.drop_of("a"), log.drop_of("b"), log.drop_of("c"), log.drop_of("d")];
        let [first, .., last] = array;
        log.pend(1, ()).await;
        first.look() + last.look()
    }
}

same! {
    mod mutable_slice;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<Noisy> {
        let mut list = log.list(&["a", "b", "c"]);
        if let [first, .., last] = &mut list[..] {
            log.pend(1, ()).await;
            std::mem::swap(first, last);
            log.pend(1, ()).await;
            first.change("!");
        }
        list
    }
}

same! {
    mod reference_pattern;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let numbers = [1, 2, 3];
        let held = log.drop_of("held");
        let mut sum = 0;
        for &number in &numbers {
            sum += log.pend(1, number).await;
        }
        for (index, &(value, number)) in [(&held, 1), (&held, 2)].iter().enumerate() {
            log.pend(1, ()).await;
            sum += value.look() * number + index;
        }
        sum
    }
}

same! {
    mod nested_options_and_results;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let values = [
            Ok(Some(log.drop_of("some"))),
            Ok(None),
            Err(log.drop_of("bad")),
        ];
        let mut sum = 0;
        for value in values {
            match log.pend(1, value).await {
                Ok(Some(value)) if value.name() == "none" => sum += 100,
                Ok(Some(value)) => sum += log.pend(1, value).await.look(),
                Ok(None) => log.pend(1, ()).await,
                Err(bad) => {
                    log.pend(1, ()).await;
                    sum += bad.look();
                    break;
                }
            }
        }
        sum
    }
}

same! {
    mod moved_in_one_arm_and_borrowed_in_another;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let place = Some((log.drop_of("left"), log.drop_of("right")));
            match place {
                Some((left, _)) if flag => {
                    log.pend(1, ()).await;
                    sum += left.look();
                }
                Some((_, ref right)) => {
                    log.pend(1, ()).await;
                    sum += right.look();
                }
                None => {}
            }
            log.event("after the match");
        }
        sum
    }
}

same! {
    mod guard_binds_by_reference_then_moves;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for name in ["first", "second", "third"] {
            match Some(log.drop_of(name)) {
                Some(value) if log.pend(1, value.name() == "first").await => {
                    sum += value.wait_own().await.look();
                }
                Some(value) if value.wait().await.name() == "second" => sum += value.look(),
                Some(_) => log.pend(1, ()).await,
                None => {}
            }
        }
        sum
    }
}

same! {
    mod guard_holds_a_let;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = Some(log.drop_of("value"));
        match &value {
            Some(inner) if { let length = log.pend(1, inner).await.look(); length > 10 } => 1,
            Some(inner) => inner.wait().await.look(),
            None => 0,
        }
    }
}

same! {
    mod constants_and_ranges;
    const LIMIT: usize = 3;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<&'static str> {
        let held = log.drop_of("held");
        let mut names = Vec::new();
        for number in [0, LIMIT, 5, 100] {
            names.push(match log.pend(1, number).await {
                0 => "zero",
                LIMIT => "limit",
                4..10 => log.pend(1, "middle").await,
                10.. => {
                    held.look();
                    "large"
                }
                _ => "other",
            });
        }
        names
    }
}

same! {
    mod text_patterns;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let text = log.pend(1, String::from("key=value")).await;
        let held = log.drop_of("held");
        match text.split_once('=') {
            Some(("key", value)) => {
                log.pend(1, ()).await;
                value.len() + held.look()
            }
            Some((other, _)) => other.len(),
            None => 0,
        }
    }
}

same! {
    mod default_binding_modes;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut pair = Some((log.drop_of("left"), vec![1, 2]));
        if let Some((left, numbers)) = &mut pair {
            numbers.push(log.pend(1, 3).await);
            left.wait_mut().await.change("!");
        }
        let Some((left, numbers)) = &pair else {
            return 0;
        };
        log.pend(1, ()).await;
        left.look() + numbers.len()
    }
}

same! {
    mod let_else_with_a_struct;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for shape in shapes(log) {
            let Shape::Box { corner: Point { x, y: _ }, name } = shape else {
                log.pend(1, ()).await;
                continue;
            };
            log.pend(1, ()).await;
            sum += x.look() + name.look();
        }
        sum
    }
}

same! {
    mod closure_and_loop_patterns;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pairs = vec![(log.drop_of("a"), 1), (log.drop_of("bb"), 2)];
        let weigh = |(value, weight): &(Noisy, usize)| value.look() * weight;
        let mut sum = 0;
        for (index, pair @ (value, _)) in pairs.iter().enumerate() {
            log.pend(index + 1, ()).await;
            sum += weigh(pair) + value.look();
        }
        sum
    }
}

same! {
    mod uninhabited_error;
    use std::convert::Infallible;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let Ok(value) = log.pend(1, Ok::<Noisy, Infallible>(log.drop_of("value"))).await;
        log.pend(1, ()).await;
        value.look()
    }
}

same! {
    mod same_name_in_several_arms;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("outer");
        let mut sum = 0;
        for shape in shapes(log) {
            match shape {
                Shape::Dot(value) => sum += log.pend(1, value).await.look(),
                Shape::Line(value, other) => {
                    log.pend(1, ()).await;
                    sum += value.look() + other.look();
                }
                Shape::Box { name: value, .. } if log.pend(1, true).await => sum += value.look(),
                _ => sum += value.look(),
            }
        }
        sum + value.look()
    }
}

same! {
    mod fields_by_their_own_names;
    struct Refused {
        attempts: usize,
        last: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let refused = log.pend(1, Some(Refused { attempts: 1, last: log.drop_of("last") })).await;
        match refused {
            Some(Refused { attempts, last }) => attempts + last.look(),
            None => 0,
        }
    }
}

same! {
    mod closure_takes_a_binding_of_an_arm;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut list = Vec::new();
        match log.pend(1, Ok((log.drop_of("key"), log.drop_of("value")))).await {
            Ok((key, value)) => {
                let length = Some(&mut list).map(|list| {
                    list.push(value);
                    key.look() + list.len()
                });
                log.pend(1, length.is_some()).await;
            }
            Err(other) => list.push(other),
        }
        list.len()
    }
}

same! {
    mod elements_of_arrays_are_copied;
    start |log| body(log, [1, 2]);
    #[coro::coroutine]
    async fn body(log: &Log, bytes: [u8; 2]) -> usize {
        let names = ["a", "b", "c"];
        log.pend(1, ()).await;
        let [a, b] = bytes;
        let [first, rest @ ..] = names;
        let [n, _] = bytes;
        if let [x, "b", ..] = names {
            log.pend(1, ()).await;
            log.event(x);
        }
        log.pend(1, ()).await;
        (a + b + n) as usize + first.len() + rest.len()
    }
}

same! {
    mod array_is_taken_apart_where_it_is_made;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let [a, b] = log.pend(1, [log.drop_of("a"), log.drop_of("b")]).await;
        match log.pend(1, [log.drop_of("c"), log.drop_of("d")]).await {
            [c, _] => { log.pend(1, ()).await; c.look() }
        };
        a.look() + b.look()
    }
}

same! {
    mod arrays_are_the_items_of_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for [a, b] in vec![[log.drop_of("a"), log.drop_of("b")], [log.drop_of("c"), log.drop_of("d")]] {
            sum += a.wait().await.look() + b.look();
        }
        for [a, _] in vec![[log.drop_of("a"), log.drop_of("b")], [log.drop_of("c"), log.drop_of("d")]] {
            sum += a.wait().await.look();
        }
        sum
    }
}

same! {
    mod references_in_patterns_that_move;
    start |log| outer(log);
    #[coro::coroutine]
    async fn body(log: &Log, number: &usize, pair: (&usize, Noisy, Noisy)) -> usize {
        log.pend(1, ()).await;
        let (&first, name, _) = pair;
        let some = Some((number, log.drop_of("some"), log.drop_of("left")));
        log.pend(1, ()).await;
        let second = match some {
            Some((_, ref left, _)) if log.test("guard", left.look() > 9) => 1,
            Some((&second, taken, _)) => {
                log.pend(1, ()).await;
                second + taken.look()
            }
            None => 0,
        };
        let nested = ((number, &(1, 2)), log.drop_of("nested"), log.drop_of("rest"));
        log.pend(1, ()).await;
        let nested = Some(nested).filter(|_| second > 0);
        let third = if let Some(((&third, &(one, _)), taken, _)) = nested {
            log.pend(1, third + one).await + taken.look()
        } else {
            0
        };
        log.pend(1, first + second + third + name.look()).await
    }
    #[coro::coroutine]
    async fn outer(log: &Log) -> usize {
        let number = log.pend(1, 1).await;
        body(log, &number, (&7, log.drop_of("a"), log.drop_of("b"))).await
    }
}

same! {
    mod guard_of_alternatives_that_overlap;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut found = 0;
        for wanted in ["first", "other", "none"] {
            let pair = (Some(log.drop_of("first")), Some(log.drop_of("other")));
            found += match pair {
                (Some(name), _) | (_, Some(name))
                    if log.pend(1, name.name() == wanted).await && name.look() == 5 =>
                {
                    log.pend(1, ()).await;
                    name.look()
                }
                (_, Some(name)) => name.look() * 10,
                _ => 0,
            };
        }
        found
    }
}

same! {
    mod guard_of_nested_alternatives;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<u32> {
        let mut found = Vec::new();
        for pair in [(1, 2), (3, 1), (2, 2), (7, 8)] {
            found.push(match pair {
                (1 | 2, n @ (2 | 3)) | (n, 1 | 8) if log.pend(1, n != 3).await => n,
                (n, _) if log.pend(1, n == 3).await => 30,
                _ => 0,
            });
        }
        found
    }
}

same! {
    mod matches_with_a_guard_that_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> u32 {
        let mut count = 0;
        for number in 0..4 {
            count += u32::from(matches!(number, 1 | 2..=3 if log.pend(1, number != 2).await));
        }
        let word = Some(log.drop_of("word"));
        if matches!(word, Some(word) if log.pend(1, word.look()).await > 3) {
            log.event("long");
        }
        let other = Some(log.drop_of("other"));
        if !matches!(other, Some(word) if log.pend(1, word.look()).await > 9) {
            log.event("short");
        }
        if matches!(
            log.pend(1, Some(log.drop_of("made"))).await,
            Some(ref made) if log.pend(1, made.look()).await == 4,
        ) {
            log.event("made");
        }
        count
    }
}

same! {
    mod let_else_with_a_type_that_waits;
    struct Pair(Option<Noisy>, Noisy);
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = Pair(Some(log.drop_of("first")), log.drop_of("second"));
        // A part of a place.
        let Some(first): Option<Noisy> = pair.0 else {
            return log.pend(1, 0).await;
        };
        // A value that is coerced.
        let [one, two]: &[Noisy] = &log.list(&["one", "two"]) else {
            return log.pend(1, 1).await;
        };
        // A type that is known from nowhere else.
        let Ok(number): Result<usize, std::num::ParseIntError> = "5".parse() else {
            return log.pend(1, 2).await;
        };
        let mut count = number + first.look() + one.look() + two.look();
        while count > 0 {
            let whole = Some(log.drop_of("whole"));
            let Some(ref borrowed): Option<Noisy> = whole else {
                break;
            };
            borrowed.look();
            let None::<Noisy>: Option<Noisy> = log.pend(1, whole).await else {
                log.pend(1, ()).await;
                count /= 8;
                continue;
            };
        }
        let words = [Some(log.drop_of("word")), None];
        let index = usize::from(log.test("none", true));
        let Some(ref word): Option<Noisy> = words[index] else {
            log.pend(1, ()).await;
            return pair.1.look();
        };
        word.look()
    }
}

same! {
    mod lets_with_a_type;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let pair = (log.drop_of("a"), log.drop_of("b"));
        log.pend(1, ()).await;
        let (first, _): (Noisy, Noisy) = pair;
        log.pend(1, ()).await;
        let option = Some(log.drop_of("c"));
        log.pend(1, ()).await;
        let Some(second): Option<Noisy> = option else {
            return Some(first);
        };
        log.pend(1, ()).await;
        Some(second)
    }
}

same! {
    mod lets_with_a_type_and_an_else;
    fn pair(log: &Log, left: Noisy) -> (Option<Noisy>, Noisy) {
        (Some(left), log.drop_of("right"))
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let Some(second): Option<Noisy> = pair(log, log.pend(1, log.drop_of("b")).await).0 else {
            log.event("else");
            return None;
        };
        let Some(third): Option<Noisy> = log.pend(1, Some(log.drop_of("c"))).await else {
            log.event("else");
            return None;
        };
        let (Some(fourth), _): (Option<Noisy>, Noisy) = pair(log, third) else {
            log.event("else");
            return None;
        };
        let [ref one, ref two]: [Noisy; 2] = [log.drop_of("d"), log.pend(1, log.drop_of("e")).await];
        let Some(five): Option<&Noisy> = Some(&log.pend(1, log.drop_of("f")).await) else {
            log.event("else");
            return None;
        };
        log.pend(1, second.look() + fourth.look() + one.look() + two.look()).await;
        five.look();
        Some(second)
    }
}

same! {
    mod constants_with_lower_case_names;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        #[allow(non_upper_case_globals)]
        const zero: usize = 0;
        #[allow(non_camel_case_types)]
        #[derive(PartialEq, Eq)]
        struct unit;
        let mut sum = 0;
        for number in [0, 5] {
            sum += match log.pend(1, number).await {
                zero => log.pend(1, 10).await,
                other => log.pend(1, other).await + zero,
            };
            if let Some(zero) = log.pend(1, Some(number)).await {
                log.step();
                log.pend(1, ()).await;
            }
            let unit = log.pend(1, unit).await;
            let one = 1;
            {
                #[allow(non_upper_case_globals)]
                const one: usize = 100;
                sum += log.pend(1, one).await;
            }
            sum += one;
        }
        sum
    }
}

same! {
    mod guards_that_bind;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for number in 0..5 {
            let kept = Some(log.drop_of("kept"));
            sum += match (log.drop_of("scrutinee"), number) {
                (whole, 0) if let Some(found) = kept && found.look() > 0 => {
                    log.pend(1, ()).await;
                    whole.look() + found.look()
                }
                (mut whole, 1) if let found = log.drop_of("first") && let 5 = found.look() => {
                    let _inner = log.drop_of("inner");
                    whole.change("changed");
                    log.pend(1, ()).await;
                    found.look() + whole.look()
                }
                (ref whole, 2 | 3) if let Some(found) = (number == 3).then(|| log.drop_of("third")) => {
                    whole.look() + found.wait().await.look()
                }
                (whole, other) if let 2.. = other && let temporary = log.drop_of("temporary").look() => {
                    log.pend(1, temporary).await + whole.look()
                }
                _ => log.pend(1, 1).await,
            };
            log.event("next");
        }
        sum
    }
}

same! {
    mod guards_that_bind_and_suspend;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for number in 0..3 {
            sum += match Some(log.drop_of("scrutinee")) {
                Some(whole)
                    if let Some(found) = log.pend(1, (number == 1).then(|| log.drop_of("found"))).await
                        && let last = log.pend(1, log.drop_of("last")).await =>
                {
                    whole.look() + found.look() + last.look()
                }
                Some(whole) => whole.look(),
                None => 0,
            };
        }
        sum
    }
}

same! {
    mod guards_that_bind_in_a_match_that_does_not_suspend;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for number in 0..4 {
            let kept = Some(log.drop_of("kept"));
            log.pend(1, ()).await;
            sum += match number {
                0 if let Some(found) = &kept => found.look(),
                1 if let Some(found) = kept.as_ref() && found.look() > 5 => 6,
                2 if let found = log.drop_of("made") && found.look() > 1 => found.look(),
                _ => 1,
            };
            log.pend(1, ()).await;
        }
        sum
    }
}

same! {
    mod guards_that_bind_beside_arms_that_suspend;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for number in 0..5 {
            let made = (number < 4).then(|| log.drop_of("made"));
            sum += match (made, number) {
                (Some(whole), n) if n > 2 && let Some(found) = Some(log.drop_of("found")) && found.look() > 1 => {
                    whole.look() + log.pend(1, found.look()).await
                }
                (Some(whole), 2) if let None = None::<Noisy> => whole.look(),
                (Some(ref whole), n) if let Some(b) = whole.name().chars().next() && n == 1 && b == 'm' => 7,
                (Some(whole), 0) => {
                    log.pend(1, ()).await;
                    whole.look()
                }
                _ => 1,
            };
            log.event("next");
        }
        sum
    }
}

same! {
    mod what_is_left_of_a_matched_local_ends_after_its_arm;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for round in 0..3_usize {
            let made = match round {
                0 => Ok((log.drop_of("taken"), log.drop_of("left"))),
                1 => Ok((log.drop_of("four"), log.drop_of("other"))),
                _ => Err(Some(log.drop_of("error"))),
            };
            sum += match made {
                Ok((taken, _)) if round == 0 => {
                    log.event("first arm");
                    taken.look()
                }
                Ok((ref one, ref two)) => {
                    log.event("second arm");
                    one.look() + two.look()
                }
                Err(Some(error)) => log.pend(1, error.look()).await,
                Err(None) => 0,
            };
            log.event("after the match");
        }
        sum
    }
}

same! {
    mod text_patterns_beside_a_guard;
    #[coro::coroutine]
    async fn named(log: &Log, names: &[(usize, String)], key: usize) -> Result<String, String> {
        const OTHER: &str = "other";
        let held = log.drop_of("held");
        let name = names.iter().find(|(known, _)| *known == key).map(|(_, name)| name.as_str()).unwrap_or("none");
        let found = match name {
            "first" | "second" => log.pend(1, name.len()).await,
            "third" if held.look() == 3 => 0,
            OTHER => 7,
            other if other.len() > 5 => return Err(format!("{other:?} is too long")),
            rest => rest.len(),
        };
        log.pend(1, ()).await;
        Ok(format!("{found} {}", held.look()))
    }
    #[coro::coroutine]
    async fn chosen(log: &Log, names: &[String], at: usize) -> Result<String, String> {
        let (held, body) = (log.drop_of("held"), log.drop_of("body"));
        let name = names.get(at).map(String::as_str).unwrap_or("none");
        let text = match name {
            "first" => "a".to_owned(),
            "second" if body.look() == 4 => "b".to_owned(),
            other => return Err(format!("{other:?} is not known")),
        };
        log.pend(1, ()).await;
        Ok(format!("{text} {}", held.look()))
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let names: Vec<(usize, String)> =
            ["first", "third", "other", "a long one", "x"].iter().map(|name| (name.len(), (*name).to_owned())).collect();
        let mut length = 0;
        for key in [5, 10, 1, 2] {
            length += match named(log, &names, key).await { Ok(text) | Err(text) => text.len() };
        }
        let names = ["first", "second", "third"].map(String::from);
        for at in 0..4 {
            length += match chosen(log, &names, at).await { Ok(text) | Err(text) => text.len() };
        }
        length
    }
}

same! {
    mod nothing_or_else;
    #[coro::coroutine]
    async fn body(log: &Log) -> Option<Noisy> {
        let held = log.drop_of("held");
        let None = log.pend(1, None::<Noisy>).await else {
            return Some(held);
        };
        log.pend(1, ()).await;
        held.look();
        None
    }
}
