//! The multi-thread runtime: tasks move, panics stay, nothing is lost, and it ends.

mod common;

use std::collections::HashSet;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use common::{Flag, Pends, within_a_minute};
use coro_runtime::net::{TcpListener, TcpStream};
use coro_runtime::time::sleep;
use coro_runtime::{Builder, Handle, JoinHandle, MultiThreadRuntime, Runtime, spawn, yield_now};

fn runtime(workers: usize) -> MultiThreadRuntime {
    Builder::new()
        .worker_threads(workers)
        .build_multi_thread()
        .unwrap()
}

/// Counts its drop.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn tasks_run_at_the_same_time() {
    within_a_minute(|| {
        let runtime = runtime(2);
        let barrier = Arc::new(Barrier::new(2));
        let threads = runtime.block_on(async {
            let tasks: Vec<_> = (0..2)
                .map(|_| {
                    let barrier = Arc::clone(&barrier);
                    spawn(async move {
                        barrier.wait();
                        thread::current().id()
                    })
                })
                .collect();
            let mut threads = HashSet::new();
            for task in tasks {
                threads.insert(task.await.unwrap());
            }
            threads
        });
        assert_eq!(threads.len(), 2);
    });
}

#[test]
fn what_a_task_spawns_is_stolen_while_it_blocks() {
    within_a_minute(|| {
        let runtime = runtime(2);
        for count in 1..5 {
            let ran = runtime.block_on(async move {
                spawn(async move {
                    let (ran, others) = std::sync::mpsc::channel();
                    for number in 0..count {
                        let ran = ran.clone();
                        spawn(async move { ran.send(number).unwrap() });
                    }
                    // The worker of this task is blocked: the other one must come for all, also
                    // for the one that is next to run here, in whatever order.
                    let mut ran: Vec<_> = (0..count).map(|_| others.recv().unwrap()).collect();
                    ran.sort_unstable();
                    ran
                })
                .await
                .unwrap()
            });
            assert_eq!(ran, (0..count).collect::<Vec<_>>());
        }
    });
}

#[test]
fn what_a_task_has_woken_and_what_has_yielded_is_stolen_while_it_blocks() {
    within_a_minute(|| {
        let runtime = runtime(2);
        runtime.block_on(async {
            let (ran, others) = std::sync::mpsc::channel();
            let flag = Flag::default();
            let (waiting, said) = (flag.clone(), ran.clone());
            spawn(async move {
                waiting.await;
                said.send("woken").unwrap();
            });
            spawn(async move {
                spawn(async move {
                    yield_now().await;
                    ran.send("yielded").unwrap();
                });
                yield_now().await;
                flag.raise();
                let mut both = [others.recv().unwrap(), others.recv().unwrap()];
                both.sort_unstable();
                assert_eq!(both, ["woken", "yielded"]);
            })
            .await
            .unwrap();
        });
    });
}

#[test]
fn sockets_are_served_while_tasks_block_all_workers_but_one() {
    within_a_minute(|| {
        let runtime = runtime(3);
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = spawn(async move {
                for _ in 0..20 {
                    let (stream, _) = listener.accept().await.unwrap();
                    stream.write_all(b"served").await.unwrap();
                }
            });
            let client = move || {
                let mut stream = std::net::TcpStream::connect(address).unwrap();
                let mut reply = String::new();
                std::io::Read::read_to_string(&mut stream, &mut reply).unwrap();
                assert_eq!(reply, "served");
            };
            // Each blocks its worker until the server, a task like any other, has answered.
            for _ in 0..10 {
                let blocked = [(); 2].map(|()| spawn(async move { client() }));
                for task in blocked {
                    task.await.unwrap();
                }
            }
            server.await.unwrap();
        });
    });
}

#[test]
fn ten_thousand_tasks_that_yield_all_end() {
    for workers in [1, 2, 5] {
        within_a_minute(move || {
            let runtime = runtime(workers);
            let count = Arc::new(AtomicUsize::new(0));
            let total = Arc::clone(&count);
            runtime.block_on(async move {
                let tasks: Vec<JoinHandle<()>> = (0..10_000)
                    .map(|index| {
                        let count = Arc::clone(&count);
                        spawn(async move {
                            Pends(index % 7).await;
                            count.fetch_add(1, Ordering::Relaxed);
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
            assert_eq!(total.load(Ordering::Relaxed), 10_000);
        });
    }
}

fn tree(depth: u32) -> Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move {
        if depth == 0 {
            yield_now().await;
            return 1;
        }
        let (left, right) = (spawn(tree(depth - 1)), spawn(tree(depth - 1)));
        left.await.unwrap() + right.await.unwrap()
    })
}

#[test]
fn a_tree_of_tasks_overflows_the_rings_and_is_complete() {
    within_a_minute(|| {
        let runtime = runtime(3);
        assert_eq!(runtime.block_on(tree(13)), 1 << 13);
    });
}

#[test]
fn two_tasks_that_wake_each_other_do_not_starve_a_third() {
    within_a_minute(|| {
        let runtime = runtime(1);
        let stop = Arc::new(AtomicBool::new(false));
        runtime.block_on(async {
            let wakers = Arc::new(Mutex::new([const { None::<Waker> }; 2]));
            let players: Vec<_> = (0..2)
                .map(|own| {
                    let (wakers, stop) = (Arc::clone(&wakers), Arc::clone(&stop));
                    spawn(poll_fn(move |context| {
                        let other = {
                            let mut wakers = wakers.lock().unwrap();
                            wakers[own] = Some(context.waker().clone());
                            wakers[1 - own].clone()
                        };
                        if let Some(other) = other {
                            other.wake();
                        }
                        if stop.load(Ordering::SeqCst) {
                            Poll::Ready(())
                        } else {
                            Poll::Pending
                        }
                    }))
                })
                .collect();
            // Both a task and a timer get their turn beside them.
            let stopper = Arc::clone(&stop);
            spawn(async move {
                sleep(Duration::from_millis(2)).await;
                stopper.store(true, Ordering::SeqCst);
            })
            .await
            .unwrap();
            for player in players {
                player.await.unwrap();
            }
        });
    });
}

#[test]
fn a_panic_is_its_joiners_and_the_worker_goes_on() {
    within_a_minute(|| {
        let runtime = runtime(1);
        let failed = runtime.spawn(async {
            yield_now().await;
            panic!("out of cheese");
        });
        let error = runtime.block_on(failed).unwrap_err();
        assert_eq!(error.to_string(), "the task panicked: out of cheese");
        assert_eq!(runtime.block_on(runtime.spawn(async { 4 })).unwrap(), 4);
    });
}

#[test]
fn abort_drops_the_future() {
    within_a_minute(|| {
        let runtime = runtime(2);
        let drops = Arc::new(AtomicUsize::new(0));
        let counted = Counted(Arc::clone(&drops));
        let task = runtime.spawn(async move {
            let _counted = counted;
            pending::<()>().await;
        });
        task.abort();
        assert!(runtime.block_on(task).unwrap_err().is_cancelled());
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn dropping_the_runtime_cancels_what_waits_and_what_is_queued() {
    within_a_minute(|| {
        let runtime = runtime(2);
        let drops = Arc::new(AtomicUsize::new(0));
        let mut tasks = Vec::new();
        for index in 0..2_000 {
            let counted = Counted(Arc::clone(&drops));
            tasks.push(runtime.spawn(async move {
                let _counted = counted;
                if index % 2 == 0 {
                    pending::<()>().await;
                }
                loop {
                    yield_now().await;
                }
            }));
        }
        drop(runtime);
        assert_eq!(drops.load(Ordering::SeqCst), 2_000);
        for task in tasks {
            assert!(coro_runtime::block_on(task).unwrap_err().is_cancelled());
        }
    });
}

#[test]
fn what_is_spawned_afterwards_is_cancelled() {
    within_a_minute(|| {
        let runtime = runtime(1);
        let handle = runtime.handle();
        drop(runtime);
        let task = handle.spawn(async {});
        assert!(coro_runtime::block_on(task).unwrap_err().is_cancelled());
    });
}

#[test]
fn shutting_down_does_not_wait_beyond_its_limit() {
    within_a_minute(|| {
        let runtime = runtime(2);
        let (begun, barrier) = (Flag::default(), Arc::new(Barrier::new(2)));
        let (raised, blocked) = (begun.clone(), Arc::clone(&barrier));
        let task = runtime.spawn(async move {
            raised.raise();
            blocked.wait();
            pending::<()>().await;
        });
        runtime.block_on(begun);
        assert!(!runtime.shutdown_timeout(Duration::from_millis(5)));
        // The task is cancelled as soon as its poll ends.
        barrier.wait();
        assert!(coro_runtime::block_on(task).unwrap_err().is_cancelled());
    });
}

#[test]
fn a_runtime_may_be_dropped_by_one_of_its_own_tasks() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime(2));
        let (ready, own) = (Flag::default(), Arc::clone(&runtime));
        let proceed = ready.clone();
        let task = runtime.spawn(async move {
            proceed.await;
            drop(own);
            5
        });
        drop(runtime);
        ready.raise();
        assert_eq!(coro_runtime::block_on(task).unwrap(), 5);
    });
}

#[test]
fn timers_fire_whichever_worker_sets_them() {
    within_a_minute(|| {
        let runtime = runtime(2);
        runtime.block_on(async {
            // The reactor's worker sleeps for long when the shorter timers are set.
            let long = spawn(sleep(Duration::from_secs(3600)));
            sleep(Duration::from_millis(10)).await;
            for _ in 0..20 {
                let start = Instant::now();
                let delay = Duration::from_millis(1);
                sleep(delay).await;
                spawn(sleep(delay)).await.unwrap();
                assert!(start.elapsed() >= 2 * delay);
            }
            long.abort();
        });
    });
}

#[test]
fn sockets_are_served_by_all_workers() {
    within_a_minute(|| {
        let runtime = runtime(2);
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            spawn(async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    spawn(async move {
                        let mut buffer = [0; 64];
                        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                            stream.write_all(&buffer[..length]).await.unwrap();
                        }
                    });
                }
            });
            let clients: Vec<_> = (0..50_u8)
                .map(|number| {
                    spawn(async move {
                        let stream = TcpStream::connect(address).await.unwrap();
                        for round in 0..50 {
                            let mut buffer = [0; 2];
                            stream.write_all(&[number, round]).await.unwrap();
                            stream.read_exact(&mut buffer).await.unwrap();
                            assert_eq!(buffer, [number, round]);
                        }
                    })
                })
                .collect();
            for client in clients {
                client.await.unwrap();
            }
        });
    });
}

#[test]
fn runtimes_of_both_kinds_wake_each_other() {
    within_a_minute(|| {
        let shared = runtime(2);
        let local = Runtime::new().unwrap();
        let total = local.block_on(async {
            let handle = Handle::current();
            let mut total = 0;
            for number in 0..1_000 {
                let handle = handle.clone();
                let task = shared.spawn(async move {
                    // Made there, run here, awaited there.
                    let back = handle.spawn(async move {
                        yield_now().await;
                        number
                    });
                    back.await.unwrap()
                });
                total += task.await.unwrap();
            }
            total
        });
        assert_eq!(total, 499_500);
    });
}

#[test]
fn blocking_on_it_from_inside_panics() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime(2));
        let own = Arc::clone(&runtime);
        let task = runtime.spawn(async move { own.block_on(async {}) });
        assert!(runtime.block_on(task).unwrap_err().is_panic());
    });
}

#[test]
fn spawn_local_is_refused() {
    within_a_minute(|| {
        let runtime = runtime(1);
        let task = runtime.spawn(async {
            coro_runtime::spawn_local(async {});
        });
        assert!(runtime.block_on(task).unwrap_err().is_panic());
    });
}
