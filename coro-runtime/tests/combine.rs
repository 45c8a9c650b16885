//! `join!`, `try_join!`, `select!` and `try_join_all`, in `async` and in coroutines.

// What `#[coro_macros::coroutine]` makes names `::coro::__private`.
extern crate coro_support as coro;

mod common;

use std::future::{pending, ready};

use common::{Disturbed, Drops, Flag, Log, Pends, run};
use coro_runtime::time::sleep;
use coro_runtime::{join, select, spawn, try_join, try_join_all};

async fn after<T>(pends: usize, value: T) -> T {
    Pends(pends).await;
    value
}

async fn noted<T>(log: &Log, pends: usize, value: T) -> T
where
    T: std::fmt::Debug,
{
    for round in 0..pends {
        log.note(format!("{value:?}.{round}"));
        Pends(1).await;
    }
    log.note(format!("{value:?}"));
    value
}

#[test]
fn all_outputs_are_joined_in_the_order_of_the_source() {
    run(|| async {
        assert_eq!(
            join!(after(3, 1), after(0, "two"), after(1, [3])).await,
            (1, "two", [3])
        );
        assert_eq!(
            join!(after(2, String::from("one")),).await,
            (String::from("one"),)
        );
        join!().await;
        // As many as one likes.
        let many = join!(
            ready(0),
            ready(1),
            ready(2),
            ready(3),
            ready(4),
            after(9, 5),
            ready(6),
            ready(7),
            ready(8),
            ready(9),
            ready(10),
            ready(11),
            ready(12),
            ready(13),
            ready(14),
            ready(15),
        );
        let (zero, .., fifteen) = many.await;
        assert_eq!((zero, fifteen), (0, 15));
    });
}

#[test]
fn joined_futures_take_turns() {
    run(|| async {
        let log = Log::default();
        join!(
            noted(&log, 2, 'a'),
            noted(&log, 1, 'b'),
            noted(&log, 3, 'c')
        )
        .await;
        let expected = [
            "'a'.0", "'b'.0", "'c'.0", "'a'.1", "'b'", "'c'.1", "'a'", "'c'.2", "'c'",
        ];
        assert_eq!(log.taken(), expected);
    });
}

#[test]
fn a_joined_future_is_not_polled_after_its_end_and_dropped_then() {
    run(|| async {
        let drops = Drops::default();
        let guard = drops.guard();
        let short = async move {
            let _guard = guard;
            Pends(1).await;
        };
        let long = async {
            while drops.count() == 0 {
                Pends(1).await;
            }
        };
        // Disturbed, so that there are more polls than wakes.
        Disturbed::new(20, join!(short, long)).await;
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn the_first_error_ends_a_try_join() {
    run(|| async {
        let drops = Drops::default();
        let guard = drops.guard();
        let waits = async move {
            let _guard = guard;
            pending::<Result<(), &str>>().await
        };
        let fails = after(3, Err::<(), _>("late"));
        assert_eq!(try_join!(ready(Ok(1)), waits, fails).await, Err("late"));
        assert_eq!(drops.count(), 1);
        let all = try_join!(after(2, Ok::<_, ()>(1)), after(1, Ok("two")));
        assert_eq!(all.await, Ok((1, "two")));
    });
}

#[test]
fn the_first_error_ends_a_try_join_of_many() {
    run(|| async {
        let drops = Drops::default();
        let numbers = try_join_all((0..100).map(|number| after(number % 7, Ok::<_, ()>(number))));
        assert!(numbers.await.unwrap().into_iter().eq(0..100));
        let failing = (0..100).map(|number| {
            let guard = drops.guard();
            async move {
                let _guard = guard;
                Pends(number).await;
                if number == 50 { Err(number) } else { Ok(()) }
            }
        });
        assert_eq!(try_join_all(failing).await, Err(50));
        assert_eq!(drops.count(), 100);
        let none = try_join_all(std::iter::empty::<std::future::Ready<Result<u8, u8>>>());
        assert_eq!(none.await, Ok(vec![]));
    });
}

#[test]
fn the_first_that_is_ready_is_selected_and_the_others_are_dropped() {
    run(|| async {
        for first in 0..3 {
            let drops = Drops::default();
            let branch = |number: usize| {
                let guard = drops.guard();
                async move {
                    let _guard = guard;
                    if number != first {
                        pending::<()>().await;
                    }
                    Pends(2).await;
                    number
                }
            };
            let selected = select! {
                number = branch(0) => number,
                number = branch(1) => { number }
                number = branch(2) => number,
            };
            assert_eq!(selected.await, first);
            assert_eq!(drops.count(), 3);
        }
    });
}

#[test]
fn a_biased_choice_follows_the_source_and_a_fair_one_gives_all_a_turn() {
    run(|| async {
        let mut counts = [0; 3];
        for _ in 0..3000 {
            let biased = select! { biased; _ = ready(()) => 0, _ = ready(()) => 1 };
            assert_eq!(biased.await, 0);
            let fair = select! { _ = ready(()) => 0, _ = ready(()) => 1, _ = ready(()) => 2 };
            counts[fair.await] += 1;
        }
        // Expected are 1000 each, with a standard deviation of 26.
        assert!(
            counts.iter().all(|count| (600..1400).contains(count)),
            "{counts:?}"
        );
    });
}

#[test]
fn arms_whose_condition_is_false_are_not_even_evaluated() {
    run(|| async {
        let mut source = Some(after(2, 5));
        for expected in [5, 7] {
            let value = select! {
                biased;
                value = source.as_mut().map(|_| ()).map(ready).unwrap(), if source.is_some() => {
                    let () = value;
                    5
                }
                value = ready(7) => value,
            };
            assert_eq!(value.await, expected);
            source = None;
        }
    });
}

#[test]
fn a_refused_pattern_disables_its_arm() {
    run(|| async {
        let selected = select! {
            Some(value) = ready(None::<u32>) => value,
            Ok(value) = after(3, Err::<u32, u32>(2)) => value,
            value = after(10, 3) => value,
            else => 4,
        };
        assert_eq!(selected.await, 3);
        let flag = Flag::default();
        let other = select! {
            Some(value) = ready(None::<u32>) => value,
            Ok(value) = after(3, Err::<u32, u32>(2)) => value,
            _ = flag, if false => unreachable!(),
            else => 4,
        };
        assert_eq!(other.await, 4);
    });
}

#[test]
#[should_panic(expected = "all arms of a `select!` are disabled")]
fn a_choice_of_nothing_is_a_mistake() {
    coro_runtime::block_on(async { select! { _ = ready(1), if false => () }.await });
}

#[test]
fn arms_share_what_is_around_them() {
    run(|| async {
        let mut total = 0;
        let owned = String::from("owned");
        for _ in 0..10 {
            select! {
                value = ready(1) => total += value,
                value = ready(1) => total += value,
            }
            .await;
        }
        assert_eq!(total, 10);
        // Without an `else` an arm may move.
        let moved = select! { _ = Pends(1) => owned, _ = pending::<()>() => String::new() };
        assert_eq!(moved.await, "owned");
    });
}

#[test]
fn what_waits_in_a_loop_may_be_selected_by_reference() {
    run(|| async {
        let start = std::time::Instant::now();
        let mut whole = sleep(std::time::Duration::from_millis(35));
        let mut ticks = 0;
        loop {
            let over = select! {
                biased;
                () = &mut whole => true,
                () = sleep(std::time::Duration::from_millis(10)) => false,
            };
            if over.await {
                break;
            }
            ticks += 1;
        }
        assert!(ticks <= 3, "{ticks} ticks");
        assert!(start.elapsed() >= std::time::Duration::from_millis(35));
    });
}

#[coro_macros::coroutine]
fn all_in_a_coroutine(log: &Log) -> Result<u32, String> {
    let base = 10;
    let (first, second) = wait!(join!(noted(log, 2, base + 1), noted(log, 1, base + 2)));
    wait!(Pends(1));
    let (third, fourth) = wait!(try_join!(
        after(1, Ok::<_, String>(first)),
        ready(Ok(second))
    ))?;
    let mut sum = base + third + fourth;
    let mut rounds = 0;
    while rounds < 3 {
        let event = wait!(select! {
            value = after(2, 100) => Some(value),
            _ = pending::<()>() => None,
        });
        if let Some(value) = event {
            sum += value;
        }
        rounds += 1;
    }
    wait!(select! {
        biased;
        Some(value) = ready(None::<u32>) => sum += value,
        _ = Pends(1), if rounds == 3 => sum += 1000,
        else => sum += 5000,
    });
    Ok(sum)
}

#[test]
fn the_macros_work_in_coroutines() {
    run(|| async {
        let log = Log::default();
        assert_eq!(
            all_in_a_coroutine(&log).await,
            Ok(10 + 11 + 12 + 300 + 1000)
        );
        assert_eq!(log.taken(), ["11.0", "12.0", "11.1", "12", "11"]);
    });
}

#[test]
fn the_futures_are_send_if_what_they_hold_is() {
    run(|| async {
        let task = spawn(async {
            let selected = select! { value = after(1, 1) => value, _ = pending::<()>() => 0 };
            let joined = join!(after(1, 2), selected);
            joined.await
        });
        assert_eq!(task.await.unwrap(), (2, 1));
        let slow = spawn(async { select! { _ = sleep(std::time::Duration::MAX) => 1 }.await });
        sleep(std::time::Duration::from_millis(1)).await;
        assert!(!slow.is_finished());
    });
}

#[coro_macros::coroutine]
fn joined_locals(log: &Log) -> Result<u32, String> {
    let first = noted(log, 2, 1);
    let second = Box::pin(noted(log, 1, 2));
    wait!(Pends(1));
    let (first, second) = wait!(join!(first, second));
    let third = after(1, Ok::<_, String>(first + second));
    let pair = (ready(Ok(10)), "kept");
    wait!(Pends(1));
    let (third, tenth) = wait!(try_join!(third, pair.0))?;
    assert_eq!(pair.1, "kept");
    Ok(third + tenth)
}

#[test]
fn locals_of_a_coroutine_can_be_joined() {
    run(|| async {
        let log = Log::default();
        assert_eq!(joined_locals(&log).await, Ok(13));
        assert_eq!(log.taken(), ["1.0", "2.0", "1.1", "2", "1"]);
    });
}
