//! Fibers that are tasks, and waiting in direct style.

mod common;

use std::cell::Cell;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use common::{Drops, Flag, Log, Pends, run, within_a_minute};
use coro_runtime::fiber::{Builder, Fiber, Resumed, direct, spawn_fiber, wait};
use coro_runtime::net::{TcpListener, TcpStream};
use coro_runtime::time::sleep;
use coro_runtime::{Runtime, block_on, join_all, spawn, spawn_local, yield_now};

/// The message of a panic in `body`.
fn message<T>(body: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(body)) else {
        panic!("no panic came out");
    };
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().expect("a text")).to_owned(),
    }
}

/// Counts wakes.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_fiber_waits_as_often_as_it_must() {
    for pends in 0..5 {
        let output = run(move || async move {
            let task = spawn_fiber(move || {
                for _ in 0..3 {
                    wait(Pends(pends));
                }
                pends
            });
            task.await.unwrap()
        });
        assert_eq!(output, pends);
    }
}

#[test]
fn a_fiber_waits_from_any_depth_of_calls() {
    fn visit(depth: u64) -> u64 {
        wait(sleep(Duration::from_millis(1)));
        if depth == 0 {
            1
        } else {
            visit(depth - 1) + visit(depth - 1)
        }
    }
    let sum = run(|| async { spawn_fiber(|| visit(4)).await });
    assert_eq!(sum.unwrap(), 16);
}

#[test]
fn only_the_fiber_waits() {
    let log = Log::default();
    let copy = log.clone();
    run(move || async move {
        let tasks = [1, 2].map(|number| {
            let log = copy.clone();
            spawn_fiber(move || {
                for round in 0..3 {
                    log.note(format!("{number}.{round}"));
                    wait(yield_now());
                }
            })
        });
        join_all(tasks).await;
    });
    assert_eq!(log.taken(), ["1.0", "2.0", "1.1", "2.1", "1.2", "2.2"]);
}

#[test]
fn what_a_fiber_waits_for_may_borrow_from_its_stack() {
    run(|| async {
        let task = spawn_fiber(|| {
            let mut list = vec![1];
            let add = async {
                Pends(2).await;
                list.push(2);
            };
            wait(add);
            list
        });
        assert_eq!(task.await.unwrap(), [1, 2]);
    });
}

#[test]
fn a_fiber_serves_sockets_and_timers() {
    fn echo(stream: TcpStream) -> std::io::Result<usize> {
        let mut buffer = [0; 16];
        let mut total = 0;
        loop {
            match wait(stream.read(&mut buffer))? {
                0 => return Ok(total),
                read => wait(stream.write_all(&buffer[..read]))?,
            }
            total += buffer.len().min(5);
        }
    }
    run(|| async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = spawn_fiber(move || echo(wait(listener.accept()).unwrap().0));
        let client = spawn_fiber(move || {
            let stream = wait(TcpStream::connect(address)).unwrap();
            for _ in 0..10 {
                let mut reply = [0; 5];
                wait(sleep(Duration::from_millis(1)));
                wait(stream.write_all(b"hello")).unwrap();
                wait(stream.read_exact(&mut reply)).unwrap();
                assert_eq!(&reply, b"hello");
            }
        });
        client.await.unwrap();
        assert_eq!(server.await.unwrap().unwrap(), 50);
    });
}

#[test]
fn a_wake_from_another_thread_reaches_the_fiber() {
    run(|| async {
        let flag = Flag::default();
        let copy = flag.clone();
        let task = spawn_fiber(move || wait(copy));
        let thread = thread::spawn(move || {
            while flag.waiting() == 0 {
                thread::yield_now();
            }
            flag.disturb();
            while flag.waiting() == 0 {
                thread::yield_now();
            }
            flag.raise();
        });
        task.await.unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn each_poll_brings_its_own_waker() {
    let flag = Flag::default();
    let copy = flag.clone();
    let mut future = Builder::new().future(move || wait(copy)).unwrap();
    let wakes: [_; 3] = std::array::from_fn(|_| Arc::new(Wakes::default()));
    for wakes in &wakes {
        let waker = Waker::from(Arc::clone(wakes));
        let poll = pin!(&mut future).poll(&mut Context::from_waker(&waker));
        assert!(poll.is_pending());
        drop(waker);
        flag.disturb();
    }
    assert!(
        wakes
            .iter()
            .all(|wakes| wakes.0.load(Ordering::SeqCst) == 1)
    );
    flag.raise();
    let poll = pin!(&mut future).poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll.is_ready());
}

#[test]
fn a_panic_reaches_the_join_handle() {
    run(|| async {
        let drops = Drops::default();
        let guard = drops.guard();
        let task = spawn_fiber(move || {
            let _guard = guard;
            wait(Pends(1));
            std::panic::panic_any(5_u8);
        });
        let error = task.await.unwrap_err();
        assert!(error.is_panic());
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn a_future_whose_poll_panics_ends_the_fiber() {
    run(|| async {
        let task = spawn_fiber(|| {
            let caught = message(|| wait(async { std::panic::panic_any("in the poll") }));
            // The fiber can wait for others afterwards.
            wait(Pends(2));
            caught
        });
        assert_eq!(task.await.unwrap(), "in the poll");
    });
}

#[test]
fn dropping_the_task_unwinds_the_fiber_and_drops_what_it_waits_for() {
    let drops = Drops::default();
    let guards = [drops.guard(), drops.guard()];
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let [outer, inner] = guards;
        let task = spawn_fiber(move || {
            let _outer = outer;
            wait(async move {
                let _inner = inner;
                pending::<()>().await;
            });
        });
        yield_now().await;
        assert_eq!(drops.count(), 0);
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(drops.count(), 2);
    });
    // And the end of a runtime drops its tasks.
    let guard = drops.guard();
    runtime.block_on(async move {
        drop(spawn_fiber(move || {
            let _guard = guard;
            wait(pending::<()>());
        }));
        yield_now().await;
    });
    assert_eq!(drops.count(), 2);
    drop(runtime);
    assert_eq!(drops.count(), 3);
}

#[test]
fn a_cancelled_fiber_that_waits_again_unwinds_again() {
    let log = Log::default();
    let copy = log.clone();
    run(move || async move {
        let log = copy.clone();
        let task = spawn_fiber(move || {
            for _ in 0..3 {
                // Ready at once, yet a cancelled fiber does not get as far as to poll it.
                let waited = catch_unwind(AssertUnwindSafe(|| {
                    wait(pending::<()>());
                }));
                log.note(format!("unwound: {}", waited.is_err()));
            }
        });
        yield_now().await;
        task.abort();
        let _ = task.await;
    });
    assert_eq!(log.taken(), ["unwound: true"; 3]);
}

/// Wants to wait when it is dropped, and notes what comes of it.
struct Waits(Log);

impl Drop for Waits {
    fn drop(&mut self) {
        let waited = catch_unwind(AssertUnwindSafe(|| wait(Pends(1))));
        self.0.note(match waited {
            Ok(()) => "waited".to_owned(),
            Err(payload) => (*payload.downcast::<&str>().unwrap()).to_owned(),
        });
    }
}

#[test]
fn what_a_task_leaves_behind_is_dropped_where_it_was_resumed() {
    let abandoned = |log: Log| {
        let body = move || {
            let waits = Waits(log);
            let _ = catch_unwind(AssertUnwindSafe(|| wait(pending::<()>())));
            waits
        };
        let mut future = Builder::new().future(body).unwrap();
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(&mut future).poll(&mut context).is_pending());
        future
    };
    // The task catches its cancellation and returns a value, which its stack does not outlive: on
    // a plain thread that value cannot wait,
    let log = Log::default();
    drop(abandoned(log.clone()));
    let notes = log.taken();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains("outside of a fiber task"), "{notes:?}");
    // and on another task it can, as that task.
    let copy = log.clone();
    run(move || async move {
        let task = spawn_fiber(move || {
            drop(abandoned(copy));
            wait(Pends(1));
        });
        task.await.unwrap();
    });
    assert_eq!(log.taken(), ["waited"]);
}

#[test]
fn fiber_tasks_nest() {
    run(|| async {
        let task = spawn_fiber(|| {
            let inner = Builder::new()
                .future(|| {
                    wait(Pends(2));
                    let innermost = Builder::new().future(|| (wait(Pends(3)), 1).1).unwrap();
                    wait(innermost) + 1
                })
                .unwrap();
            wait(Pends(1));
            let sum = wait(inner) + 1;
            wait(Pends(1));
            sum
        });
        assert_eq!(task.await.unwrap(), 3);
    });
}

#[test]
fn a_fiber_may_hold_what_is_not_send() {
    run(|| async {
        let shared = Rc::new(Cell::new(0));
        let tasks = [1, 2, 3].map(|number| {
            let shared = Rc::clone(&shared);
            spawn_fiber(move || {
                wait(Pends(number));
                shared.set(shared.get() + number);
            })
        });
        join_all(tasks).await;
        assert_eq!(shared.get(), 6);
    });
}

#[test]
fn a_fiber_future_runs_on_any_executor() {
    let mut future = pin!(Builder::new().future(|| (wait(Pends(2)), 3).1).unwrap());
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert_eq!(future.as_mut().poll(&mut context), Poll::Ready(3));
    let text = message(|| future.as_mut().poll(&mut context));
    assert_eq!(text, "a fiber that is over was resumed");
}

#[test]
fn a_fiber_future_may_go_from_one_runtime_to_another() {
    within_a_minute(|| {
        let body = || {
            wait(yield_now());
            wait(sleep(Duration::from_millis(1)));
            9
        };
        let mut future = Builder::new().future(body).unwrap();
        let first = block_on(poll_fn(|context| {
            Poll::Ready(pin!(&mut future).poll(context))
        }));
        assert!(first.is_pending());
        assert_eq!(block_on(future), 9);
    });
}

#[test]
fn waiting_outside_of_a_fiber_task_is_refused() {
    let outside = "outside of a fiber task";
    assert!(message(|| wait(async {})).contains(outside));
    let text = block_on(async { message(|| wait(async {})) });
    assert!(text.contains(outside), "{text}");
    let mut plain = Fiber::<(), (), _>::new(|_, ()| message(|| wait(async {})));
    let text = plain.resume(()).returned().unwrap();
    assert!(text.contains(outside), "{text}");
    // A task that has suspended is not the current one any more.
    let text = block_on(async {
        let task = spawn_fiber(|| wait(Pends(2)));
        yield_now().await;
        let text = message(|| wait(async {}));
        task.await.unwrap();
        text
    });
    assert!(text.contains(outside), "{text}");
}

#[test]
fn waiting_on_another_fiber_within_a_task_is_refused() {
    let texts = block_on(async {
        let task = spawn_fiber(|| {
            let mut inner = Fiber::<(), (), _>::new(|_, ()| {
                [
                    message(|| wait(async {})),
                    message(|| direct::wait(async {})),
                ]
            });
            let texts = inner.resume(()).returned().unwrap();
            // The task itself still can.
            wait(Pends(1));
            texts
        });
        task.await.unwrap()
    });
    for text in texts {
        assert!(text.contains("on a fiber that is not a task"), "{text}");
    }
}

#[test]
fn waiting_within_a_poll_is_refused() {
    let polled = || {
        poll_fn(|_| {
            Poll::Ready([
                message(|| wait(async {})),
                message(|| direct::wait(async {})),
            ])
        })
    };
    let texts = block_on(async move {
        let task = spawn_fiber(move || {
            let directly = wait(polled());
            // An executor within the fiber has the fiber's stack, and yet is not the fiber.
            let nested = block_on(polled());
            wait(Pends(1));
            [directly, nested].concat()
        });
        task.await.unwrap()
    });
    assert_eq!(texts.len(), 4);
    for text in texts {
        assert!(text.contains("within the poll of a future"), "{text}");
    }
}

#[test]
fn direct_waiting_parks_a_plain_thread() {
    within_a_minute(|| {
        assert_eq!(direct::wait(async { 5 }), 5);
        direct::wait(Pends(10));
        let flag = Flag::default();
        let copy = flag.clone();
        let thread = thread::spawn(move || {
            while copy.waiting() == 0 {
                thread::yield_now();
            }
            copy.disturb();
            while copy.waiting() == 0 {
                thread::yield_now();
            }
            copy.raise();
        });
        direct::wait(flag.clone());
        assert!(flag.is_raised());
        thread.join().unwrap();
    });
}

#[test]
fn direct_waiting_leaves_the_threads_own_token_alone() {
    within_a_minute(|| {
        thread::current().unpark();
        let flag = Flag::default();
        let copy = flag.clone();
        let polls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&polls);
        let thread = thread::spawn(move || {
            while copy.waiting() == 0 {
                thread::yield_now();
            }
            copy.raise();
        });
        let mut flag = pin!(flag);
        direct::wait(poll_fn(|context| {
            count.fetch_add(1, Ordering::SeqCst);
            flag.as_mut().poll(context)
        }));
        // It was neither woken by the token nor has it used it up.
        assert_eq!(polls.load(Ordering::SeqCst), 2);
        thread::park();
        thread.join().unwrap();
    });
}

#[test]
fn direct_waiting_suspends_a_fiber_task() {
    fn twice(future: impl IntoFuture<Output = u32>) -> u32 {
        2 * direct::wait(future)
    }
    run(|| async {
        let task = spawn_fiber(|| twice(async { (Pends(2).await, 4).1 }));
        let other = spawn(Pends(1));
        assert_eq!(task.await.unwrap(), 8);
        other.await.unwrap();
    });
    // And the same function on a thread.
    assert_eq!(twice(async { (Pends(2).await, 5).1 }), 10);
}

#[test]
fn direct_waiting_works_on_a_fiber_of_a_plain_thread() {
    within_a_minute(|| {
        let mut fiber = Fiber::new(|yielder, ()| {
            direct::wait(Pends(2));
            yielder.suspend(1);
            direct::wait(Pends(2));
            2
        });
        assert_eq!(fiber.resume(()), Resumed::Yielded(1));
        assert_eq!(fiber.resume(()), Resumed::Returned(2));
    });
}

#[test]
fn direct_waiting_in_a_task_is_refused() {
    let texts = block_on(async {
        let in_task = spawn(async { message(|| direct::wait(async {})) });
        let local = spawn_local(async { message(|| direct::wait(async {})) });
        let fiber = async {
            let mut fiber = Fiber::<(), (), _>::new(|_, ()| message(|| direct::wait(async {})));
            fiber.resume(()).returned().unwrap()
        };
        [
            in_task.await.unwrap(),
            local.await.unwrap(),
            message(|| direct::wait(async {})),
            fiber.await,
        ]
    });
    for text in texts {
        assert!(text.contains("in a task of a runtime"), "{text}");
    }
}

#[test]
fn direct_waiting_in_a_poll_outside_of_tasks_is_refused() {
    let polled = || poll_fn(|_| Poll::Ready(message(|| direct::wait(async {}))));
    let runtime = Runtime::builder().build_multi_thread().unwrap();
    for text in [direct::wait(polled()), runtime.block_on(polled())] {
        assert!(text.contains("within the poll of a future"), "{text}");
    }
    // A fiber that is polled there has a stack to wait on.
    let fiber = || Builder::new().future(|| direct::wait(Pends(2))).unwrap();
    direct::wait(fiber());
    runtime.block_on(fiber());
    // And afterwards all is as before.
    direct::wait(Pends(2));
}

#[test]
fn ten_thousand_fibers_wait_at_once() {
    run(|| async {
        let flag = Flag::default();
        let builder = Builder::new().stack_size(32 * 1024);
        let tasks: Vec<_> = (0..10_000_u64)
            .map(|number| {
                let flag = flag.clone();
                let future = builder
                    .future(move || {
                        wait(flag);
                        number
                    })
                    .unwrap();
                spawn_local(future)
            })
            .collect();
        while flag.waiting() < 10_000 {
            yield_now().await;
        }
        flag.raise();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        assert_eq!(sum, 49_995_000);
    });
}
