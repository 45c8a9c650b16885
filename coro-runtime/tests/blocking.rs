//! Work that blocks: its output, its panics, its end before time, its threads.

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use common::{Drops, run, within_a_minute};
use coro_runtime::{Runtime, spawn, spawn_blocking, yield_now};

#[test]
fn the_output_comes_from_another_thread() {
    run(|| async {
        let here = thread::current().id();
        for number in 0..100 {
            let task = spawn_blocking(move || (number, thread::current().id()));
            let (output, there) = task.await.unwrap();
            assert_eq!(output, number);
            assert_ne!(here, there);
        }
    });
}

#[test]
fn tasks_run_while_work_blocks() {
    run(|| async {
        let (sender, receiver) = channel();
        let work = spawn_blocking(move || receiver.recv().unwrap());
        let task = spawn(async move {
            yield_now().await;
            sender.send(5).unwrap();
        });
        assert_eq!(work.await.unwrap(), 5);
        task.await.unwrap();
    });
}

#[test]
fn a_panic_reaches_who_joins_and_spares_the_thread() {
    run(|| async {
        for round in 0..10 {
            let task = spawn_blocking(move || {
                if round % 2 == 0 {
                    std::panic::panic_any(round);
                }
            });
            match task.await {
                Ok(()) => assert_eq!(round % 2, 1),
                Err(error) => assert_eq!(*error.into_panic().downcast::<i32>().unwrap(), round),
            }
        }
    });
}

/// Occupies the only thread of a runtime until something is sent.
fn occupy(runtime: &Runtime) -> Sender<()> {
    let (sender, receiver): (Sender<()>, Receiver<()>) = channel();
    let (started, waits) = channel();
    runtime.spawn_blocking(move || {
        started.send(()).unwrap();
        let _ = receiver.recv();
    });
    waits.recv().unwrap();
    sender
}

#[test]
fn no_more_threads_than_allowed_and_nothing_is_left_out() {
    within_a_minute(|| {
        let runtime = Runtime::builder().max_blocking_threads(3).build().unwrap();
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let sum = runtime.block_on(async {
            let tasks: Vec<_> = (0..200_usize)
                .map(|number| {
                    let (running, most) = (Arc::clone(&running), Arc::clone(&most));
                    spawn_blocking(move || {
                        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        running.fetch_sub(1, Ordering::SeqCst);
                        number
                    })
                })
                .collect();
            let mut sum = 0;
            for task in tasks {
                sum += task.await.unwrap();
            }
            sum
        });
        assert_eq!(sum, 199 * 200 / 2);
        assert!((1..=3).contains(&most.load(Ordering::SeqCst)));
    });
}

#[test]
fn the_pool_grows_to_what_waits_for_each_other() {
    run(|| async {
        // Each of them waits until all have begun, so each needs a thread.
        let barrier = Arc::new(Barrier::new(20));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                spawn_blocking(move || barrier.wait().is_leader())
            })
            .collect();
        let mut leaders = 0;
        for task in tasks {
            leaders += usize::from(task.await.unwrap());
        }
        assert_eq!(leaders, 1);
    });
}

#[test]
fn threads_that_have_nothing_to_do_end() {
    /// Told of the end of the thread that it is a local of.
    struct AtExit(Mutex<Sender<()>>);
    impl Drop for AtExit {
        fn drop(&mut self) {
            let _ = self.0.lock().unwrap().send(());
        }
    }
    thread_local! {
        static AT_EXIT: Mutex<Option<AtExit>> = const { Mutex::new(None) };
    }
    within_a_minute(|| {
        let runtime = Runtime::builder()
            .blocking_keep_alive(Duration::from_millis(1))
            .build()
            .unwrap();
        for _ in 0..3 {
            let (sender, receiver) = channel();
            let work = runtime.spawn_blocking(|| {
                AT_EXIT.with(|slot| *slot.lock().unwrap() = Some(AtExit(Mutex::new(sender))));
            });
            runtime.block_on(work).unwrap();
            receiver.recv().unwrap();
        }
    });
}

#[test]
fn work_that_is_given_up_before_it_begins_never_does() {
    within_a_minute(|| {
        let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
        let sender = occupy(&runtime);
        let drops = Drops::default();
        let guard = drops.guard();
        let begun = Arc::new(AtomicUsize::new(0));
        let copy = Arc::clone(&begun);
        let aborted = runtime.spawn_blocking(move || {
            let _guard = guard;
            copy.fetch_add(1, Ordering::SeqCst);
        });
        aborted.abort();
        assert!(runtime.block_on(aborted).unwrap_err().is_cancelled());
        sender.send(()).unwrap();
        let next = runtime.spawn_blocking(|| "next");
        assert_eq!(runtime.block_on(next).unwrap(), "next");
        assert_eq!(begun.load(Ordering::SeqCst), 0);
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn what_a_handle_lets_go_is_done_all_the_same() {
    run(|| async {
        let (sender, receiver) = channel();
        drop(spawn_blocking(move || sender.send(7).unwrap()));
        let received = spawn_blocking(move || receiver.recv().unwrap());
        assert_eq!(received.await.unwrap(), 7);
    });
}

#[test]
fn a_shutdown_waits_for_what_has_begun_and_drops_the_rest() {
    within_a_minute(|| {
        let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
        let sender = occupy(&runtime);
        let drops = Drops::default();
        let guard = drops.guard();
        let queued = runtime.spawn_blocking(move || drop(guard));
        let finisher = thread::spawn(move || {
            // Only a hint to the other thread: the test holds in any order.
            thread::sleep(Duration::from_millis(5));
            drop(sender);
        });
        runtime.shutdown_timeout(Duration::from_secs(50)).unwrap();
        assert_eq!(drops.count(), 1);
        let error = coro_runtime::block_on(queued).unwrap_err();
        assert!(error.is_cancelled());
        finisher.join().unwrap();
    });
}

#[test]
fn a_shutdown_gives_up_at_its_limit() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let handle = runtime.handle();
        let sender = occupy(&runtime);
        let late = runtime.shutdown_timeout(Duration::from_millis(5));
        assert!(late.is_err());
        // The work is still there, and what comes now is refused.
        sender.send(()).unwrap();
        let refused = handle.spawn_blocking(|| 1);
        assert!(coro_runtime::block_on(refused).unwrap_err().is_cancelled());
    });
}

#[test]
fn dropping_a_runtime_waits_for_no_work() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let sender = occupy(&runtime);
        drop(runtime);
        // Still there: it listens.
        sender.send(()).unwrap();
    });
}

#[test]
fn any_thread_may_hand_work_in() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let handle = runtime.handle();
        let tasks = thread::spawn(move || [1, 2, 3].map(|n| handle.spawn_blocking(move || n)));
        let tasks = tasks.join().unwrap();
        let mut sum = 0;
        for task in tasks {
            sum += runtime.block_on(task).unwrap();
        }
        assert_eq!(sum, 6);
    });
}

#[test]
fn a_park_of_the_work_is_its_own() {
    run(|| async {
        // Tokens that are left behind on a thread of the pool neither end nor prolong the
        // waits between jobs.
        for _ in 0..100 {
            spawn_blocking(|| {
                thread::current().unpark();
                thread::current().unpark();
            })
            .await
            .unwrap();
            spawn_blocking(|| thread::park_timeout(Duration::from_micros(1)))
                .await
                .unwrap();
        }
    });
}
