//! Sets of tasks: what is joined, in which order, and what is aborted.

mod common;

use std::future::pending;
use std::rc::Rc;

use common::{Drops, Flag, Pends, run, within_a_minute};
use coro_runtime::{JoinSet, Runtime, spawn, yield_now};

#[test]
fn outputs_come_in_the_order_in_which_the_tasks_end() {
    run(|| async {
        let mut tasks = JoinSet::new();
        for pends in [5_usize, 1, 4, 0, 3, 2] {
            tasks.spawn(async move {
                Pends(pends).await;
                pends
            });
        }
        for expected in 0..6 {
            assert_eq!(tasks.join_next().await.unwrap().unwrap(), expected);
        }
        assert!(tasks.join_next().await.is_none());
    });
}

#[test]
fn each_task_is_joined_once_whenever_it_was_spawned() {
    run(|| async {
        let mut tasks = JoinSet::new();
        let mut seen = vec![0; 1000];
        for number in 0..500_usize {
            tasks.spawn(async move {
                Pends(number % 7).await;
                number
            });
        }
        let mut next = 500;
        while let Some(output) = tasks.join_next().await {
            seen[output.unwrap()] += 1;
            if next < 1000 {
                let number = next;
                next += 1;
                tasks.spawn(async move {
                    Pends(number % 5).await;
                    number
                });
            }
        }
        assert_eq!(seen, [1; 1000]);
    });
}

#[test]
fn a_join_that_is_given_up_loses_nothing() {
    run(|| async {
        let flag = Flag::default();
        let mut tasks = JoinSet::new();
        let copy = flag.clone();
        tasks.spawn(async move {
            copy.await;
            3
        });
        {
            let mut join = Box::pin(tasks.join_next());
            std::future::poll_fn(|context| {
                assert!(join.as_mut().poll(context).is_pending());
                std::task::Poll::Ready(())
            })
            .await;
        }
        assert!(tasks.try_join_next().is_none());
        flag.raise();
        assert_eq!(tasks.join_next().await.unwrap().unwrap(), 3);
    });
}

#[test]
fn what_has_ended_is_taken_without_waiting() {
    run(|| async {
        let mut tasks = JoinSet::new();
        tasks.spawn(async { 1 });
        assert!(tasks.try_join_next().is_none());
        yield_now().await;
        assert_eq!(tasks.try_join_next().unwrap().unwrap(), 1);
        assert!(tasks.try_join_next().is_none());
    });
}

#[test]
fn a_panic_is_one_task_s_own() {
    run(|| async {
        let mut tasks = JoinSet::new();
        for number in 0..10 {
            tasks.spawn(async move {
                Pends(1).await;
                assert!(number != 4, "four");
            });
        }
        let mut panics = 0;
        while let Some(output) = tasks.join_next().await {
            panics += usize::from(output.is_err_and(|error| error.is_panic()));
        }
        assert_eq!(panics, 1);
    });
}

#[test]
fn dropping_the_set_aborts_its_tasks_and_detaching_does_not() {
    run(|| async {
        let drops = Drops::default();
        let mut tasks = JoinSet::new();
        for _ in 0..10 {
            let guard = drops.guard();
            tasks.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
        }
        yield_now().await;
        assert_eq!(drops.count(), 0);
        drop(tasks);
        yield_now().await;
        assert_eq!(drops.count(), 10);

        let flag = Flag::default();
        let copy = flag.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            Pends(3).await;
            copy.raise();
        });
        tasks.detach_all();
        drop(tasks);
        flag.await;
    });
}

#[test]
fn an_abort_handle_ends_its_task_only() {
    run(|| async {
        let mut tasks = JoinSet::new();
        let handles: Vec<_> = (0..10)
            .map(|number| {
                tasks.spawn(async move {
                    Pends(5).await;
                    number
                })
            })
            .collect();
        handles[3].clone().abort();
        handles[3].abort();
        let mut outputs = Vec::new();
        let mut cancelled = 0;
        while let Some(output) = tasks.join_next().await {
            match output {
                Ok(number) => outputs.push(number),
                Err(error) => cancelled += usize::from(error.is_cancelled()),
            }
        }
        assert_eq!(outputs, [0, 1, 2, 4, 5, 6, 7, 8, 9]);
        assert_eq!(cancelled, 1);
        assert!(handles.iter().all(|handle| handle.is_finished()));
        // An abort of what has ended does nothing, also when nothing else holds the task.
        handles.iter().for_each(|handle| handle.abort());
    });
}

#[test]
fn an_abort_handle_outlives_the_runtime() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let handle = runtime.spawn_local(async {
            let _stays = Rc::new(());
            pending::<()>().await;
        });
        let abort = handle.abort_handle();
        drop(handle);
        drop(runtime);
        std::thread::spawn(move || {
            assert!(abort.is_finished());
            abort.abort();
        })
        .join()
        .unwrap();
    });
}

#[test]
fn a_shutdown_waits_until_the_futures_are_dropped() {
    run(|| async {
        let drops = Drops::default();
        let mut tasks = JoinSet::new();
        for _ in 0..10 {
            let guard = drops.guard();
            tasks.spawn_local(async move {
                let _guard = guard;
                pending::<()>().await;
            });
        }
        tasks.shutdown().await;
        assert_eq!(drops.count(), 10);
        assert!(tasks.is_empty());
    });
}

#[test]
fn all_kinds_of_tasks_may_be_in_one_set() {
    run(|| async {
        let handle = coro_runtime::Handle::current();
        let mut tasks = JoinSet::new();
        tasks.spawn(async { 1 });
        tasks.spawn_local(async { *Rc::new(2) });
        tasks.spawn_on(async { 3 }, &handle);
        tasks.spawn_blocking(|| 4);
        assert_eq!(tasks.len(), 4);
        let mut outputs = tasks.join_all().await;
        outputs.sort_unstable();
        assert_eq!(outputs, [1, 2, 3, 4]);
    });
}

#[test]
fn a_set_may_be_joined_in_another_task() {
    run(|| async {
        let mut tasks = JoinSet::new();
        for number in 0..10 {
            tasks.spawn(async move {
                Pends(number).await;
                number
            });
        }
        // Polled here first, so that the wakers are this task's.
        assert_eq!(tasks.join_next().await.unwrap().unwrap(), 0);
        let rest = spawn(async move { tasks.join_all().await }).await.unwrap();
        assert_eq!(rest.len(), 9);
    });
}
