//! Waits inside the standard macros, and locals that only a macro's format string names.
// The bodies are about a form, not about the best form.
#![allow(clippy::redundant_pattern_matching, clippy::useless_vec)]
mod common;
use common::*;
use std::fmt::Write;
use std::task::Poll;

same! {
    mod format_arguments;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let text = format!("{} {}", log.drop_of("first"), log.pend(1, log.drop_of("second")).await);
        log.event("next statement");
        text
    }
}

same! {
    mod format_with_named_and_positional_arguments;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let local = log.drop_of("local");
        format!(
            "{1}{0:>width$}{named}{local:?}{0}",
            log.pend(1, 7).await,
            log.pend(1, log.drop_of("second")).await,
            width = log.pend(1, 5).await,
            named = log.drop_of("named"),
        )
    }
}

same! {
    mod format_captures_a_saved_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let captured = log.drop_of("captured");
        let width = 12;
        log.pend(1, ()).await;
        let text = format!("{captured:?} {:>width$} {{captured}}", "text");
        log.pend(1, ()).await;
        text
    }
}

same! {
    mod format_captures_a_borrowed_parameter;
    #[coro::coroutine]
    async fn show(log: &Log, text: &str, number: usize) -> String {
        log.pend(1, ()).await;
        format!("{text}{number}")
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let text = String::from("text");
        show(log, &text, 7).await
    }
}

same! {
    mod format_mixes_captures_and_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let before = log.drop_of("before");
        let reference = &before;
        format!("{before} {} {reference:?}", log.pend(1, log.drop_of("awaited")).await)
    }
}

same! {
    mod format_in_an_argument;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        log.event(format!("{} and {held:?}", log.pend(1, "awaited").await));
        log.pend(1, format!("{held:?}").len()).await
    }
}

same! {
    mod write_to_a_local;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        write!(text, "{}", log.pend(1, log.drop_of("first")).await)?;
        writeln!(&mut text, " {}", log.pend(1, 2).await)?;
        log.pend(1, ()).await;
        writeln!(text)?;
        Ok(text)
    }
}

same! {
    mod vec_elements;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<Noisy> {
        vec![
            log.drop_of("first"),
            log.pend(1, log.drop_of("second")).await,
            log.pend(1, log.drop_of("third")).await,
        ]
    }
}

same! {
    mod vec_repeat;
    #[coro::coroutine]
    async fn body(log: &Log) -> Vec<usize> {
        let mut list = vec![log.pend(1, 4).await; 3];
        list.extend(vec![1; log.pend(1, 2).await]);
        list.push(log.drop_of("x").look());
        list
    }
}

same! {
    mod assert_conditions;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let held = log.drop_of("held");
        assert!(log.pend(1, true).await);
        assert!(held.look() == log.pend(1, 4).await, "a message with {held}");
        debug_assert!(log.pend(1, true).await, "{}", log.pend(1, 1).await);
    }
}

same! {
    mod assert_comparisons;
    #[coro::coroutine]
    async fn body(log: &Log) {
        let held = log.drop_of("held");
        assert_eq!(log.pend(1, 4).await, held.look());
        assert_eq!(held, log.pend(1, log.drop_of("held")).await, "about {held}");
        assert_ne!(log.drop_of("one"), log.pend(1, log.drop_of("other")).await);
        log.event("next statement");
    }
}

same! {
    mod assert_message_waits_only_on_failure;
    #[coro::coroutine]
    async fn body(log: &Log) {
        log.pend(1, ()).await;
        assert!(log.test("holds", true), "{}", log.pend(1, 1).await);
        assert_eq!(1, log.drop_of("x").look(), "{}", log.pend(1, 1).await);
    }
}

same! {
    mod matches_with_a_wait;
    #[coro::coroutine]
    async fn body(log: &Log) -> (bool, bool) {
        let held = log.drop_of("held");
        let first = matches!(log.pend(1, Some(log.drop_of("value"))).await, Some(_));
        log.event("between");
        let second = matches!(log.pend(1, held.look()).await, 1..5 | 9);
        (first, second)
    }
}

same! {
    mod matches_with_a_guard;
    #[coro::coroutine]
    async fn body(log: &Log) -> bool {
        let place = Some(log.drop_of("value"));
        let found = matches!(&place, Some(value) if value.wait().await.look() == 5);
        found && matches!(place, Some(ref value) if value.look() == 5)
    }
}

same! {
    mod macros_without_waits_use_saved_locals;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb"]);
        log.pend(1, ()).await;
        assert_eq!(list.len(), 2, "the list is {list:?}");
        assert!(matches!(list.first(), Some(value) if value.look() == 1));
        let copy = vec![list.len(); 2];
        log.pend(1, ()).await;
        debug_assert_eq!(copy.len(), list.len());
        if list.is_empty() {
            unreachable!("{list:?}");
        }
        copy.iter().sum()
    }
}

same! {
    mod panicking_macros_in_other_branches;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        match log.pend(1, 1).await {
            0 => panic!("{held} {}", log.pend(1, 1).await),
            1 => held.look(),
            2 => unreachable!("{}", log.pend(1, 2).await),
            3 => todo!(),
            _ => unimplemented!("{held}"),
        }
    }
}

same! {
    mod question_mark_in_a_macro;
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<Vec<Noisy>, Noisy> {
        let mut list = vec![log.drop_of("first"), log.pend(1, Ok(log.drop_of("second"))).await?];
        list.extend(vec![log.pend(1, Err::<Noisy, Noisy>(log.drop_of("bad"))).await?]);
        Ok(list)
    }
}

same! {
    mod user_macro_without_a_wait;
    macro_rules! sum {
        ($($value:expr),* $(,)?) => {
            0 $(+ $value)*
        };
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        let number = log.pend(1, 3).await;
        sum!(number, held.look(), sum!(1, number)) + log.pend(1, 1).await
    }
}

same! {
    // By its path nobody takes it for the standard library's.
    mod user_macro_called_vec;
    mod own {
        macro_rules! vec {
            ($log:expr, $($value:expr),*) => {
                $($log.event(format!("borrows {}", $value.look()));)*
            };
        }
        pub(super) use vec;
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        own::vec![log, held];
        let list = std::vec![log.pend(1, 1).await, 2];
        log.pend(1, list.len()).await
    }
}

same! {
    mod user_macro_returns_early;
    macro_rules! bail {
        ($($argument:tt)*) => {
            return Err(format!($($argument)*))
        };
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> Result<usize, String> {
        let held = log.drop_of("held");
        let number = log.pend(1, 3).await;
        if number == 3 {
            bail!("{} is {}", held, number);
        }
        Ok(number)
    }
}

same! {
    mod compile_time_macros;
    #[coro::coroutine]
    async fn body(log: &Log) -> (String, &'static str, bool) {
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        held.look();
        (concat!("a", 1).to_owned(), stringify!(held), cfg!(any()))
    }
}

same! {
    mod print_with_a_wait;
    // Names only: a panic in the middle of a print would end the capture of the test's output.
    #[coro::coroutine]
    async fn body(log: &Log) {
        let held = log.drop_of("held");
        let name = held.name();
        print!("{}{name}", log.pend(1, log.drop_of("awaited")).await.name());
        println!(" {} {}", log.pend(1, 1).await, log.drop_of("temporary").name());
        log.event("next statement");
    }
}

same! {
    mod pin_macro;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = log.drop_of("local");
        let future = std::pin::pin!(log.pend(1, &local));
        log.pend(1, ()).await;
        future.await.look()
    }
}

/// The message with which a future panics by itself.
fn message_of(future: impl Future<Output = ()>) -> impl Future<Output = String> {
    let mut future = Box::pin(future);
    std::future::poll_fn(move |context| {
        let poll = std::panic::AssertUnwindSafe(|| future.as_mut().poll(context));
        match std::panic::catch_unwind(poll) {
            Ok(poll) => poll.map(|()| "no panic".to_owned()),
            Err(payload) => match payload.downcast::<String>() {
                Ok(message) => Poll::Ready(*message),
                Err(payload) => std::panic::resume_unwind(payload),
            },
        }
    })
}

same! {
    mod assert_that_fails_with_a_message_that_waits;
    #[coro::coroutine]
    async fn fails(log: &Log) {
        let held = log.drop_of("held");
        assert!(
            log.drop_of("condition").look() == log.pend(1, 1).await,
            "{} {held}",
            log.pend(1, log.drop_of("message")).await
        );
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        message_of(fails(log)).await
    }
}

same! {
    mod assert_eq_that_fails_with_a_message_that_waits;
    #[coro::coroutine]
    async fn fails(log: &Log) {
        let held = log.drop_of("held");
        assert_eq!(
            log.drop_of("left"),
            log.pend(1, log.drop_of("right")).await,
            "{} {held}",
            log.pend(1, log.drop_of("message")).await
        );
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        message_of(fails(log)).await
    }
}

same! {
    mod assert_ne_and_debug;
    #[coro::coroutine]
    async fn fails(log: &Log) {
        let left = log.drop_of("left");
        debug_assert_eq!(log.pend(1, left.look()).await, 4);
        assert_ne!(left, log.drop_of("right"), "{left} {}", log.pend(1, 1).await);
        debug_assert_ne!(
            log.drop_of("same").look(),
            left.look(),
            "{}",
            log.pend(1, log.drop_of("message")).await
        );
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        message_of(fails(log)).await
    }
}

same! {
    mod matches_with_a_guard_that_waits;
    #[coro::coroutine]
    async fn body(log: &Log) -> (bool, bool, bool, bool) {
        let place = Some(log.drop_of("value"));
        let none: Option<Noisy> = None;
        let first = matches!(&none, Some(value) if log.pend(1, value.look() == 1).await);
        let second = matches!(
            log.pend(1, Some((log.drop_of("temporary"), 3))).await,
            Some((ref value, number)) if log.pend(1, value.look()).await == number
        );
        let third = matches!(&place, Some(value) if {
            value.look();
            log.pend(1, log.drop_of("of the guard")).await.look() == 12
        });
        let fourth = third && matches!(place, Some(ref value) if value.look() == log.pend(1, 5).await);
        (first, second, third, fourth)
    }
}

same! {
    mod user_macro_returns_with_a_conversion;
    #[derive(Debug)]
    struct Failure(#[allow(dead_code)] String);
    impl From<String> for Failure {
        fn from(text: String) -> Failure {
            Failure(text)
        }
    }
    macro_rules! bail {
        ($($argument:tt)*) => {
            return Err(From::from(format!($($argument)*)))
        };
    }
    #[coro::coroutine]
    async fn positive(log: &Log, number: i32) -> Result<Noisy, Failure> {
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        let checked = match number {
            0 => bail!("nothing"),
            ..0 => {
                let inner = log.drop_of("inner");
                bail!("{number} after {held} and {}", inner.look())
            }
            number => number,
        };
        let block = future! {
            if log.pend(1, checked).await > 5 {
                bail!("{} is too large", checked);
            }
            Ok::<_, Failure>(())
        };
        block.await?;
        held.look();
        Ok(held)
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut count = 0;
        for number in [0, -1, 3, 9] {
            match positive(log, number).await {
                Ok(noisy) => count += noisy.look(),
                Err(failure) => log.event(format!("{failure:?}")),
            }
        }
        count
    }
}

macro_rules! borrow {
    ($x:expr) => {
        || $x.look()
    };
}
macro_rules! first {
    ($x:expr) => {
        &$x[0]
    };
}
macro_rules! show { ($log:expr, $($x:expr),*) => { $( $log.event(format!("{:?}", $x)); )* } }

same! {
    mod user_macros_that_borrow;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let x = log.list(&["a", "b"]);
        let y = log.drop_of("y");
        let n = 3;
        log.pend(1, ()).await;
        let r = first!(x);
        log.pend(1, ()).await;
        show!(log, n, y, x);
        let sum = borrow!(y)();
        let s = [1, 2].iter().map(|i| { show!(log, y, n); i + n }).sum::<usize>();
        log.pend(1, ()).await;
        r.look() + y.look() + sum + n + s
    }
}

macro_rules! attempt {
    ($x:expr) => {
        $x?
    };
}
fn even(number: usize) -> Result<usize, &'static str> {
    if number.is_multiple_of(2) {
        Ok(number)
    } else {
        Err("odd")
    }
}

same! {
    mod user_macros_with_a_question_mark;
    #[coro::coroutine]
    async fn half(log: &Log, number: usize) -> Result<usize, String> {
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        let _other = log.drop_of("other");
        let value = [log.drop_of("first").look(), attempt!(even(number)) / 2];
        log.pend(1, ()).await;
        Ok(held.look() + value[0] + value[1])
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mut sum = 0;
        for number in [2, 3, 4] {
            match half(log, number).await {
                Ok(half) => sum += half,
                Err(error) => log.event(error),
            }
        }
        sum
    }
}

same! {
    mod macros_that_return;
    start |log| outer(log);
    macro_rules! ensure {
        ($condition:expr, $error:expr) => {
            if !$condition {
                return Err($error.into());
            }
        };
    }
    macro_rules! or_else {
        ($value:expr, $otherwise:expr) => {
            match $value {
                Some(value) => value,
                None => $otherwise,
            }
        };
    }
    #[coro::coroutine]
    async fn ensured(log: &Log, least: usize) -> Result<usize, String> {
        let value = log.drop_of("value");
        let _second = log.drop_of("second");
        let length = log.pend(1, value.look()).await;
        ensure!(log.test("length", length > least), "too short");
        log.pend(1, ()).await;
        ensure!(value.look() > least + 1, value.name());
        Ok(log.pend(1, length).await)
    }
    #[coro::coroutine]
    async fn found(log: &Log, value: Option<Noisy>) -> usize {
        let _local = log.drop_of("local");
        log.pend(1, ()).await;
        let found = or_else!(value.as_ref(), return 7);
        log.pend(1, found.look()).await
    }
    #[coro::coroutine]
    async fn noted(log: &Log, value: &mut usize) {
        let _local = log.drop_of("local");
        let some = log.pend(1, Some(3).filter(|_| *value > 1)).await;
        *value = or_else!(some, { return });
        log.event("goes on");
    }
    #[coro::coroutine]
    async fn outer(log: &Log) -> (Vec<Result<usize, String>>, usize) {
        let mut all = Vec::new();
        for least in [3, 4, 5] {
            all.push(ensured(log, least).await);
        }
        let mut number = found(log, None).await;
        number += found(log, Some(log.drop_of("some"))).await;
        noted(log, &mut 1).await;
        noted(log, &mut number).await;
        (all, number)
    }
}

/// What nobody can see into.
macro_rules! opaque {
    ($($argument:tt)*) => { format!($($argument)*) };
}

same! {
    mod names_in_the_strings_of_another_macro;
    start |log| body(log, log.drop_of("value"));
    #[coro::coroutine]
    async fn body(log: &Log, value: Noisy) -> Vec<String> {
        let (width, mut name) = (12usize, log.drop_of("name"));
        let number = 3.5f64;
        log.pend(1, ()).await;
        let mut lines = vec![opaque!("{name:?} and {name:>width$?} of {number:.1}")];
        name.change("d");
        lines.push(opaque!("{} {name:?} {{value}} {other}", name.look(), other = value.look()));
        log.pend(1, ()).await;
        lines.extend([1, 2].map(|count| opaque!("{name:?}{width:03}{count}")));
        lines.push(log.pend(1, opaque!("{name:?}{0}", lines.len())).await);
        if let Some(last) = lines.last() {
            log.event(opaque!("{last}"));
        }
        drop(opaque!("{name:?}"));
        lines
    }
}

same! {
    mod arms_of_select_bind_names_of_their_own;
    start |log| { body(log) };
    use coro::runtime::select;
    #[coro::coroutine]
    async fn body(log: &Log) -> (usize, String) {
        let (number, name) = (1, log.drop_of("name"));
        log.pend(1, ()).await;
        let first = select! {
            biased;
            number = log.pend(2, 5), if number == 2 => number,
            number = log.pend(1, 6) => number + name.look(),
            _ = log.pend(2, ()) => number,
        }
        .await;
        let mut text = String::new();
        select! {
            biased;
            Some(name) = log.pend(1, None::<Noisy>) => { text.push_str(&format!("{name:?}")) }
            Some(other) = log.pend(1, Some(number)) => text.push_str(&format!("{name:?}{other}{number}")),
            else => text.push_str("none"),
        }
        .await;
        (first + number, text)
    }
}

macro_rules! set {
    ($place:expr, $value:expr) => {
        $place = $value
    };
}

same! {
    mod another_macro_gives_a_local_its_value;
    start |log| body(log, 3);
    #[coro::coroutine]
    async fn body(log: &Log, mut limit: usize) -> (usize, usize) {
        let first;
        set!(first, limit + 1);
        log.pend(1, ()).await;
        let copy = limit;
        let mut sum = 0;
        for number in 0..limit {
            let part: (usize, bool);
            if number == 1 {
                set!(part, (number, true));
                log.pend(1, ()).await;
            } else if number == 2 {
                part = (first, false);
            } else {
                continue;
            }
            show!(log, part);
            log.pend(1, ()).await;
            sum += part.0;
        }
        set!(limit, copy + sum);
        log.pend(1, ()).await;
        (limit, first)
    }
}

#[derive(Debug)]
struct Named {
    number: usize,
    name: Noisy,
}

same! {
    mod another_macro_mentions_what_numbers_were_copied_out_of;
    start |log| body(log, Named { number: 2, name: log.drop_of("name") });
    #[coro::coroutine]
    async fn body(log: &Log, named: Named) -> usize {
        log.pend(1, ()).await;
        let Named { number, .. } = named;
        show!(log, named);
        let more = match named {
            Named { number: 3, .. } => 1,
            Named { number, .. } => log.pend(1, number).await,
        };
        show!(log, named, number);
        number + more + named.name.look()
    }
}

macro_rules! object {
    ({ $($key:tt : $value:expr),* $(,)? }) => {
        vec![$((stringify!($key).to_owned(), format!("{:?}", $value))),*]
    };
}

same! {
    mod values_behind_a_colon_among_the_tokens_of_another_macro;
    start |log| body(log, log.drop_of("name"));
    #[coro::coroutine]
    async fn body(log: &Log, name: Noisy) -> (Vec<(String, String)>, usize) {
        let number = 3;
        log.pend(1, ()).await;
        let object = object!({ "name": name, number: number + 1, "both": (number, &name), });
        log.pend(1, ()).await;
        let mut range = 0..number;
        set!(range, std::ops::Range { start: number, end: range.end + 1 });
        log.pend(1, ()).await;
        (object, name.look() + range.len())
    }
}

/// As of a library that records fields by their names.
macro_rules! info {
    (@ [$($out:expr,)*] $text:literal $(, $argument:expr)*) => {
        format!(concat!($text, "{}"), $($argument,)* [$($out,)*].join(","))
    };
    (@ [$($out:expr,)*] $name:ident = ?$value:expr, $($rest:tt)*) => {
        info!(@ [$($out,)* format!("{}={:?}", stringify!($name), $value),] $($rest)*)
    };
    (@ [$($out:expr,)*] $name:ident = %$value:expr, $($rest:tt)*) => {
        info!(@ [$($out,)* format!("{}={}", stringify!($name), $value),] $($rest)*)
    };
    (@ [$($out:expr,)*] $name:ident = $value:expr, $($rest:tt)*) => {
        info!(@ [$($out,)* format!("{}:{}", stringify!($name), $value),] $($rest)*)
    };
    (@ [$($out:expr,)*] ?$name:ident, $($rest:tt)*) => {
        info!(@ [$($out,)* format!("{}={:?}", stringify!($name), $name),] $($rest)*)
    };
    (@ [$($out:expr,)*] %$name:ident, $($rest:tt)*) => {
        info!(@ [$($out,)* format!("{}={}", stringify!($name), $name),] $($rest)*)
    };
    (@ [$($out:expr,)*] $name:ident, $($rest:tt)*) => {
        info!(@ [$($out,)* format!("{}:{}", stringify!($name), $name),] $($rest)*)
    };
    ($($all:tt)*) => { info!(@ [] $($all)*) };
}

same! {
    mod fields_of_events_are_called_as_locals;
    #[coro::coroutine]
    async fn body(log: &Log) -> String {
        let (noisy, count, text) = (log.drop_of("noisy"), 3, String::from("text"));
        log.pend(1, ()).await;
        let first = info!(?noisy, count, %text, other = count + 1, "read {} {:?}", count, noisy);
        log.event(first);
        let local = 5;
        let second = info!(?local, count, "again ");
        log.pend(1, second + &text).await
    }
}

same! {
    mod a_thread_local;
    start |log| (body)(log);
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        thread_local! { static COUNT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) }; }
        COUNT.set(1);
        log.pend(1, ()).await;
        if COUNT.get() == 1 {
            std::thread_local!(static OTHER: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });
            log.pend(1, ()).await;
            OTHER.set(2);
            COUNT.set(COUNT.get() + OTHER.get());
        }
        log.pend(1, COUNT.get()).await
    }
}

struct Request {
    text: Noisy,
    number: usize,
}

impl Request {
    fn send(self, log: &Log) -> Pend<usize> {
        log.pend(1, self.text.look() + self.number)
    }
}

same! {
    mod fields_by_their_own_names_in_other_macros;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        macro_rules! sent {
            ($log:expr, $request:expr) => { $request.send($log) };
        }
        let number = log.pend(1, 3).await;
        let sent = sent!(log, Request { text: log.drop_of("text"), number });
        log.pend(1, ()).await;
        sent.await + number
    }
}

same! {
    mod fields_by_their_own_names_in_a_pin;
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let (text, number) = (log.drop_of("text"), 2);
        log.pend(1, ()).await;
        let sent = std::pin::pin!(Request { text, number }.send(log));
        log.pend(1, ()).await;
        sent.await + number
    }
}
