//! Runtimes beside each other, inside of each other, and after their end.

mod common;

use std::future::pending;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use common::{Drops, Flag, Pends, run, within_a_minute};
use coro_runtime::net::{TcpListener, TcpStream, UdpSocket};
use coro_runtime::signal::SignalKind;
use coro_runtime::time::sleep;
use coro_runtime::{Handle, Runtime, block_on, spawn, yield_now};

#[test]
fn two_runtimes_in_two_threads_talk_to_each_other() {
    within_a_minute(|| {
        let (sender, receiver) = mpsc::channel();
        let server = thread::spawn(move || {
            block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                sender.send(listener.local_addr().unwrap()).unwrap();
                let (stream, _) = listener.accept().await.unwrap();
                let mut buffer = [0; 3];
                for _ in 0..1000 {
                    stream.read_exact(&mut buffer).await.unwrap();
                    stream.write_all(&buffer).await.unwrap();
                }
            });
        });
        let address = receiver.recv().unwrap();
        block_on(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            let mut buffer = [0; 3];
            for _ in 0..1000 {
                stream.write_all(b"abc").await.unwrap();
                stream.read_exact(&mut buffer).await.unwrap();
            }
        });
        server.join().unwrap();
    });
}

#[test]
fn two_runtimes_on_one_thread_take_turns() {
    within_a_minute(|| {
        let first = Runtime::new().unwrap();
        let second = Runtime::new().unwrap();
        let flag = Flag::default();
        let gate = flag.clone();
        let waiting = first.spawn(async move {
            gate.await;
            "first"
        });
        first.block_on(Pends(3));
        assert!(!waiting.is_finished());
        // Woken on this thread, but by another runtime's task.
        let raiser = flag.clone();
        let raised = second.spawn(async move {
            yield_now().await;
            raiser.raise();
        });
        second.block_on(raised).unwrap();
        assert_eq!(first.block_on(waiting).unwrap(), "first");
    });
}

#[test]
fn a_runtime_inside_of_another_blocks_it_and_then_lets_it_go_on() {
    run(|| async {
        let outer = spawn(Pends(10));
        let inner = block_on(async {
            let task = spawn(async {
                sleep(Duration::from_millis(2)).await;
                thread::current().id()
            });
            task.await.unwrap()
        });
        assert_eq!(inner, thread::current().id());
        assert!(!outer.is_finished(), "it belongs to the outer runtime");
        outer.await.unwrap();
        sleep(Duration::from_millis(1)).await;
    });
}

#[test]
fn a_wake_from_an_inner_runtime_reaches_the_outer_one() {
    run(|| async {
        let flag = Flag::default();
        let task = spawn(flag.clone());
        yield_now().await;
        block_on(async {
            yield_now().await;
            flag.raise();
        });
        task.await.unwrap();
    });
}

#[test]
fn entering_a_runtime_twice_is_refused_and_does_no_harm() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let result = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                yield_now().await;
                runtime.block_on(async {});
            });
        }));
        let payload = result.unwrap_err();
        let message = payload.downcast_ref::<&str>().unwrap();
        assert!(message.contains("inside of the same runtime"), "{message}");
        assert_eq!(runtime.block_on(async { 1 }), 1);
    });
}

#[test]
fn a_panic_of_the_main_future_leaves_the_runtime_as_it_was() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let task = runtime.spawn(Pends(5));
        let result = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                yield_now().await;
                panic!("main");
            });
        }));
        assert!(result.is_err());
        assert!(Handle::try_current().is_none());
        runtime.block_on(task).unwrap();
    });
}

#[test]
fn tasks_rest_between_two_calls() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let flag = Flag::default();
        let task = runtime.spawn(flag.clone());
        runtime.block_on(Pends(2));
        flag.raise();
        assert!(!task.is_finished());
        runtime.block_on(task).unwrap();
        // A timer goes on while nobody runs.
        let nap = runtime.spawn(sleep(Duration::from_millis(5)));
        runtime.block_on(Pends(2));
        thread::sleep(Duration::from_millis(10));
        runtime.block_on(nap).unwrap();
    });
}

#[test]
fn the_end_of_a_runtime_drops_its_tasks_on_its_thread() {
    within_a_minute(|| {
        struct OnThread {
            thread: thread::ThreadId,
            _guard: common::Guard,
        }
        impl Drop for OnThread {
            fn drop(&mut self) {
                assert_eq!(thread::current().id(), self.thread);
                // A destructor may spawn: the task is cancelled at once.
                let late = spawn(async {});
                assert!(late.is_finished());
            }
        }
        let drops = Drops::default();
        let runtime = Runtime::new().unwrap();
        let mut tasks = Vec::new();
        for number in 0..10 {
            let guard = OnThread {
                thread: thread::current().id(),
                _guard: drops.guard(),
            };
            tasks.push(runtime.spawn(async move {
                let _guard = guard;
                if number % 2 == 0 {
                    pending::<()>().await;
                } else {
                    sleep(Duration::from_secs(1000)).await;
                }
            }));
        }
        // One half has begun when the runtime ends.
        let handle = runtime.handle();
        runtime.block_on(yield_now());
        let remote = thread::spawn(move || {
            let task = handle.spawn(pending::<()>());
            (handle, task)
        });
        let (handle, injected) = remote.join().unwrap();
        drop(runtime);
        assert_eq!(drops.count(), 10);
        tasks.push(injected);
        tasks.push(handle.spawn(pending::<()>()));
        for task in tasks {
            assert!(task.is_finished());
            assert!(block_on(task).unwrap_err().is_cancelled());
        }
    });
}

#[test]
fn spawning_races_with_the_end_of_a_runtime() {
    within_a_minute(|| {
        let drops = Drops::default();
        for round in 0..300 {
            let runtime = Runtime::new().unwrap();
            let handle = runtime.handle();
            let guards: Vec<_> = (0..20).map(|_| drops.guard()).collect();
            let spawner = thread::spawn(move || {
                let spawn = |guard| {
                    handle.spawn(async move {
                        let _guard = guard;
                        yield_now().await;
                    })
                };
                guards.into_iter().map(spawn).collect::<Vec<_>>()
            });
            for _ in 0..round % 20 {
                runtime.block_on(yield_now());
            }
            drop(runtime);
            for task in spawner.join().unwrap() {
                // Done or cancelled, but never left hanging.
                let _ = block_on(task);
            }
        }
        assert_eq!(drops.count(), 300 * 20);
    });
}

#[test]
fn what_outlives_its_runtime_fails_and_does_not_hang() {
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let (listener, client) = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            (listener, TcpStream::connect(address).await.unwrap())
        });
        // One is already waiting when the runtime ends.
        let waiting = thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            let client = &client;
            let thread = scope.spawn(move || {
                block_on(async move {
                    let mut buffer = [0; 1];
                    let mut read = pin!(client.read(&mut buffer));
                    std::future::poll_fn(|context| {
                        let poll = read.as_mut().poll(context);
                        if poll.is_pending() {
                            let _ = sender.send(());
                        }
                        poll
                    })
                    .await
                })
            });
            receiver.recv().unwrap();
            drop(runtime);
            thread.join().unwrap()
        });
        assert!(waiting.unwrap_err().to_string().contains("shut down"));
        let late = block_on(listener.accept());
        assert!(late.unwrap_err().to_string().contains("shut down"));
    });
}

#[test]
fn a_sleep_outlives_its_runtime() {
    within_a_minute(|| {
        let delay = Duration::from_millis(20);
        let start = Instant::now();
        let mut nap = Box::pin(sleep(delay));
        block_on(std::future::poll_fn(|context| {
            assert!(nap.as_mut().poll(context).is_pending());
            Poll::Ready(())
        }));
        block_on(nap);
        assert!(start.elapsed() >= delay);
    });
}

#[test]
fn without_a_runtime_the_message_says_what_is_missing() {
    for misuse in [
        || drop(spawn(async {})),
        || drop(Handle::current()),
        || {
            let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            drop(TcpListener::from_std(socket));
        },
    ] {
        let payload = catch_unwind(misuse).unwrap_err();
        let message = match payload.downcast_ref::<String>() {
            Some(text) => text,
            None => *payload.downcast_ref::<&str>().unwrap(),
        };
        assert!(message.contains("runtime"), "{message}");
    }
}

#[test]
fn a_call_without_a_runtime_is_told_with_its_place() {
    let places = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&places);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if let Some(place) = info.location() {
            noted
                .lock()
                .unwrap()
                .push((place.file().to_owned(), place.line()));
        }
        before(info);
    }));
    let socket = || std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    #[rustfmt::skip]
    let calls: [(u32, &dyn Fn()); 4] = [
        (line!(), &|| drop(spawn(async {}))),
        (line!(), &|| drop(Handle::current())),
        (line!(), &|| drop(UdpSocket::from_std(socket()))),
        (line!(), &|| drop(coro_runtime::signal::signal(SignalKind::HANGUP))),
    ];
    for (line, call) in calls {
        assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
        let place = (file!().to_owned(), line);
        assert!(places.lock().unwrap().contains(&place), "{place:?}");
    }
}
