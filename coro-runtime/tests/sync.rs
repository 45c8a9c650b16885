//! Channels and locks work on this runtime: between its tasks, its threads, two of them.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Pends, run};
use coro_runtime::sync::{
    Barrier, Event, Mutex, Notify, OnceCell, RwLock, Semaphore, broadcast, channel, oneshot, watch,
};
use coro_runtime::{block_on, join, join_all, spawn, spawn_blocking, yield_now};
use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};

#[test]
fn a_oneshot_carries_one_value_or_its_sender_s_end() {
    run(|| async {
        let (sender, receiver) = oneshot::channel();
        let task = spawn(receiver);
        yield_now().await;
        sender.send(3).unwrap();
        assert_eq!(task.await.unwrap(), Ok(3));
        let (sender, receiver) = oneshot::channel::<()>();
        drop(sender);
        assert!(receiver.await.is_err());
    });
}

#[test]
fn queues_keep_the_order_and_their_bound() {
    run(|| async {
        let (sender, receiver) = channel::bounded(2);
        let task = spawn(async move {
            for number in 0..100 {
                sender.send(number).await.unwrap();
            }
        });
        for expected in 0..100 {
            yield_now().await;
            assert!(receiver.len() <= 2);
            assert_eq!(receiver.recv().await, Ok(expected));
        }
        task.await.unwrap();
        assert!(receiver.recv().await.is_err());
        let (sender, receiver) = channel::unbounded();
        (0..100).for_each(|number| sender.try_send(number).unwrap());
        drop(sender);
        assert!(receiver.collect::<Vec<_>>().await.into_iter().eq(0..100));
    });
}

#[test]
fn queues_connect_threads_and_runtimes() {
    run(|| async {
        let (requests, inbox) = channel::bounded::<u32>(1);
        let (replies, answers) = channel::bounded::<u32>(1);
        let other = std::thread::spawn(move || {
            block_on(async {
                while let Ok(number) = inbox.recv().await {
                    replies.send(2 * number).await.unwrap();
                }
            });
        });
        for number in 0..200 {
            requests.send(number).await.unwrap();
            assert_eq!(answers.recv().await, Ok(2 * number));
        }
        drop(requests);
        other.join().unwrap();
        let (sender, receiver) = channel::bounded::<u32>(1);
        let blocking = spawn_blocking(move || receiver.recv_blocking().unwrap());
        sender.send(5).await.unwrap();
        assert_eq!(blocking.await.unwrap(), 5);
    });
}

#[test]
fn each_receiver_of_a_broadcast_gets_all() {
    run(|| async {
        let (sender, receiver) = broadcast::broadcast(2);
        let follow = |mut receiver: broadcast::Receiver<u32>| async move {
            let mut sum = 0;
            while let Ok(number) = receiver.recv().await {
                sum += number;
            }
            sum
        };
        let tasks = [1, 2, 3].map(|_| spawn(follow(receiver.clone())));
        drop(receiver);
        for number in 0..100 {
            sender.broadcast(number).await.unwrap();
        }
        drop(sender);
        for task in tasks {
            assert_eq!(task.await.unwrap(), 4950);
        }
    });
}

#[test]
fn locks_exclude_as_they_say() {
    run(|| async {
        let total = Arc::new(Mutex::new(0));
        let table = Arc::new(RwLock::new(vec![0; 4]));
        let tasks: Vec<_> = (0..50)
            .map(|index| {
                let (total, table) = (Arc::clone(&total), Arc::clone(&table));
                spawn(async move {
                    let mut guard = total.lock().await;
                    let old = *guard;
                    Pends(3).await;
                    *guard = old + 1;
                    drop(guard);
                    if index % 5 == 0 {
                        let mut table = table.write().await;
                        for place in table.iter_mut() {
                            *place += 1;
                            Pends(1).await;
                        }
                    } else {
                        let table = table.read().await;
                        Pends(2).await;
                        assert!(table.iter().all(|value| *value == table[0]));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*total.lock().await, 50);
        assert_eq!(*table.read().await, [10; 4]);
    });
}

#[test]
fn a_semaphore_a_barrier_a_cell_and_an_event_wake_their_tasks() {
    run(|| async {
        let semaphore = Semaphore::new(3);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || async {
            let _permit = semaphore.acquire().await;
            let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            Pends(4).await;
            inside.fetch_sub(1, Ordering::SeqCst);
        };
        join_all((0..20).map(|_| work())).await;
        assert_eq!(most.load(Ordering::SeqCst), 3);

        let barrier = Barrier::new(5);
        let leaders = join_all((0..5).map(|_| barrier.wait())).await;
        assert_eq!(
            leaders.iter().filter(|result| result.is_leader()).count(),
            1
        );

        let cell = OnceCell::new();
        let made = AtomicUsize::new(0);
        let values = join_all((0..5).map(|_| async {
            let make = || async {
                Pends(2).await;
                made.fetch_add(1, Ordering::SeqCst)
            };
            *cell.get_or_init(make).await
        }));
        assert_eq!(values.await, [0; 5]);

        let event = Arc::new(Event::new());
        let tasks = [1, 2, 3].map(|_| spawn(event.listen()));
        yield_now().await;
        event.notify(2);
        yield_now().await;
        assert_eq!(tasks.iter().filter(|task| task.is_finished()).count(), 2);
        event.notify(usize::MAX);
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn a_watch_shows_the_latest_value_and_no_change_is_missed() {
    run(|| async {
        let (sender, mut receiver) = watch::channel(0);
        assert_eq!(receiver.has_changed(), Ok(false));
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        assert_eq!(receiver.has_changed(), Ok(true));
        assert_eq!(*receiver.borrow(), 2);
        assert_eq!(receiver.changed().await, Ok(()));
        assert_eq!(receiver.has_changed(), Ok(false));
        let late = sender.subscribe();
        assert_eq!(late.has_changed(), Ok(false));
        // What was sent before the end is seen after it, once.
        assert_eq!(sender.send_replace(3), 2);
        drop(sender);
        assert_eq!(receiver.changed().await, Ok(()));
        assert_eq!(*receiver.borrow_and_update(), 3);
        assert!(receiver.changed().await.is_err());
        assert_eq!(late.has_changed(), Ok(true));
    });
}

#[test]
fn a_watch_between_threads_loses_nothing() {
    run(|| async {
        let (sender, receiver) = watch::channel(0_u32);
        let followers = [1, 2, 3].map(|_| {
            let mut receiver = receiver.clone();
            spawn(async move {
                let mut last = 0;
                while receiver.changed().await.is_ok() {
                    let value = *receiver.borrow_and_update();
                    assert!(value >= last);
                    last = value;
                }
                last
            })
        });
        drop(receiver);
        let thread = std::thread::spawn(move || {
            for number in 1..=5000 {
                sender.send_modify(|value| *value = number);
            }
            // Now they are all told of the end.
            sender
        });
        let sender = spawn_blocking(move || thread.join().unwrap())
            .await
            .unwrap();
        assert_eq!(sender.receiver_count(), 3);
        drop(sender);
        for follower in followers {
            assert_eq!(follower.await.unwrap(), 5000);
        }
    });
}

#[test]
fn a_watch_tells_when_nobody_follows() {
    run(|| async {
        let (sender, receiver) = watch::channel(String::from("a"));
        let other = receiver.clone();
        let wait = async {
            sender.closed().await;
            sender.send(String::from("b")).unwrap_err().0
        };
        let leave = async {
            Pends(3).await;
            drop(receiver);
            Pends(3).await;
            drop(other);
        };
        let (refused, ()) = join!(wait, leave).await;
        assert_eq!(refused, "b");
        assert_eq!(*sender.borrow(), "a");
    });
}

#[test]
fn a_notice_ends_one_wait_or_is_kept_for_the_next() {
    run(|| async {
        let notify = Arc::new(Notify::new());
        notify.notify_one();
        notify.notify_one();
        notify.notified().await;
        let wait = |notify: &Arc<Notify>| {
            let notify = Arc::clone(notify);
            spawn(async move { notify.notified().await })
        };
        let tasks = [wait(&notify), wait(&notify), wait(&notify)];
        yield_now().await;
        let finished = || tasks.each_ref().map(|task| task.is_finished());
        assert_eq!(finished(), [false; 3], "one notice is kept, not two");
        // Each notice has a waiter of its own, though none has run in between.
        notify.notify_one();
        notify.notify_one();
        yield_now().await;
        assert_eq!(finished(), [true, true, false]);
        notify.notify_waiters();
        yield_now().await;
        assert_eq!(finished(), [true; 3]);
        let late = wait(&notify);
        yield_now().await;
        assert!(!late.is_finished(), "what all were told is not kept");
    });
}

#[test]
fn a_notice_that_was_not_seen_is_passed_on() {
    run(|| async {
        let notify = Notify::new();
        let mut first = Box::pin(notify.notified());
        let mut second = Box::pin(notify.notified());
        assert!((&mut first).now_or_never().is_none());
        assert!((&mut second).now_or_never().is_none());
        notify.notify_one();
        drop(first);
        assert!((&mut second).now_or_never().is_some());
        // To nobody, that is, to the next.
        let mut third = Box::pin(notify.notified());
        assert!((&mut third).now_or_never().is_none());
        notify.notify_one();
        drop(third);
        notify.notified().await;
        // One that was told with all others passes nothing on.
        let mut fourth = Box::pin(notify.notified());
        assert!((&mut fourth).now_or_never().is_none());
        notify.notify_waiters();
        drop(fourth);
        assert!(notify.notified().now_or_never().is_none());
    });
}

#[test]
fn no_notice_is_lost_between_threads() {
    run(|| async {
        let notify = Arc::new(Notify::new());
        let total = Arc::new(AtomicUsize::new(0));
        let (notifier, produced) = (Arc::clone(&notify), Arc::clone(&total));
        let thread = std::thread::spawn(move || {
            for _ in 0..10_000 {
                produced.fetch_add(1, Ordering::SeqCst);
                notifier.notify_one();
            }
        });
        while total.load(Ordering::SeqCst) < 10_000 {
            notify.notified().await;
        }
        thread.join().unwrap();
    });
}

#[test]
fn futures_unordered_runs_here() {
    run(|| async {
        let mut all: FuturesUnordered<_> = [5, 1, 4, 0, 3, 2]
            .into_iter()
            .map(|pends| async move {
                Pends(pends).await;
                pends
            })
            .collect();
        let mut order = Vec::new();
        while let Some(number) = all.next().await {
            order.push(number);
        }
        assert_eq!(order, [0, 1, 2, 3, 4, 5]);
        let mut tasks: FuturesUnordered<_> = (0..100)
            .map(|number| {
                spawn(async move {
                    Pends(number % 7).await;
                    number
                })
            })
            .collect();
        let mut sum = 0;
        while let Some(output) = tasks.next().await {
            sum += output.unwrap();
        }
        assert_eq!(sum, 4950);
    });
}
