//! Sleeping and giving up. Nothing here fails because the machine is slow: a sleep may be
//! late, and must never be early.

// What `#[coro_macros::coroutine]` makes names `::coro::__private`.
extern crate coro_support as coro;

mod common;

use std::future::pending;
use std::time::{Duration, Instant};

use common::{Disturbed, Drops, Flag, Log, Pends, run};
use coro_runtime::time::{sleep, sleep_until, timeout, timeout_at};
use coro_runtime::{join_all, spawn, yield_now};

#[test]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    run(|| async {
        let mut lead = Duration::from_millis(10);
        loop {
            let log = Log::default();
            let start = Instant::now() + lead;
            let tasks = [3_u64, 0, 4, 1, 2].map(|number| {
                let log = log.clone();
                spawn(async move {
                    // Less than a millisecond apart.
                    let deadline = start + Duration::from_micros(50 * number);
                    sleep_until(deadline).await;
                    assert!(Instant::now() >= deadline);
                    log.note(number.to_string());
                })
            });
            yield_now().await;
            let all_sleep = Instant::now() < start;
            for task in tasks {
                task.await.unwrap();
            }
            if all_sleep {
                assert_eq!(log.taken(), ["0", "1", "2", "3", "4"]);
                return;
            }
            // The machine is so slow that some came too late to sleep: that shows nothing.
            lead *= 2;
        }
    });
}

/// Sleeps from 50 to 250 ms.
#[coro_macros::coroutine]
async fn sleeper(number: u64) -> u64 {
    let start = Instant::now();
    let delay = Duration::from_millis(50 + number.wrapping_mul(7919) % 200);
    sleep(delay).await;
    assert!(start.elapsed() >= delay);
    number
}

#[test]
fn ten_thousand_sleepers_share_a_thread() {
    run(|| async {
        let before = std::fs::read_dir("/proc/self/task").unwrap().count();
        // Together they sleep for more than 20 minutes.
        let tasks: Vec<_> = (0..10_000).map(|number| spawn(sleeper(number))).collect();
        yield_now().await;
        // Other tests start threads too, but not thousands.
        let during = std::fs::read_dir("/proc/self/task").unwrap().count();
        assert!(during < before + 100);
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        assert_eq!(sum, 9_999 * 10_000 / 2);
    });
}

#[test]
fn ten_thousand_sleepers_share_a_task() {
    run(|| async {
        let start = Instant::now();
        let numbers = join_all((0..10_000).map(sleeper)).await;
        assert!(numbers.into_iter().eq(0..10_000));
        assert!(start.elapsed() >= Duration::from_millis(249));
    });
}

#[test]
fn a_sleeper_that_is_polled_by_another_task_wakes_that_one() {
    run(|| async {
        let mut nap = Box::pin(sleep(Duration::from_millis(5)));
        std::future::poll_fn(|context| {
            assert!(nap.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        spawn(nap).await.unwrap();
    });
}

#[test]
fn what_has_passed_takes_no_time_and_what_never_comes_does_not_overflow() {
    run(|| async {
        sleep(Duration::ZERO).await;
        sleep_until(Instant::now() - Duration::from_millis(1)).await;
        let brief = Duration::from_millis(2);
        assert!(timeout(brief, sleep(Duration::MAX)).await.is_err());
        assert!(timeout(Duration::MAX, sleep(brief)).await.is_ok());
    });
}

#[test]
fn a_future_that_is_in_time_keeps_its_output() {
    run(|| async {
        let work = async {
            Pends(10).await;
            sleep(Duration::from_millis(1)).await;
            "done"
        };
        assert_eq!(timeout(Duration::from_secs(1000), work).await, Ok("done"));
        // One that is ready at once wins, even when the time is over before it starts.
        let past = Instant::now() - Duration::from_millis(1);
        assert_eq!(timeout_at(past, std::future::ready(3)).await, Ok(3));
        assert!(timeout_at(past, Pends(1)).await.is_err());
    });
}

#[test]
fn a_future_that_is_late_is_dropped() {
    let drops = Drops::default();
    let copy = drops.clone();
    run(move || async move {
        let guard = copy.guard();
        let work = async move {
            let _guard = guard;
            pending::<()>().await;
        };
        let start = Instant::now();
        let error = timeout(Duration::from_millis(5), work).await.unwrap_err();
        assert!(start.elapsed() >= Duration::from_millis(5));
        assert_eq!(copy.count(), 1);
        let error = std::io::Error::from(error);
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    });
}

#[test]
fn spurious_polls_do_not_prolong_a_timeout() {
    run(|| async {
        let late = timeout(Duration::from_millis(5), pending::<()>());
        let (result, polls) = Disturbed::new(1000, late).await;
        assert!(result.is_err());
        assert!(polls > 2);
    });
}

#[test]
fn timers_that_are_given_up_are_forgotten() {
    run(|| async {
        let flag = Flag::default();
        flag.raise();
        for round in 0..100_000_u64 {
            let long = Duration::from_micros(1 + round % 5_000_000);
            let quick = async {
                yield_now().await;
            };
            let _ = timeout(long, quick).await;
        }
        // Cancelled ones at the same deadline as one that stays.
        let deadline = Instant::now() + Duration::from_millis(5);
        let stays = spawn(sleep_until(deadline));
        let gone: Vec<_> = (0..100).map(|_| spawn(sleep_until(deadline))).collect();
        yield_now().await;
        gone.iter().for_each(|task| task.abort());
        stays.await.unwrap();
        assert!(Instant::now() >= deadline);
    });
}
