//! Spawned tasks: their outputs, their ends before time, their panics, their drops.

mod common;

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::sync::Arc;

use common::{Drops, Flag, Log, Pends, run, within_a_minute};
use coro_runtime::{JoinHandle, Runtime, block_on, spawn, spawn_local, yield_now};

#[test]
fn the_output_reaches_who_awaits_it() {
    run(|| async {
        for pends in 0..5 {
            let task = spawn(async move {
                Pends(pends).await;
                vec![pends; 3]
            });
            assert_eq!(task.await.unwrap(), [pends; 3]);
        }
    });
}

#[test]
fn tasks_run_in_the_order_in_which_they_were_woken() {
    let log = Log::default();
    let copy = log.clone();
    run(move || async move {
        let tasks: Vec<_> = (0..3)
            .map(|number| {
                let log = copy.clone();
                spawn(async move {
                    for round in 0..3 {
                        log.note(format!("{number}.{round}"));
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let expected = [
        "0.0", "1.0", "2.0", "0.1", "1.1", "2.1", "0.2", "1.2", "2.2",
    ];
    assert_eq!(log.taken(), expected);
}

#[test]
fn a_task_without_a_handle_runs_on() {
    run(|| async {
        let flag = Flag::default();
        let raised = flag.clone();
        drop(spawn(async move {
            Pends(3).await;
            raised.raise();
        }));
        flag.await;
    });
}

#[test]
fn a_task_that_is_not_send_stays_on_its_thread() {
    run(|| async {
        let count = Rc::new(Cell::new(0));
        let copy = Rc::clone(&count);
        let task = spawn_local(async move {
            for _ in 0..10 {
                copy.set(copy.get() + 1);
                yield_now().await;
            }
        });
        task.await.unwrap();
        assert_eq!(count.get(), 10);
    });
}

#[test]
fn abort_drops_the_future_where_it_is_suspended() {
    let drops = Drops::default();
    let copy = drops.clone();
    run(move || async move {
        // Suspended, and not even begun.
        for begun in [true, false] {
            let guard = copy.guard();
            let task = spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            if begun {
                yield_now().await;
            }
            let before = copy.count();
            task.abort();
            assert_eq!(
                copy.count(),
                before,
                "the executor drops it, not the caller"
            );
            let error = task.await.unwrap_err();
            assert!(error.is_cancelled() && !error.is_panic());
            assert_eq!(copy.count(), before + 1);
        }
    });
    assert_eq!(drops.count(), 2);
}

#[test]
fn abort_after_the_end_changes_nothing() {
    run(|| async {
        let task = spawn(async {
            yield_now().await;
            5
        });
        while !task.is_finished() {
            yield_now().await;
        }
        task.abort();
        assert_eq!(task.await.unwrap(), 5);
    });
}

#[test]
fn a_task_that_aborts_itself_ends_at_its_next_suspension() {
    run(|| async {
        let handle = Arc::new(std::sync::Mutex::new(None::<JoinHandle<()>>));
        let own = Arc::clone(&handle);
        let log = Log::default();
        let copy = log.clone();
        let task = spawn(async move {
            yield_now().await;
            own.lock().unwrap().as_ref().unwrap().abort();
            copy.note("still running");
            yield_now().await;
            copy.note("never");
        });
        *handle.lock().unwrap() = Some(task);
        Pends(5).await;
        let task = handle.lock().unwrap().take().unwrap();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(log.taken(), ["still running"]);
    });
}

#[test]
fn abort_from_another_thread_wakes_a_sleeping_runtime() {
    within_a_minute(|| {
        for _ in 0..200 {
            let runtime = Runtime::new().unwrap();
            let task = Arc::new(runtime.spawn(pending::<()>()));
            let copy = Arc::clone(&task);
            let thread = std::thread::spawn(move || copy.abort());
            runtime.block_on(async {
                while !task.is_finished() {
                    yield_now().await;
                }
            });
            thread.join().unwrap();
            let task = Arc::into_inner(task).unwrap();
            assert!(runtime.block_on(task).unwrap_err().is_cancelled());
        }
    });
}

#[test]
fn a_panic_is_told_to_who_awaits_and_ends_nothing_else() {
    run(|| async {
        let neighbour = spawn(Pends(5));
        let task = spawn(async {
            yield_now().await;
            panic!("out of cheese");
        });
        let error = task.await.unwrap_err();
        assert!(error.is_panic() && !error.is_cancelled());
        assert_eq!(error.to_string(), "the task panicked: out of cheese");
        let payload = error.into_panic();
        assert_eq!(*payload.downcast::<&str>().unwrap(), "out of cheese");
        neighbour.await.unwrap();
    });
}

#[test]
fn a_panic_drops_what_was_live() {
    let drops = Drops::default();
    let copy = drops.clone();
    run(move || async move {
        let guards = [copy.guard(), copy.guard()];
        let task = spawn(async move {
            let _guards = guards;
            yield_now().await;
            panic!("with guards");
        });
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!(copy.count(), 2);
    });
}

#[test]
fn a_destructor_that_panics_at_an_abort_is_reported() {
    struct Grenade;
    impl Drop for Grenade {
        fn drop(&mut self) {
            panic!("boom");
        }
    }
    run(|| async {
        let grenade = Grenade;
        let task = spawn(async move {
            let _grenade = grenade;
            pending::<()>().await;
        });
        yield_now().await;
        task.abort();
        let error = task.await.unwrap_err();
        assert_eq!(error.to_string(), "the task panicked: boom");
        // And an output whose destructor panics, with nobody to take it.
        drop(spawn(async {
            yield_now().await;
            Grenade
        }));
        Pends(5).await;
    });
}

#[test]
fn an_output_is_dropped_once_whoever_has_it() {
    let drops = Drops::default();
    let copy = drops.clone();
    run(move || async move {
        let make = || {
            let guard = copy.guard();
            spawn(async move {
                yield_now().await;
                guard
            })
        };
        // The handle goes before the task ends, and after it, and takes the output.
        drop(make());
        Pends(3).await;
        assert_eq!(copy.count(), 1);
        let task = make();
        Pends(3).await;
        assert!(task.is_finished());
        assert_eq!(copy.count(), 1);
        drop(task);
        assert_eq!(copy.count(), 2);
        let output = make().await.unwrap();
        assert_eq!(copy.count(), 2);
        drop(output);
    });
    assert_eq!(drops.count(), 3);
}

#[test]
fn a_future_is_dropped_before_its_joiner_goes_on() {
    let drops = Drops::default();
    let copy = drops.clone();
    run(move || async move {
        let guard = copy.guard();
        let task = spawn(async move {
            let _guard = guard;
            Pends(2).await;
        });
        task.await.unwrap();
        assert_eq!(copy.count(), 1);
    });
}

#[test]
fn a_handle_can_change_hands_while_it_waits() {
    run(|| async {
        let flag = Flag::default();
        let gate = flag.clone();
        let mut task = spawn(async move {
            gate.await;
            "done"
        });
        // Polled here first, then by a task of its own.
        let first = std::future::poll_fn(|context| {
            std::task::Poll::Ready(std::pin::Pin::new(&mut task).poll(context).is_pending())
        });
        assert!(first.await);
        let second = spawn(task);
        yield_now().await;
        flag.raise();
        assert_eq!(second.await.unwrap().unwrap(), "done");
    });
}

#[test]
fn a_handle_is_awaited_on_another_runtime() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let flag = Flag::default();
        let gate = flag.clone();
        let task = runtime.spawn(async move {
            gate.await;
            7
        });
        let other = std::thread::spawn(move || block_on(task).unwrap());
        let opener = std::thread::spawn({
            let flag = flag.clone();
            move || flag.raise()
        });
        runtime.block_on(flag);
        opener.join().unwrap();
        // The task was woken and may still have to run.
        runtime.block_on(Pends(3));
        assert_eq!(other.join().unwrap(), 7);
    });
}

#[test]
fn a_hundred_thousand_tasks_come_and_go() {
    run(|| async {
        let mut tasks = Vec::new();
        for number in 0..100_000_u64 {
            tasks.push(spawn(async move {
                yield_now().await;
                number
            }));
        }
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        assert_eq!(sum, 99_999 * 100_000 / 2);
    });
}
