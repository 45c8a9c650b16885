//! No wake-up is lost, whatever thread it comes from and however it races; and none that
//! comes for no reason does harm.

mod common;

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Poll, Wake, Waker};
use std::thread;

use common::{Disturbed, Flag, Pends, run, within_a_minute};
use coro_runtime::net::{TcpListener, TcpStream};
use coro_runtime::time::sleep;
use coro_runtime::{Runtime, block_on, spawn, yield_now};
use std::time::{Duration, Instant};

#[test]
fn a_wake_during_the_poll_is_kept() {
    // As in a lost race: the wake is over before the poll returns `Pending`.
    run(|| async {
        for spawned in [false, true] {
            let mut polls = 0;
            let future = poll_fn(move |context| {
                polls += 1;
                if polls > 100 {
                    return Poll::Ready(polls);
                }
                let waker = context.waker().clone();
                thread::spawn(move || waker.wake()).join().unwrap();
                Poll::Pending
            });
            let polls = if spawned {
                spawn(future).await.unwrap()
            } else {
                future.await
            };
            assert_eq!(polls, 101);
        }
    });
}

#[test]
fn a_wake_from_another_thread_ends_the_sleep() {
    // The runtime has nothing else to do, so each round may find it asleep, or on the way.
    within_a_minute(|| {
        for spawned in [false, true] {
            for round in 0..2000 {
                let flag = Flag::default();
                let raiser = flag.clone();
                let thread = thread::spawn(move || {
                    for _ in 0..round % 64 {
                        thread::yield_now();
                    }
                    raiser.raise();
                });
                if spawned {
                    block_on(async { spawn(flag).await.unwrap() });
                } else {
                    block_on(flag);
                }
                thread.join().unwrap();
            }
        }
    });
}

#[test]
fn two_threads_play_ping_pong_through_wakers() {
    const ROUNDS: usize = 20_000;
    /// A number, and who is to be told that it has changed.
    #[derive(Default)]
    struct Ball {
        number: AtomicUsize,
        waker: Mutex<Option<Waker>>,
    }
    impl Ball {
        async fn until(&self, number: usize) {
            poll_fn(|context| {
                *self.waker.lock().unwrap() = Some(context.waker().clone());
                match self.number.load(Ordering::SeqCst) {
                    seen if seen >= number => Poll::Ready(()),
                    _ => Poll::Pending,
                }
            })
            .await;
        }

        fn set(&self, number: usize) {
            self.number.store(number, Ordering::SeqCst);
            let waker = self.waker.lock().unwrap().take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
    within_a_minute(|| {
        let ping = Arc::new(Ball::default());
        let pong = Arc::new(Ball::default());
        let (far_ping, far_pong) = (Arc::clone(&ping), Arc::clone(&pong));
        let thread = thread::spawn(move || {
            block_on(async move {
                for number in 1..=ROUNDS {
                    far_ping.until(number).await;
                    far_pong.set(number);
                }
            });
        });
        block_on(async move {
            let task = spawn(async move {
                for number in 1..=ROUNDS {
                    ping.set(number);
                    pong.until(number).await;
                }
            });
            task.await.unwrap();
        });
        thread.join().unwrap();
    });
}

#[test]
fn many_threads_wake_one_task_at_once() {
    within_a_minute(|| {
        let hits = Arc::new(AtomicUsize::new(0));
        let flag = Flag::default();
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (hits, flag) = (Arc::clone(&hits), flag.clone());
                thread::spawn(move || {
                    for _ in 0..1000 {
                        hits.fetch_add(1, Ordering::SeqCst);
                        flag.disturb();
                    }
                })
            })
            .collect();
        let counted = Arc::clone(&hits);
        let waited = flag.clone();
        let task = async move {
            let mut flag = waited;
            poll_fn(|context| {
                let _ = std::pin::Pin::new(&mut flag).poll(context);
                match counted.load(Ordering::SeqCst) {
                    8000 => Poll::Ready(()),
                    _ => Poll::Pending,
                }
            })
            .await;
        };
        // The last disturbance may come before the last registration, which then looks for
        // itself; any other is a wake.
        block_on(async { spawn(task).await.unwrap() });
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_waker_outlives_its_task_and_its_runtime() {
    within_a_minute(|| {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let copy = Arc::clone(&kept);
        block_on(async move {
            let keep = Arc::clone(&copy);
            let task = spawn(poll_fn(move |context| {
                let mut kept = keep.lock().unwrap();
                kept.push(context.waker().clone());
                match kept.len() {
                    3 => Poll::Ready(()),
                    _ => {
                        context.waker().wake_by_ref();
                        Poll::Pending
                    }
                }
            }));
            task.await.unwrap();
            copy.lock().unwrap().iter().for_each(Waker::wake_by_ref);
            yield_now().await;
        });
        let wakers = std::mem::take(&mut *kept.lock().unwrap());
        assert!(wakers[0].will_wake(&wakers[1]));
        thread::spawn(move || wakers.into_iter().for_each(Waker::wake))
            .join()
            .unwrap();
    });
}

#[test]
fn references_are_given_up_on_many_threads_at_once() {
    within_a_minute(|| {
        // Whoever gives up the last one frees the task, and nobody touches it afterwards.
        for _ in 0..500 {
            let barrier = Arc::new(Barrier::new(4));
            let kept = Arc::new(Mutex::new(Vec::new()));
            let keep = Arc::clone(&kept);
            let runtime = Runtime::new().unwrap();
            let task = runtime.spawn(poll_fn(move |context| {
                let mut kept = keep.lock().unwrap();
                kept.push(context.waker().clone());
                match kept.len() {
                    4 => Poll::Ready(()),
                    _ => {
                        context.waker().wake_by_ref();
                        Poll::Pending
                    }
                }
            }));
            runtime.block_on(Pends(5));
            drop(runtime);
            let wakers = std::mem::take(&mut *kept.lock().unwrap());
            thread::scope(|scope| {
                for waker in wakers {
                    let barrier = Arc::clone(&barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        waker.wake();
                    });
                }
                drop(task);
            });
        }
    });
}

#[test]
fn spurious_polls_end_neither_sleep_nor_read() {
    run(|| async {
        let delay = Duration::from_millis(20);
        let start = Instant::now();
        let (_, polls) = Disturbed::new(50, sleep(delay)).await;
        assert!(start.elapsed() >= delay);
        assert!(polls > 50);

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let flag = Flag::default();
        let gate = flag.clone();
        let server = spawn(async move {
            let (stream, _) = Disturbed::new(50, listener.accept()).await.0.unwrap();
            gate.await;
            stream.write_all(b"x").await.unwrap();
        });
        Pends(100).await;
        let client = TcpStream::connect(address).await.unwrap();
        let reader = spawn(async move {
            let mut buffer = [0; 8];
            let (count, polls) = Disturbed::new(50, client.read(&mut buffer)).await;
            (count.unwrap(), polls)
        });
        Pends(200).await;
        flag.raise();
        let (count, polls) = reader.await.unwrap();
        assert_eq!(count, 1);
        assert!(polls > 50);
        server.await.unwrap();
    });
}

#[test]
fn of_two_readers_one_may_find_nothing_and_is_woken_again() {
    run(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let server = Arc::new(server);
        for _ in 0..50 {
            // An event wakes both; the byte is enough for one.
            let readers: Vec<_> = (0..2)
                .map(|_| {
                    let server = Arc::clone(&server);
                    spawn(async move { server.read(&mut [0; 1]).await.unwrap() })
                })
                .collect();
            yield_now().await;
            client.write_all(b"a").await.unwrap();
            while !readers.iter().any(|reader| reader.is_finished()) {
                sleep(Duration::from_micros(100)).await;
            }
            client.write_all(b"b").await.unwrap();
            for reader in readers {
                assert_eq!(reader.await.unwrap(), 1);
            }
        }
    });
}

#[test]
fn a_task_that_never_rests_starves_nobody() {
    run(|| async {
        let busy = spawn(async {
            loop {
                yield_now().await;
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"x").await.unwrap();
        });
        let client = TcpStream::connect(address).await.unwrap();
        client.read_exact(&mut [0; 1]).await.unwrap();
        server.await.unwrap();
        sleep(Duration::from_millis(5)).await;
        // And from another thread.
        let flag = Flag::default();
        let raiser = flag.clone();
        thread::spawn(move || raiser.raise());
        flag.await;
        busy.abort();
    });
}

#[test]
fn a_socket_that_is_always_ready_starves_nobody() {
    run(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // The peer is a thread, so that there is always something to read.
        let stop = Arc::new(AtomicUsize::new(0));
        let stopped = Arc::clone(&stop);
        let peer = thread::spawn(move || {
            use std::io::Write;
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            while stopped.load(Ordering::SeqCst) == 0 && stream.write_all(&[7; 65536]).is_ok() {}
        });
        let (stream, _) = listener.accept().await.unwrap();
        let greedy = spawn(async move {
            let mut byte = [0; 1];
            while stream.read(&mut byte).await.unwrap() > 0 {}
        });
        for _ in 0..5 {
            sleep(Duration::from_millis(1)).await;
        }
        stop.store(1, Ordering::SeqCst);
        greedy.abort();
        let _ = greedy.await;
        peer.join().unwrap();
    });
}

#[test]
fn a_waker_that_panics_takes_no_other_with_it() {
    struct Grenade;
    impl Wake for Grenade {
        fn wake(self: Arc<Self>) {
            panic!("the waker goes off");
        }
    }
    within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let delay = Duration::from_millis(5);
        // A timer that wakes the grenade, and a later one in the same turn.
        let waker = Waker::from(Arc::new(Grenade));
        let mut bad = Box::pin(sleep(delay));
        let good = runtime.spawn(sleep(delay));
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            runtime.block_on(async {
                let mut context = std::task::Context::from_waker(&waker);
                assert!(bad.as_mut().poll(&mut context).is_pending());
                yield_now().await;
                thread::sleep(2 * delay);
                sleep(delay).await;
            });
        }));
        assert!(result.is_err(), "the grenade has gone off");
        runtime.block_on(good).unwrap();
    });
}
