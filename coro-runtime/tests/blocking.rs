//! Work that blocks: its threads are bounded and end, and its faults are the joiner's.

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use common::{run, within_a_minute};
use coro_runtime::net::TcpListener;
use coro_runtime::{Builder, Runtime, spawn, spawn_blocking, yield_now};

#[test]
fn the_executor_goes_on_meanwhile() {
    run(|| async {
        let barrier = Arc::new(Barrier::new(2));
        let blocked = Arc::clone(&barrier);
        let work = spawn_blocking(move || {
            blocked.wait();
            thread::current().id()
        });
        assert!(!work.is_finished());
        barrier.wait();
        assert_ne!(work.await.unwrap(), thread::current().id());
    });
}

#[test]
fn a_panic_is_the_joiners() {
    run(|| async {
        let error = spawn_blocking(|| panic!("no")).await.unwrap_err();
        assert!(error.is_panic());
        assert_eq!(spawn_blocking(|| 1).await.unwrap(), 1);
    });
}

#[test]
fn no_more_threads_than_allowed_work_at_a_time() {
    within_a_minute(|| {
        let runtime = Runtime::builder().max_blocking_threads(3).build().unwrap();
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let most_seen = Arc::clone(&most);
        runtime.block_on(async move {
            let work: Vec<_> = (0..500)
                .map(|_| {
                    let (running, most) = (Arc::clone(&running), Arc::clone(&most));
                    spawn_blocking(move || {
                        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        running.fetch_sub(1, Ordering::SeqCst);
                    })
                })
                .collect();
            for work in work {
                work.await.unwrap();
            }
        });
        assert!((1..=3).contains(&most_seen.load(Ordering::SeqCst)));
    });
}

#[test]
fn idle_threads_end_and_new_ones_start() {
    within_a_minute(|| {
        let runtime = Runtime::builder()
            .max_blocking_threads(1)
            .blocking_keep_alive(Duration::from_millis(1))
            .build()
            .unwrap();
        let ended = Arc::new(AtomicUsize::new(0));
        /// Counts the end of the thread that it belongs to.
        struct Ended(Arc<AtomicUsize>);
        impl Drop for Ended {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        thread_local! {
            static ENDED: Mutex<Option<Ended>> = const { Mutex::new(None) };
        }
        for round in 0..5 {
            let count = Arc::clone(&ended);
            let work = runtime.handle().spawn_blocking(move || {
                ENDED.with(|slot| *slot.lock().unwrap() = Some(Ended(count)));
            });
            runtime.block_on(work).unwrap();
            while ended.load(Ordering::SeqCst) <= round {
                thread::sleep(Duration::from_millis(1));
            }
        }
    });
}

#[test]
fn what_has_not_begun_is_cancelled_by_abort_and_by_the_runtimes_end() {
    within_a_minute(|| {
        let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
        let barrier = Arc::new(Barrier::new(2));
        let blocked = Arc::clone(&barrier);
        let handle = runtime.handle();
        let first = handle.spawn_blocking(move || {
            blocked.wait();
            1
        });
        let aborted = handle.spawn_blocking(|| panic!("it was aborted"));
        let between = handle.spawn_blocking(|| 2);
        aborted.abort();
        barrier.wait();
        assert_eq!(runtime.block_on(first).unwrap(), 1);
        assert!(runtime.block_on(aborted).unwrap_err().is_cancelled());
        assert_eq!(runtime.block_on(between).unwrap(), 2);

        let barrier = Arc::new(Barrier::new(2));
        let begun = Arc::new(Barrier::new(2));
        let (blocked, begin) = (Arc::clone(&barrier), Arc::clone(&begun));
        let running = handle.spawn_blocking(move || {
            begin.wait();
            blocked.wait();
            3
        });
        let waiting = handle.spawn_blocking(|| panic!("the runtime has ended"));
        begun.wait();
        drop(runtime);
        assert!(coro_runtime::block_on(waiting).unwrap_err().is_cancelled());
        barrier.wait();
        assert_eq!(coro_runtime::block_on(running).unwrap(), 3);
        let late = handle.spawn_blocking(|| 4);
        assert!(coro_runtime::block_on(late).unwrap_err().is_cancelled());
    });
}

#[test]
fn a_shutdown_waits_for_what_is_under_way_until_its_deadline() {
    within_a_minute(|| {
        for multi_thread in [false, true] {
            let (started, starts) = mpsc::channel();
            let (end, ends) = mpsc::channel::<()>();
            let work = move || {
                started.send(()).unwrap();
                let _ = ends.recv();
            };
            let shut_down: Box<dyn FnOnce(Duration) -> bool> = if multi_thread {
                let runtime = Builder::new()
                    .worker_threads(1)
                    .build_multi_thread()
                    .unwrap();
                runtime.handle().spawn_blocking(work);
                Box::new(move |limit| runtime.shutdown_timeout(limit))
            } else {
                let runtime = Runtime::new().unwrap();
                runtime.handle().spawn_blocking(work);
                Box::new(move |limit| runtime.shutdown_timeout(limit))
            };
            starts.recv().unwrap();
            assert!(!shut_down(Duration::from_millis(5)), "it is under way");
            drop(end);

            let runtime = Runtime::new().unwrap();
            let done = Arc::new(AtomicUsize::new(0));
            let counts = Arc::clone(&done);
            let (started, starts) = mpsc::channel();
            runtime.handle().spawn_blocking(move || {
                started.send(()).unwrap();
                thread::sleep(Duration::from_millis(5));
                counts.fetch_add(1, Ordering::SeqCst);
            });
            starts.recv().unwrap();
            assert!(runtime.shutdown_timeout(Duration::from_secs(60)));
            assert_eq!(done.load(Ordering::SeqCst), 1);
        }
    });
}

#[test]
fn names_are_looked_up_by_the_threads_for_blocking_work() {
    within_a_minute(|| {
        let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
        let barrier = Arc::new(Barrier::new(2));
        let blocked = Arc::clone(&barrier);
        let busy = runtime.handle().spawn_blocking(move || {
            blocked.wait();
        });
        runtime.block_on(async {
            let listener = spawn(TcpListener::bind("localhost:0"));
            let given_up = spawn(TcpListener::bind("localhost:0"));
            yield_now().await;
            given_up.abort();
            assert!(!listener.is_finished(), "the only thread is busy");
            barrier.wait();
            assert!(listener.await.unwrap().is_ok());
            busy.await.unwrap();
        });
    });
}
