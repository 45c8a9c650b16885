//! The paused clock, and what is exact with it: the order of timers, intervals.

mod common;

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use common::{Flag, Log, Pends, within_a_minute};
use coro_runtime::time::{
    Interval, MissedTickBehavior, advance, interval, interval_at, now, pause, resume, sleep,
    sleep_until, timeout, timeout_at,
};
use coro_runtime::{Runtime, block_on, join_all, spawn, spawn_blocking};

const SECOND: Duration = Duration::from_secs(1);

/// Runs a test on a runtime whose clock stands from the beginning.
fn run_paused<F: Future>(test: impl FnOnce() -> F + Send + 'static) -> F::Output
where
    F::Output: Send + 'static,
{
    within_a_minute(move || {
        let runtime = Runtime::builder().start_paused(true).build().unwrap();
        runtime.block_on(test())
    })
}

/// Numbers without a pattern, the same in each run (xorshift, by Marsaglia).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[test]
fn a_year_passes_in_no_time_and_to_the_nanosecond() {
    run_paused(|| async {
        let real = Instant::now();
        let start = now();
        for day in 1..=365 {
            let rest = Duration::from_nanos(day);
            sleep(24 * 3600 * SECOND + rest).await;
        }
        let nanoseconds = 365 * 366 / 2;
        let year = 365 * 24 * 3600 * SECOND + Duration::from_nanos(nanoseconds);
        assert_eq!(now() - start, year);
        assert!(real.elapsed() < year);
    });
}

#[test]
fn sleepers_end_at_their_times_and_in_that_order() {
    for seed in 1..50 {
        run_paused(move || async move {
            let mut numbers = Numbers(seed);
            let log = Log::default();
            let start = now();
            let mut expected = Vec::new();
            let tasks: Vec<_> = (0..200)
                .map(|_| {
                    // From nanoseconds to weeks.
                    let scale = 10_u64.pow(numbers.below(15) as u32);
                    let delay = Duration::from_nanos(1 + numbers.below(1000) * scale);
                    expected.push(delay);
                    let log = log.clone();
                    spawn(async move {
                        sleep_until(start + delay).await;
                        assert_eq!(now(), start + delay);
                        log.note(format!("{delay:?}"));
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            expected.sort_unstable();
            let expected: Vec<_> = expected.iter().map(|delay| format!("{delay:?}")).collect();
            assert_eq!(log.taken(), expected);
        });
    }
}

#[test]
fn timeouts_are_exact() {
    run_paused(|| async {
        let start = now();
        assert!(timeout(5 * SECOND, sleep(4 * SECOND)).await.is_ok());
        assert_eq!(now() - start, 4 * SECOND);
        assert!(timeout(5 * SECOND, sleep(6 * SECOND)).await.is_err());
        assert_eq!(now() - start, 9 * SECOND);
        assert!(
            timeout_at(start + 10 * SECOND, sleep(2 * SECOND))
                .await
                .is_err()
        );
        assert_eq!(now() - start, 10 * SECOND);
    });
}

#[test]
fn the_clock_stands_while_there_is_something_to_do() {
    run_paused(|| async {
        let start = now();
        let task = spawn(sleep(SECOND));
        Pends(1000).await;
        assert!(!task.is_finished());
        assert_eq!(now(), start);
        task.await.unwrap();
        assert_eq!(now(), start + SECOND);
    });
}

#[test]
fn the_clock_stands_while_work_blocks() {
    run_paused(|| async {
        for _ in 0..50 {
            let start = now();
            let (sender, receiver) = channel();
            let work = spawn_blocking(move || receiver.recv().unwrap());
            let sender_work = spawn_blocking(move || {
                std::thread::sleep(Duration::from_micros(200));
                sender.send(()).unwrap();
            });
            // The time would be over at once if the clock jumped.
            timeout(SECOND, work).await.unwrap().unwrap();
            sender_work.await.unwrap();
            assert_eq!(now(), start);
        }
    });
}

#[test]
fn the_clock_goes_on_after_work_that_nobody_waits_for() {
    run_paused(|| async {
        for _ in 0..50 {
            let start = now();
            let (started, waits) = channel();
            let work = spawn_blocking(move || {
                started.send(()).unwrap();
                std::thread::sleep(Duration::from_micros(200));
            });
            waits.recv().unwrap();
            work.abort();
            sleep(SECOND).await;
            assert_eq!(now(), start + SECOND);
        }
    });
}

#[test]
fn other_threads_wake_tasks_though_the_clock_stands() {
    run_paused(|| async {
        for _ in 0..100 {
            let flag = Flag::default();
            let copy = flag.clone();
            let thread = std::thread::spawn(move || {
                while copy.waiting() == 0 {
                    std::thread::yield_now();
                }
                copy.raise();
            });
            flag.await;
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_clock_that_runs_again_fires_its_timers() {
    within_a_minute(|| {
        block_on(async {
            // An alarm is set, and means nothing any more after the pause.
            let before = spawn(sleep(Duration::from_millis(50)));
            sleep(Duration::from_millis(1)).await;
            pause();
            advance(Duration::from_millis(20)).await;
            sleep(Duration::from_millis(1)).await;
            resume();
            let start = now();
            sleep(Duration::from_millis(2)).await;
            assert!(now() - start >= Duration::from_millis(2));
            before.await.unwrap();
            // And again within one poll.
            pause();
            std::thread::sleep(Duration::from_millis(3));
            resume();
            sleep(Duration::from_millis(2)).await;
        });
    });
}

#[test]
fn advancing_fires_what_is_due_and_nothing_else() {
    run_paused(|| async {
        let log = Log::default();
        let start = now();
        for seconds in 1..=10 {
            let log = log.clone();
            spawn(async move {
                sleep_until(start + seconds * SECOND).await;
                log.note(seconds.to_string());
            });
        }
        // They have to begin.
        advance(Duration::ZERO).await;
        advance(Duration::from_millis(3999)).await;
        assert_eq!(log.taken(), ["1", "2", "3"]);
        advance(Duration::from_millis(1)).await;
        assert_eq!(log.taken(), ["4"]);
        advance(100 * SECOND).await;
        assert_eq!(log.taken(), ["5", "6", "7", "8", "9", "10"]);
        assert_eq!(now() - start, 104 * SECOND);
    });
}

#[test]
#[should_panic(expected = "the clock is paused already")]
fn pausing_twice_is_a_mistake() {
    block_on(async {
        pause();
        pause();
    });
}

#[test]
#[should_panic(expected = "the clock is not paused")]
fn advancing_a_clock_that_runs_is_a_mistake() {
    block_on(advance(SECOND));
}

#[test]
#[should_panic(expected = "`pause` was called outside of a runtime")]
fn pausing_without_a_runtime_is_a_mistake() {
    pause();
}

/// Takes a tick, and tells when it was due and when it was taken, in seconds.
async fn tick(ticks: &mut Interval, start: Instant) -> (u64, u64) {
    let due = ticks.tick().await;
    ((due - start).as_secs(), (now() - start).as_secs())
}

#[test]
fn missed_ticks_are_made_up_for_as_documented() {
    let cases = [
        (
            MissedTickBehavior::Burst,
            [(0, 0), (10, 34), (20, 34), (30, 34), (40, 40), (50, 50)],
        ),
        (
            MissedTickBehavior::Delay,
            [(0, 0), (10, 34), (44, 44), (54, 54), (64, 64), (74, 74)],
        ),
        (
            MissedTickBehavior::Skip,
            [(0, 0), (10, 34), (40, 40), (50, 50), (60, 60), (70, 70)],
        ),
    ];
    for (behavior, expected) in cases {
        run_paused(move || async move {
            let start = now();
            let mut ticks = interval(10 * SECOND);
            ticks.set_missed_tick_behavior(behavior);
            assert_eq!(ticks.missed_tick_behavior(), behavior);
            for (number, expected) in expected.into_iter().enumerate() {
                if number == 1 {
                    advance(34 * SECOND).await;
                }
                assert_eq!(tick(&mut ticks, start).await, expected, "{behavior:?}");
            }
        });
    }
}

#[test]
fn intervals_keep_their_promises_whatever_the_delays() {
    for behavior in [
        MissedTickBehavior::Burst,
        MissedTickBehavior::Delay,
        MissedTickBehavior::Skip,
    ] {
        for seed in 1..20 {
            run_paused(move || async move {
                let mut numbers = Numbers(seed);
                let period = Duration::from_nanos(1 + numbers.below(1 << 40));
                let start = now() + Duration::from_nanos(numbers.below(1 << 40));
                let mut ticks = interval_at(start, period);
                ticks.set_missed_tick_behavior(behavior);
                let mut last: Option<(Instant, Instant)> = None;
                for number in 0..100 {
                    let asked = now();
                    let due = ticks.tick().await;
                    let taken = now();
                    // Never early; and never late for a reason of its own.
                    assert_eq!(taken, due.max(asked));
                    let on_schedule = (due - start).as_nanos().is_multiple_of(period.as_nanos());
                    match behavior {
                        MissedTickBehavior::Burst => assert_eq!(due, start + number * period),
                        MissedTickBehavior::Delay => {
                            // Only from a tick so late that the next one was missed.
                            let expected = last.map_or(start, |(due, taken)| {
                                let next = due + period;
                                if next > taken { next } else { taken + period }
                            });
                            assert_eq!(due, expected);
                        }
                        MissedTickBehavior::Skip => {
                            assert!(on_schedule);
                            if let Some((_, taken)) = last {
                                assert!(taken < due && due <= taken + period);
                            }
                        }
                    }
                    last = Some((due, taken));
                    if numbers.below(3) == 0 {
                        let factor = numbers.below(5_000) as u32;
                        advance(period * factor / 1_000).await;
                    }
                }
            });
        }
    }
}

#[test]
fn a_tick_that_is_given_up_is_not_lost() {
    run_paused(|| async {
        let start = now();
        let mut ticks = interval_at(start + 10 * SECOND, 10 * SECOND);
        assert!(timeout(SECOND, ticks.tick()).await.is_err());
        assert_eq!(tick(&mut ticks, start).await, (10, 10));
        advance(5 * SECOND).await;
        ticks.reset();
        assert_eq!(tick(&mut ticks, start).await, (25, 25));
        ticks.reset_at(start + 26 * SECOND);
        assert_eq!(tick(&mut ticks, start).await, (26, 26));
        assert_eq!(tick(&mut ticks, start).await, (36, 36));
    });
}

#[test]
fn clocks_of_two_runtimes_are_apart() {
    run_paused(|| async {
        let start = now();
        sleep(1000 * SECOND).await;
        let other = Runtime::new().unwrap();
        let there = other.block_on(async { now() });
        assert!(there - start < 1000 * SECOND);
        assert_eq!(now(), start + 1000 * SECOND);
    });
}

#[test]
fn only_the_clock_of_one_thread_is_paused() {
    let refused = std::panic::catch_unwind(|| {
        let builder = Runtime::builder().start_paused(true);
        builder.build_multi_thread()
    });
    assert!(refused.is_err());
    let runtime = Runtime::builder().worker_threads(1).build_multi_thread();
    let runtime = runtime.unwrap();
    let pausing = runtime.block_on(runtime.spawn(async { pause() }));
    assert!(pausing.unwrap_err().is_panic());
}

#[test]
fn many_sleepers_share_a_task_on_a_paused_clock() {
    run_paused(|| async {
        let start = now();
        let sleeps = (0..1000).map(|number| async move {
            sleep(number * SECOND).await;
            now() - start
        });
        let all = join_all(sleeps).await;
        assert!(all.into_iter().eq((0..1000).map(|number| number * SECOND)));
    });
}
