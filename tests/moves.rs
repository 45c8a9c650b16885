//! Initialisation and moves that a wait stands between.
// The bodies are about a form, not about the best form.
#![allow(clippy::needless_late_init, clippy::never_loop)]
mod common;
use common::*;

same! {
    mod deferred_initialisation;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value;
        log.pend(1, ()).await;
        value = log.drop_of("value");
        log.pend(1, ()).await;
        value.look()
    }
}

same! {
    mod deferred_initialisation_in_branches;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let value;
            if log.pend(1, flag).await {
                value = log.pend(1, log.drop_of("then")).await;
            } else {
                value = log.drop_of("otherwise");
                log.pend(1, ()).await;
            }
            log.pend(1, ()).await;
            sum += value.look();
        }
        sum
    }
}

same! {
    mod initialised_in_one_branch_only;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        for flag in [true, false] {
            let value;
            if flag {
                value = log.drop_of("value");
                value.look();
            }
            log.pend(1, ()).await;
        }
        1
    }
}

same! {
    mod moved_in_one_branch_only;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let value = log.drop_of("value");
            if flag {
                sum += value.finish().len();
            }
            log.pend(1, ()).await;
            log.event("end of iteration");
        }
        sum
    }
}

same! {
    mod moved_by_a_wait_in_one_branch;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [false, true] {
            let value = log.drop_of("value");
            if flag {
                sum += value.wait_own().await.look();
            }
            log.pend(1, ()).await;
        }
        sum
    }
}

same! {
    mod initialised_again_after_a_move;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut value = log.drop_of("first");
        drop(value);
        log.pend(1, ()).await;
        value = log.drop_of("second");
        log.pend(1, ()).await;
        value.look()
    }
}

same! {
    mod initialised_again_in_a_loop;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let mut value = log.drop_of("a");
        for name in ["b", "c"] {
            let moved = value;
            log.pend(1, ()).await;
            value = moved.renamed(name);
            log.pend(1, ()).await;
        }
        value
    }
}

same! {
    mod maybe_initialised_is_overwritten;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let mut value = log.drop_of("old");
            value.change("!");
            if flag {
                drop(value);
            }
            log.pend(1, ()).await;
            value = log.pend(1, log.drop_of("new")).await;
            sum += value.look();
        }
        sum
    }
}

same! {
    mod partial_move_of_a_struct;
    struct Pair {
        left: Noisy,
        right: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = Pair { left: log.drop_of("left"), right: log.drop_of("right") };
        drop(pair.left);
        log.pend(1, ()).await;
        pair.right.look()
    }
}

same! {
    mod partial_move_into_a_wait;
    struct Pair {
        left: Noisy,
        right: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = Pair { left: log.drop_of("left"), right: log.drop_of("right") };
        let left = pair.left.wait_own().await;
        log.pend(1, ()).await;
        left.look() + pair.right.wait().await.look()
    }
}

same! {
    mod partial_move_of_a_tuple;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let tuple = (log.drop_of("a"), (log.drop_of("b"), log.drop_of("c")), log.drop_of("d"));
        let moved = tuple.1.0;
        log.pend(1, ()).await;
        drop(tuple.2);
        log.pend(1, ()).await;
        moved.look() + tuple.0.look() + tuple.1.1.look()
    }
}

same! {
    mod partial_move_in_one_branch;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let pair = (log.drop_of("left"), log.drop_of("right"));
            if flag {
                sum += pair.0.finish().len();
            }
            log.pend(1, ()).await;
            sum += pair.1.look();
        }
        sum
    }
}

same! {
    mod partially_moved_field_is_filled_again;
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, Noisy) {
        let mut pair = (log.drop_of("left"), log.drop_of("right"));
        let left = pair.0;
        log.pend(1, ()).await;
        pair.0 = left.renamed("returned");
        log.pend(1, ()).await;
        pair
    }
}

same! {
    mod moved_out_of_a_box;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let boxed = Box::new((log.drop_of("left"), log.drop_of("right")));
        let left = boxed.0;
        log.pend(1, ()).await;
        left.look() + boxed.1.look()
    }
}

same! {
    mod moved_by_a_pattern_in_part;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let triple = (log.drop_of("a"), log.drop_of("b"), log.drop_of("c"));
        let (first, _, ref third) = triple;
        log.pend(1, ()).await;
        first.look() + third.look() + triple.1.look()
    }
}

same! {
    mod moved_by_a_match_in_part;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for flag in [true, false] {
            let pair = (flag.then(|| log.drop_of("left")), log.drop_of("right"));
            match pair.0 {
                Some(left) => sum += log.pend(1, left).await.look(),
                None => log.pend(1, ()).await,
            }
            sum += pair.1.look();
        }
        sum
    }
}

same! {
    mod moved_into_a_closure;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("value");
        let other = log.drop_of("other");
        let closure = move || value.look();
        log.pend(1, ()).await;
        let sum = closure() + other.look();
        drop(closure);
        log.pend(1, ()).await;
        sum
    }
}

same! {
    mod moved_into_a_coroutine;
    #[coro::coroutine]
    async fn consume(value: Noisy) -> usize {
        let log = value.log().clone();
        log.pend(1, ()).await;
        value.look()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("value");
        let other = log.drop_of("other");
        let sum = consume(value).await;
        sum + other.look()
    }
}

same! {
    mod moved_through_a_loop_with_break;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let value = log.drop_of("value");
        let mut count = 0;
        let moved = loop {
            count += 1;
            if log.pend(1, count == 3).await {
                break value;
            }
            value.look();
        };
        log.pend(1, ()).await;
        moved.look()
    }
}

same! {
    mod returned_from_a_branch;
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let value = log.drop_of("value");
        let other = log.drop_of("other");
        if log.pend(1, other.look() == 5).await {
            return value;
        }
        log.pend(1, value).await
    }
}

same! {
    mod option_taken_and_replaced;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut place = Some(log.drop_of("first"));
        let mut sum = 0;
        while let Some(value) = place.take() {
            log.pend(1, ()).await;
            sum += value.look();
            if sum < 10 {
                place = Some(value.renamed("again"));
            }
        }
        sum
    }
}

same! {
    mod swapped_and_replaced;
    #[coro::coroutine]
    async fn body(log: &Log) -> (Noisy, Noisy) {
        let mut first = log.drop_of("first");
        let mut second = log.drop_of("second");
        log.pend(1, ()).await;
        std::mem::swap(&mut first, &mut second);
        log.pend(1, ()).await;
        let old = std::mem::replace(&mut first, log.pend(1, log.drop_of("third")).await);
        drop(old);
        (first, second)
    }
}

same! {
    mod copies_stay_usable;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let number = held.look();
        let copy = number;
        log.pend(1, number).await;
        let pair = (number, &held);
        let other = pair;
        log.pend(1, pair.0).await + copy + other.1.look() + pair.1.look()
    }
}

same! {
    mod reinitialised_parameter;
    start |log| body(log, Some(log.drop_of("parameter")));
    #[coro::coroutine]
    async fn body(log: &Log, mut parameter: Option<Noisy>) -> usize {
        let taken = parameter;
        log.pend(1, ()).await;
        parameter = log.pend(1, None).await;
        taken.map_or(0, |value| value.look()) + usize::from(parameter.is_some())
    }
}

same! {
    mod assigned_by_several_arms;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<String> {
        let mut names = Vec::new();
        for number in 0..3 {
            let value;
            let extra;
            match log.pend(1, number).await {
                0 => (value, extra) = (log.drop_of("zero"), None),
                1 => {
                    value = log.pend(1, log.drop_of("one")).await;
                    extra = Some(log.drop_of("extra"));
                }
                _ => break,
            }
            log.pend(1, ()).await;
            names.push(value.finish());
            names.extend(extra.map(Noisy::finish));
        }
        names
    }
}

same! {
    mod parts_that_overlap_on_different_ways;
    start |log| body(log, true);
    struct Pair {
        first: (Noisy, Noisy),
        second: Noisy,
    }
    #[coro::coroutine]
    async fn body(log: &Log, flag: bool) -> usize {
        let mut sum = 0;
        for flag in [flag, !flag] {
            let pair = Pair {
                first: (log.drop_of("a"), log.drop_of("b")),
                second: log.drop_of("c"),
            };
            log.pend(1, ()).await;
            if flag {
                drop(pair.first);
            } else {
                drop(pair.first.0);
            }
            log.pend(1, ()).await;
            sum += pair.second.look();
        }
        sum
    }
}

same! {
    mod content_of_a_box;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let boxed = Box::new(log.drop_of("taken"));
        let other = Box::new(log.drop_of("looked at"));
        let mut third = Box::new(log.drop_of("changed"));
        let list = Box::new(log.list(&["a", "b"]));
        let of_option = Box::new(Some(log.drop_of("some")));
        let _last = log.drop_of("last");
        log.pend(1, ()).await;
        let taken = boxed.renamed("new name");
        log.pend(1, ()).await;
        let length = other.look();
        third.change("!");
        log.pend(1, ()).await;
        let names: Vec<_> = list.into_iter().map(|name| name.finish()).collect();
        log.pend(1, ()).await;
        let of_option = of_option.unwrap();
        log.pend(1, ()).await;
        taken.look() + length + names.len() + of_option.look()
    }
}

trait Gather {
    fn collect(self) -> String;
}
trait Named {
    fn text(&self) -> String;
}
impl Named for Noisy {
    fn text(&self) -> String {
        self.name().to_owned()
    }
}
impl<N: Named + Unpin> Named for &mut N {
    fn text(&self) -> String {
        (**self).text()
    }
}
impl<N: Named> Gather for N {
    fn collect(self) -> String {
        self.text()
    }
}
struct Lines(Noisy);
impl Lines {
    #[allow(clippy::wrong_self_convention)] // This is what is asked about.
    fn into_iter(&self) -> std::slice::Iter<'_, Noisy> {
        std::slice::from_ref(&self.0).iter()
    }
}
struct Score(Noisy);
impl Score {
    fn max(self, other: usize) -> usize {
        self.0.look().max(other)
    }
}

same! {
    mod methods_with_names_of_the_standard_library;
    #[coro::coroutine]
    async fn body(log: &Log) -> (String, String, usize, usize) {
        let value = log.drop_of("value");
        let other = log.drop_of("other");
        let score = Score(log.drop_of("score"));
        let lines = Lines(log.drop_of("line"));
        let numbers = vec![3, 1, 2].into_iter();
        log.pend(1, ()).await;
        let gathered = value.collect();
        log.pend(1, ()).await;
        let operand = log.pend(1, other.renamed("renamed").collect()).await;
        let best = score.max(7);
        log.pend(1, ()).await;
        let count = lines.into_iter().count();
        log.pend(1, ()).await;
        let most = numbers.max().unwrap_or(0);
        log.pend(1, ()).await;
        (gathered, operand, best, count + most)
    }
}

same! {
    mod many_parts_one_by_one;
    struct Row {
        a: Noisy,
        b: Noisy,
        c: Noisy,
        d: usize,
        e: Noisy,
        f: Noisy,
        g: Noisy,
        h: Noisy,
        i: Noisy,
        j: Noisy,
    }
    struct User {
        names: [Noisy; 3],
        number: usize,
        others: Vec<Noisy>,
    }
    fn row(log: &Log) -> Row {
        Row {
            a: log.drop_of("a"),
            b: log.drop_of("b"),
            c: log.drop_of("c"),
            d: 4,
            e: log.drop_of("e"),
            f: log.drop_of("f"),
            g: log.drop_of("g"),
            h: log.drop_of("h"),
            i: log.drop_of("i"),
            j: log.drop_of("j"),
        }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let row = row(log);
        log.pend(1, ()).await;
        let user = User {
            names: [row.a, row.b, row.j],
            number: row.d,
            others: vec![row.c, row.e, row.f, row.g, log.pend(1, row.h).await],
        };
        log.pend(1, ()).await;
        drop(row.i);
        log.pend(1, user.names.len() + user.number + user.others.len()).await
    }
}

same! {
    mod closure_that_consumes_before_a_suspension;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (noisy, other) = (log.drop_of("noisy"), log.drop_of("other"));
        let renaming = move || noisy.renamed(&other.look().to_string());
        let younger = log.drop_of("younger");
        log.pend(1, ()).await;
        let renamed = renaming();
        log.event("renamed");
        log.pend(1, ()).await;
        Noisy::look(&renamed) + younger.look()
    }
}

same! {
    mod closure_that_hands_on_before_a_suspension;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let noisy = log.drop_of("noisy");
        let passing = move |count: usize| (noisy, count).0;
        let younger = log.drop_of("younger");
        log.pend(1, ()).await;
        let passed = passing(1);
        log.event("passed");
        log.pend(1, ()).await;
        Noisy::look(&passed) + younger.look()
    }
}

same! {
    mod closures_that_consume_parts;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = (log.drop_of("left"), log.drop_of("right"));
        let boxed = Box::new(log.drop_of("boxed"));
        let some = Some(log.drop_of("some"));
        let left = move || pair.0.finish();
        let content = move || boxed.finish();
        let mapped = move || some.map(|noisy| noisy.finish().len());
        log.pend(1, ()).await;
        let sum = left().len() + content().len() + mapped().unwrap_or_default();
        log.event("called");
        log.pend(1, ()).await;
        sum + pair.1.look()
    }
}

same! {
    mod closures_that_consume_by_other_means;
    trait Other {
        fn other<'a>(&'a self, other: &'a Noisy) -> &'a Noisy;
    }
    impl Other for Noisy {
        fn other<'a>(&'a self, other: &'a Noisy) -> &'a Noisy {
            if self.look() == 0 { self } else { other }
        }
    }
    fn length(noisy: Noisy) -> usize {
        noisy.finish().len()
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = (log.drop_of("left"), log.drop_of("right"));
        let (list, shown) = (vec![log.drop_of("one"), log.drop_of("two")], log.drop_of("shown"));
        let lent = log.drop_of("lent");
        let passed = move || length(pair.1);
        let iterated = move || {
            let mut sum = 0;
            for noisy in list {
                sum += noisy.look();
            }
            sum
        };
        // What is made for a call lives as long as its result is used.
        let borrowed = move || lent.other(&log.drop_of("temporary")).look();
        let formatted = move |count: usize| format!("{count} {}", shown.finish());
        log.pend(1, ()).await;
        let sum = passed() + iterated() + borrowed() + formatted(1).len();
        log.event("called");
        log.pend(1, ()).await;
        sum + pair.0.look()
    }
}

same! {
    mod closures_that_consume_nothing;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let (noisy, count, mut list) = (log.drop_of("noisy"), 3_u64, vec![1_u64]);
        let reference = &noisy;
        let counting = move || count.pow(2) + reference.look() as u64;
        let held = log.drop_of("held");
        let copying = move || (count, held.look() as u64).0.min(count) + count.max(1);
        let other = log.drop_of("other");
        let mut pushing = move || {
            list.push(other.look() as u64);
            list.iter().sum::<u64>()
        };
        let younger = log.drop_of("younger");
        log.pend(1, ()).await;
        let sum = counting() + copying() + pushing();
        log.event("called");
        log.pend(1, ()).await;
        sum + younger.look() as u64
    }
}

same! {
    mod closures_that_consume_on_one_way;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for round in 0..3 {
            let noisy = log.drop_of("noisy");
            let finish = move || noisy.finish().len();
            let younger = log.drop_of("younger");
            if round != 1 {
                sum += finish();
            }
            log.pend(1, ()).await;
            sum += younger.look();
        }
        sum
    }
}

same! {
    mod closures_that_wait_for_an_argument;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (taken, kept) = (log.drop_of("taken"), log.drop_of("kept"));
        let taking = move |noisy: Noisy| taken.finish().len() + noisy.look();
        let keeping = move |noisy: Noisy| kept.look() + noisy.look();
        let younger = log.drop_of("younger");
        let sum = keeping(log.pend(1, log.drop_of("first")).await);
        let sum = sum + taking(log.pend(1, log.drop_of("second")).await);
        sum + younger.look()
    }
}

same! {
    mod part_into_a_move_closure;
    struct Pair {
        first: Noisy,
        second: Noisy,
        count: usize,
    }
    fn pair(log: &Log, first: &str, second: &str) -> Pair {
        Pair { first: log.drop_of(first), second: log.drop_of(second), count: 2 }
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let pair = pair(log, "first", "second");
        log.pend(1, ()).await;
        let length = move || pair.first.look();
        let add = move |other: usize| other + pair.count;
        log.pend(1, ()).await;
        pair.second.look();
        log.pend(1, add(length()) + pair.count).await
    }
}

same! {
    mod parts_that_closures_consume;
    struct Inner(Noisy, Noisy);
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let mut pair = (Inner(log.drop_of("a"), log.drop_of("b")), log.drop_of("c"));
        log.pend(1, ()).await;
        if log.test("call", true) {
            let consume = move || pair.0.1.finish();
            log.event(consume());
        }
        let mut change = move || {
            pair.1.change("!");
            format!("{:?}", pair.1)
        };
        log.pend(1, ()).await;
        let text = change();
        let block = async move { pair.0.0.look() };
        log.pend(1, block).await.await;
        pair.1 = log.drop_of("d");
        log.pend(1, text).await
    }
}

same! {
    mod part_of_a_parameter_into_a_closure_in_a_loop;
    start |log| body(log, (log.drop_of("left"), log.drop_of("right")));
    #[coro::coroutine]
    async fn body(log: &Log, pair: (Noisy, Noisy)) -> usize {
        let mut closures: Vec<Box<dyn FnOnce() -> usize + Send>> = Vec::new();
        for count in 0..2 {
            let made = (log.drop_of("made"), count);
            log.pend(1, ()).await;
            closures.push(Box::new(move || made.0.look() + count));
            log.pend(1, made.1).await;
        }
        if log.test("left", true) {
            closures.push(Box::new(move || pair.0.look()));
        }
        log.pend(1, ()).await;
        let all = closures.into_iter().map(|closure| closure()).sum::<usize>();
        all + pair.1.look()
    }
}

same! {
    mod reference_counts_into_closures;
    start |log| body(log, std::rc::Rc::new((log.drop_of("a"), 1)));
    use std::{cell::Cell, rc::Rc};
    #[coro::coroutine]
    async fn body(log: &Log, shared: Rc<(Noisy, usize)>) -> usize {
        let other = Rc::new((log.drop_of("b"), Cell::new(2)));
        log.pend(1, ()).await;
        let copy = shared.clone();
        let look = move || copy.0.look() + copy.1;
        let again = Rc::clone(&other);
        let add = move |count: usize| again.1.set(again.1.get() + count);
        log.pend(1, ()).await;
        add(look());
        drop(look);
        let boxed = Box::new((log.drop_of("c"), log.drop_of("d")));
        log.pend(1, ()).await;
        let last = move || boxed.0.look() + boxed.1.look();
        log.pend(1, ()).await;
        let total = last() + other.1.get();
        let later = log.pend(1, move || shared.0.look()).await;
        total + later()
    }
}
