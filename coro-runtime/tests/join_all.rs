//! Many futures in one task.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use common::{Drops, Flag, Pends, run};
use coro_runtime::{join_all, spawn, yield_now};

#[test]
fn outputs_stand_in_the_order_of_the_futures() {
    run(|| async {
        for children in [0, 1, 2, 63, 64, 65, 1000] {
            let outputs = join_all((0..children).map(|number| async move {
                Pends((7 * number) % 11 + 1).await;
                number
            }))
            .await;
            assert_eq!(outputs, (0..children).collect::<Vec<_>>());
        }
    });
}

#[test]
fn the_futures_may_borrow() {
    run(|| async {
        let words = ["a".to_owned(), "b".to_owned()];
        let shout = |word| async move {
            yield_now().await;
            str::to_uppercase(word)
        };
        assert_eq!(
            join_all(words.iter().map(|word| shout(word))).await,
            ["A", "B"]
        );
    });
}

/// Waits for a flag, and counts how often it is polled.
struct Counted(Flag, Arc<AtomicUsize>);

impl Future for Counted {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Pin::new(&mut self.0).poll(context)
    }
}

#[test]
fn only_what_was_woken_is_polled_again() {
    run(|| async {
        let flags: Vec<Flag> = (0..200).map(|_| Flag::default()).collect();
        let polls = Arc::new(AtomicUsize::new(0));
        let children: Vec<_> = flags
            .iter()
            .map(|flag| Counted(flag.clone(), Arc::clone(&polls)))
            .collect();
        let task = spawn(join_all(children));
        yield_now().await;
        assert_eq!(polls.load(Ordering::SeqCst), 200);
        for (number, flag) in flags.iter().enumerate().rev() {
            flag.raise();
            yield_now().await;
            assert_eq!(polls.load(Ordering::SeqCst), 400 - number);
        }
        task.await.unwrap();
    });
}

#[test]
fn children_are_woken_from_other_threads() {
    run(|| async {
        for _ in 0..100 {
            let flags: Vec<Flag> = (0..8).map(|_| Flag::default()).collect();
            let threads: Vec<_> = flags
                .iter()
                .map(|flag| {
                    let flag = flag.clone();
                    thread::spawn(move || flag.raise())
                })
                .collect();
            join_all(flags).await;
            for thread in threads {
                thread.join().unwrap();
            }
        }
    });
}

#[test]
fn they_nest() {
    run(|| async {
        let outputs = join_all((0..5).map(|outer| async move {
            let inner = join_all((0..5).map(|inner| async move {
                Pends(inner + outer).await;
                10 * outer + inner
            }));
            inner.await.into_iter().sum::<usize>()
        }));
        assert_eq!(outputs.await, [10, 60, 110, 160, 210]);
    });
}

/// A waker that counts.
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn the_task_that_polled_last_is_woken() {
    let flag = Flag::default();
    let mut group = join_all([flag.clone(), flag.clone()]);
    let wakers = [(); 2].map(|()| Arc::new(Wakes(AtomicUsize::new(0))));
    for wakes in &wakers {
        let waker = Waker::from(Arc::clone(wakes));
        let poll = Pin::new(&mut group).poll(&mut Context::from_waker(&waker));
        assert!(poll.is_pending());
    }
    flag.raise();
    let counts = wakers.map(|wakes| wakes.0.load(Ordering::SeqCst));
    assert_eq!(counts, [0, 1], "and once for both children");
}

#[test]
fn every_child_and_output_is_dropped_once() {
    let drops = Drops::default();
    let copy = drops.clone();
    run(move || async move {
        for polls in 0..6 {
            let before = copy.count();
            let children: Vec<_> = (0..4)
                .map(|number| {
                    let guard = copy.guard();
                    async move {
                        Pends(number + 1).await;
                        guard
                    }
                })
                .collect();
            let group = spawn(join_all(children));
            for _ in 0..polls {
                yield_now().await;
            }
            group.abort();
            let finished = group.await.is_ok();
            assert_eq!(finished, polls > 4);
            assert_eq!(copy.count(), before + 4);
        }
    });
    assert_eq!(drops.count(), 24);
}

#[test]
fn polling_it_after_its_end_panics() {
    run(|| async {
        let mut group = join_all([Pends(1)]);
        (&mut group).await;
        let again = catch_unwind(AssertUnwindSafe(|| {
            Pin::new(&mut group).poll(&mut Context::from_waker(Waker::noop()))
        }));
        assert!(again.is_err());
    });
}
