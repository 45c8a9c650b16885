//! Sets of tasks: what is joined, in which order, and what becomes of the rest.

mod common;

use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Flag, Pends, run};
use coro_runtime::{JoinSet, yield_now};
use futures_util::FutureExt;

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn outputs_come_as_the_tasks_end() {
    run(|| async {
        let mut set = JoinSet::new();
        let late = Flag::default();
        let waits = late.clone();
        set.spawn(async move {
            waits.await;
            "late"
        });
        set.spawn(async {
            Pends(3).await;
            "early"
        });
        assert_eq!(set.len(), 2);
        assert_eq!(set.join_next().await.unwrap().unwrap(), "early");
        assert!(set.join_next().now_or_never().is_none());
        late.raise();
        assert_eq!(set.join_next().await.unwrap().unwrap(), "late");
        assert!(set.join_next().await.is_none());
    });
}

#[test]
fn a_panic_is_one_result_among_others() {
    run(|| async {
        let mut set = JoinSet::new();
        set.spawn_local(async { panic!("one") });
        set.spawn_blocking(|| 2);
        let (mut panics, mut sum) = (0, 0);
        while let Some(joined) = set.join_next().await {
            match joined {
                Ok(number) => sum += number,
                Err(error) => panics += usize::from(error.is_panic()),
            }
        }
        assert_eq!((panics, sum), (1, 2));
    });
}

#[test]
fn dropping_the_set_drops_the_futures() {
    run(|| async {
        let drops = Arc::new(AtomicUsize::new(0));
        let mut set = JoinSet::new();
        for _ in 0..3 {
            let counted = Counted(Arc::clone(&drops));
            set.spawn(async move {
                let _counted = counted;
                pending::<()>().await;
            });
        }
        yield_now().await;
        drop(set);
        yield_now().await;
        assert_eq!(drops.load(Ordering::SeqCst), 3);
    });
}

#[test]
fn detached_tasks_run_on() {
    run(|| async {
        let (go, done) = (Flag::default(), Flag::default());
        let (start, finish) = (go.clone(), done.clone());
        let mut set = JoinSet::new();
        set.spawn(async move {
            start.await;
            finish.raise();
        });
        yield_now().await;
        set.detach_all();
        drop(set);
        go.raise();
        done.await;
    });
}

#[test]
fn join_all_passes_a_panic_on_and_aborts_the_others() {
    run(|| async {
        let drops = Arc::new(AtomicUsize::new(0));
        let counted = Counted(Arc::clone(&drops));
        let mut set = JoinSet::new();
        set.spawn(async move {
            let _counted = counted;
            pending::<()>().await;
        });
        set.spawn(async { std::panic::resume_unwind(Box::new(7)) });
        let panicked = AssertUnwindSafe(set.join_all()).catch_unwind().await;
        assert_eq!(*panicked.unwrap_err().downcast::<i32>().unwrap(), 7);
        yield_now().await;
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn one_task_of_a_set_is_ended_by_its_own_handle() {
    run(|| async {
        let mut set = JoinSet::new();
        let aborts: Vec<_> = (0..3).map(|_| set.spawn(pending::<()>())).collect();
        aborts[1].abort();
        assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
        let finished: Vec<_> = aborts.iter().map(|abort| abort.is_finished()).collect();
        assert_eq!(finished, [false, true, false]);
        drop(set);
        yield_now().await;
        // From another thread, and after the end.
        std::thread::spawn(move || aborts.iter().for_each(|abort| abort.abort()))
            .join()
            .unwrap();
    });
}
