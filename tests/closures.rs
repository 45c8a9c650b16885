//! What closures and `async` blocks take of locals that live across a suspension.
// The bodies are about a form, not about the best form: what is known to be there is captured, too.
#![allow(clippy::unnecessary_literal_unwrap)]
mod common;
use common::*;

same! {
    mod a_method_takes_what_is_captured;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, other) = (log.drop_of("text"), log.drop_of("other"));
        log.pend(1, ()).await;
        let finish = || text.finish().len() + other.look();
        log.pend(1, ()).await;
        let length = finish();
        log.pend(1, other.look()).await;
        length
    }
}

same! {
    mod a_method_borrows_what_is_captured;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, other) = (log.drop_of("text"), log.drop_of("other"));
        log.pend(1, ()).await;
        let look = || text.look() + other.look();
        log.pend(1, ()).await;
        let length = look() + look();
        log.pend(1, other.look()).await;
        length
    }
}

same! {
    mod a_closure_that_takes_is_passed_on;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, other) = (log.drop_of("text"), log.drop_of("other"));
        log.pend(1, ()).await;
        let made = None.unwrap_or_else(|| text.renamed("none"));
        log.pend(1, other.look()).await;
        let made = Some(made).map(|made| made.look() + other.look()).unwrap_or(0);
        log.pend(1, ()).await;
        made
    }
}

same! {
    mod an_async_block_and_closures_that_take;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, other) = (log.drop_of("text"), log.drop_of("other")); let boxed = Box::new(log.drop_of("boxed"));
        let list = vec![log.drop_of("a"), log.drop_of("b")];
        log.pend(1, ()).await;
        let length = async { text.finish().len() + log.pend(1, other.look()).await }.await;
        let iterate = || list.into_iter().map(|it| it.look()).sum::<usize>();
        let content = || boxed.finish().len();
        log.pend(1, ()).await;
        let sum = iterate() + length;
        log.pend(1, ()).await;
        let inner = log.drop_of("inner");
        log.pend(1, ()).await;
        let outer = || { let held = move || inner.look(); held() + sum };
        log.pend(1, ()).await;
        let result = outer() + content();
        log.pend(1, ()).await;
        result
    }
}

same! {
    mod what_is_copied_is_captured_by_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> u64 {
        let count = 3_u64;
        let noisy = log.drop_of("noisy");
        let some = Some(noisy.look());
        let mut list = vec![1, 2];
        log.pend(1, ()).await;
        let power = |by: u32| count.pow(by) + some.unwrap_or(1) as u64;
        let mut push = |value: i32| { list.push(value); list.len() };
        log.pend(1, ()).await;
        let first = power(1) + power(2) + push(3) as u64 + push(4) as u64;
        log.pend(1, ()).await;
        first
    }
}

same! {
    mod a_closure_takes_on_one_way;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let noisy = log.drop_of("noisy");
        let other = log.drop_of("other");
        log.pend(1, ()).await;
        if log.test("first", true) {
            let finish = || { log.event("runs"); noisy.renamed("gone").finish().len() };
            log.pend(1, ()).await;
            if log.test("second", true) {
                other.look();
                return finish();
            }
            log.pend(1, ()).await;
        } else {
            log.event("kept");
        }
        log.pend(1, other.look()).await;
        1
    }
}

same! {
    mod a_pattern_takes_out_of_a_move_closure;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let some = Some(log.drop_of("some"));
        let pair = (log.drop_of("left"), 2, log.drop_of("right"));
        let result = Ok::<Noisy, usize>(log.drop_of("result"));
        let seen = Some(3);
        let kept = Some(log.drop_of("kept"));
        let shown = Some(log.drop_of("shown"));
        log.pend(1, ()).await;
        let matched = move || match some { Some(noisy) if log.test("guard", true) => noisy.look(), Some(_) | None => 0 };
        let apart = move || { let (left, count, right) = pair; left.look() + count + right.look() };
        let conditional = move || if let Ok(noisy) = result && log.test("chain", true) { noisy.look() } else { 0 };
        let copied = move || match seen { Some(number) => number + 1, None => 0 };
        let borrowed = move || match kept { Some(ref noisy) => noisy.look(), None => 0 };
        let reference = &shown;
        let behind = move || match reference { Some(noisy) => noisy.look(), None => 0 };
        let younger = log.drop_of("younger");
        log.pend(1, ()).await;
        let sum = matched() + apart() + conditional() + copied() + copied() + borrowed() + borrowed() + behind();
        log.event("called");
        log.pend(1, ()).await;
        sum + younger.look()
    }
}

same! {
    mod a_closure_inside_takes_out_of_a_move_closure;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (one, two, three) = (log.drop_of("one"), log.drop_of("two"), log.drop_of("three"));
        let four = log.drop_of("four");
        let list = vec![1, 2];
        log.pend(1, ()).await;
        let inner_move = move || { let held = move || one.look(); held() };
        let inner_method = move || Some(1).map_or(0, |_| two.finish().len());
        let inner_value = move || { let it = || { let it = three; it.look() }; it() };
        let inner_borrow = move || list.iter().map(|it| it + four.look()).sum::<usize>();
        let younger = log.drop_of("younger");
        log.pend(1, ()).await;
        let sum = inner_move() + inner_method() + inner_value() + inner_borrow() + inner_borrow();
        log.event("called");
        log.pend(1, ()).await;
        sum + younger.look()
    }
}

same! {
    mod a_pattern_takes_what_is_captured;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let some = Some(log.drop_of("some"));
        let result = Ok::<Noisy, usize>(log.drop_of("result"));
        let seen = Some(3);
        let kept = Some(log.drop_of("kept"));
        log.pend(1, ()).await;
        let matched = || match some { Some(noisy) if log.test("guard", true) => noisy.look(), Some(_) | None => 0 };
        let conditional = || if let Ok(noisy) = result && log.test("chain", true) { noisy.look() } else { 0 };
        let copied = || match seen { Some(number) => number + 1, None => 0 };
        let borrowed = || match kept { Some(ref noisy) => noisy.look(), None => 0 };
        let inner = move || { let it = || match some_of(log) { Some(it) => it.look(), None => 0 }; it() };
        let younger = log.drop_of("younger");
        log.pend(1, ()).await;
        let sum = matched() + conditional() + copied() + copied() + borrowed() + borrowed() + inner();
        log.event("called");
        log.pend(1, ()).await;
        sum + younger.look()
    }
    fn some_of(log: &Log) -> Option<Noisy> { Some(log.drop_of("inner")) }
}

same! {
    mod a_pattern_in_a_closure_inside_takes;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let some = Some(log.drop_of("some"));
        let kept = Some(log.drop_of("kept"));
        log.pend(1, ()).await;
        let outer = move || { let it = || match some { Some(it) => it.look(), None => 0 }; it() };
        let often = move || { let it = || match &kept { Some(it) => it.look(), None => 0 }; it() };
        let younger = log.drop_of("younger");
        log.pend(1, ()).await;
        let sum = outer() + often() + often();
        log.event("called");
        log.pend(1, ()).await;
        sum + younger.look()
    }
}

same! {
    mod a_select_and_a_join_in_move_blocks;
    use coro::runtime::{join, select};
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, other) = (log.drop_of("text"), log.drop_of("other"));
        let (one, two) = (log.pend(1, 1), log.pend(2, 2));
        log.pend(1, ()).await;
        let selected = async move {
            select! { biased; x = log.pend(1, text.look()) => x + text.look(), _ = log.pend(2, other.look()) => 0 }.await
        };
        let joined = async move { join!(one, two).await };
        log.event("made");
        log.pend(1, ()).await;
        let (one, two) = joined.await;
        selected.await + one + two
    }
}

/// What awaits by itself, as some libraries have it.
mod foreign {
    macro_rules! join {
        ($($future:expr),*) => {{
            let (first, second) = ($($future,)*);
            (first.await, second.await)
        }};
    }
    macro_rules! select {
        ($pat:pat = $future:expr => $value:expr) => {
            match $future.await {
                $pat => $value,
            }
        };
    }
    macro_rules! note {
        ($log:expr, $($shown:tt)*) => { $log.event(format!($($shown)*)) };
    }
    pub(crate) use {join, note, select};
}

same! {
    mod other_macros_of_these_names_in_move_blocks;
    use foreign::{join, select};
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, other) = (log.drop_of("text"), log.drop_of("other"));
        let (one, two) = (log.pend(1, 1), log.pend(2, 2));
        log.pend(1, ()).await;
        let selected = async move { let x = select! { x = log.pend(1, text.look()) => x + text.look() }; log.event("selected"); x };
        let joined = async move { let x = join!(one, two); log.event("joined"); x };
        log.event("made");
        log.pend(1, ()).await;
        let (one, two) = joined.await;
        selected.await + one + two + other.look()
    }
}

same! {
    mod other_macros_in_blocks_that_borrow;
    use foreign::{join, select, note};
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (mut text, other) = (log.drop_of("text"), log.drop_of("other"));
        let mut count = 0;
        log.pend(1, ()).await;
        let selected = async { let x = select! { x = log.pend(1, text.look()) => x + text.look() }; log.event("selected"); x }.await;
        let one = log.pend(1, 1);
        let joined = async { let x = join!(one, log.pend(2, text.look())); note!(log, "joined {text:?} {}", other.look()); count += x.0; x }.await;
        log.pend(1, ()).await;
        let changed = async { note!(log, "{}", text.change("!").look()); log.pend(1, text.look()).await; note!(log, "{text:?}"); count += 1; 4 };
        log.pend(1, ()).await;
        selected + joined.0 + joined.1 + changed.await + count + other.look()
    }
}

same! {
    mod a_select_and_a_join_in_blocks_that_borrow;
    use coro::runtime::{join, select};
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, other) = (log.drop_of("text"), log.drop_of("other"));
        log.pend(1, ()).await;
        let selected = async { select! { biased; x = log.pend(1, text.look()) => x + text.look(), _ = log.pend(2, other.look()) => 0 }.await };
        log.event("made");
        let selected = selected.await;
        let joined = async { join!(log.pend(1, text.look()), log.pend(2, other.look())).await }.await;
        log.pend(1, ()).await;
        selected + joined.0 + joined.1
    }
}

same! {
    mod async_blocks_await_what_they_capture;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (first, second) = (log.pend(1, log.drop_of("first")), log.pend(2, log.drop_of("second")));
        let kept = log.drop_of("kept");
        log.pend(1, ()).await;
        let both = async {
            let first = first.await;
            log.event("between");
            first.look() + second.await.look() + kept.look()
        };
        log.event("made");
        log.pend(1, ()).await;
        let both = async { log.event("outer"); async { log.event("inner"); both.await }.await };
        both.await + kept.look()
    }
}

same! {
    mod async_blocks_await_by_reference;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut future = std::pin::pin!(log.pend(3, log.drop_of("output")));
        let maybe = if log.drop_of("x").look() == 1 { Some(log.pend(1, log.drop_of("maybe"))) } else { None };
        log.pend(1, ()).await;
        let found = async { match maybe { Some(future) => future.await.look(), None => 0 } };
        let mut polls = 0;
        let first = async {
            polls += 1;
            future.as_mut().await.look()
        };
        log.pend(1, ()).await;
        first.await + found.await + polls
    }
}
