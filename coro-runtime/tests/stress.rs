//! Spawns, wakes, aborts, panics and drops at random, from many threads at once: at the end
//! every future has been dropped once, and every handle has answered what can be true.

mod common;

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use common::within_a_minute;
use coro_runtime::{Builder, Handle, JoinHandle, Runtime};

/// Marsaglia's xorshift, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as usize % limit
    }
}

/// What all tasks of a run have in common.
#[derive(Default)]
struct World {
    wakers: Mutex<Vec<Waker>>,
    made: AtomicUsize,
    dropped: AtomicUsize,
    panics: AtomicUsize,
}

/// A panic that the hook need not report: it is raised without it.
struct Expected;

/// A future that does something at random at each poll.
struct Chaos {
    world: Arc<World>,
    handle: Handle,
    random: Random,
    polls: usize,
    polling: bool,
    children: Vec<JoinHandle<()>>,
}

impl Chaos {
    fn new(world: &Arc<World>, handle: &Handle, seed: u64, polls: usize) -> Chaos {
        world.made.fetch_add(1, Ordering::SeqCst);
        Chaos {
            world: Arc::clone(world),
            handle: handle.clone(),
            random: Random(seed | 1),
            polls,
            polling: false,
            children: Vec::new(),
        }
    }
}

impl Future for Chaos {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        assert!(!this.polling, "two threads poll at a time");
        this.polling = true;
        if this.polls == 0 {
            return Poll::Ready(());
        }
        this.polls -= 1;
        match this.random.below(9) {
            0 => {
                this.world.panics.fetch_add(1, Ordering::SeqCst);
                std::panic::resume_unwind(Box::new(Expected));
            }
            1 => {
                let seed = this.random.0 ^ 0xABCD_EF01;
                let child = Chaos::new(&this.world, &this.handle, seed, this.polls);
                this.children.push(this.handle.spawn(child));
                context.waker().wake_by_ref();
            }
            2 if !this.children.is_empty() => {
                let index = this.random.below(this.children.len());
                this.children[index].abort();
                context.waker().wake_by_ref();
            }
            3 => {
                this.children.pop();
                context.waker().wake_by_ref();
            }
            4 => {
                let waker = context.waker().clone();
                waker.wake_by_ref();
                drop(waker);
            }
            // A stranger wakes it, perhaps while it is being polled still.
            _ => this
                .world
                .wakers
                .lock()
                .unwrap()
                .push(context.waker().clone()),
        }
        this.polling = false;
        Poll::Pending
    }
}

impl Drop for Chaos {
    fn drop(&mut self) {
        self.world.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

/// Makes tasks, wakes strangers' tasks, aborts and joins its own, until all are joined.
fn visit(world: &Arc<World>, handle: &Handle, seed: u64) {
    let mut random = Random(seed);
    let mut handles = Vec::new();
    for _ in 0..400 {
        let chaos = Chaos::new(world, handle, random.0 ^ 0x5555, random.below(12));
        handles.push(handle.spawn(chaos));
        match random.below(6) {
            0 => handles[random.0 as usize % handles.len()].abort(),
            1 => drop(handles.pop()),
            _ => wake_some(world, &mut random),
        }
    }
    coro_runtime::block_on(async {
        for joined in handles {
            // Whoever waits for a stranger's wake gets it.
            while !joined.is_finished() {
                wake_some(world, &mut random);
                thread::yield_now();
                coro_runtime::yield_now().await;
            }
            if let Err(error) = joined.await {
                assert!(error.is_cancelled() || error.into_panic().is::<Expected>());
            }
        }
    });
}

fn wake_some(world: &World, random: &mut Random) {
    let wakers = {
        let mut wakers = world.wakers.lock().unwrap();
        let rest = random.below(wakers.len() + 1) / 2;
        wakers.split_off(rest)
    };
    for waker in wakers {
        match random.below(3) {
            0 => waker.wake_by_ref(),
            1 => drop(waker.clone()),
            _ => {}
        }
        waker.wake();
    }
}

fn visit_from_four_threads(
    world: &Arc<World>,
    handle: &Handle,
    round: u64,
) -> Vec<thread::JoinHandle<()>> {
    (1..=4)
        .map(|number| {
            let (world, handle) = (Arc::clone(world), handle.clone());
            thread::spawn(move || visit(&world, &handle, (round * 4 + number) * 0x9E37_79B9))
        })
        .collect()
}

/// Drops the wakers, which keep tasks alive though not their futures, and counts.
fn check(world: &World) {
    world.wakers.lock().unwrap().clear();
    let made = world.made.load(Ordering::SeqCst);
    assert_eq!(made, world.dropped.load(Ordering::SeqCst));
    assert!(made >= 1_600);
}

#[test]
fn of_a_multi_thread_runtime() {
    for round in 0..10 {
        within_a_minute(move || {
            let world = Arc::new(World::default());
            let runtime = Builder::new()
                .worker_threads(3)
                .build_multi_thread()
                .unwrap();
            for visitor in visit_from_four_threads(&world, &runtime.handle(), round) {
                visitor.join().unwrap();
            }
            drop(runtime);
            check(&world);
            assert!(world.panics.load(Ordering::SeqCst) > 0);
        });
    }
}

#[test]
fn of_a_runtime_that_ends_meanwhile() {
    for round in 10..20 {
        within_a_minute(move || {
            let world = Arc::new(World::default());
            let runtime = Builder::new()
                .worker_threads(2)
                .build_multi_thread()
                .unwrap();
            let visitors = visit_from_four_threads(&world, &runtime.handle(), round);
            while world.made.load(Ordering::SeqCst) < 300 {
                thread::yield_now();
            }
            drop(runtime);
            for visitor in visitors {
                visitor.join().unwrap();
            }
            check(&world);
        });
    }
}

#[test]
fn of_a_current_thread_runtime() {
    for round in 20..30 {
        within_a_minute(move || {
            let world = Arc::new(World::default());
            let runtime = Runtime::new().unwrap();
            let visitors = visit_from_four_threads(&world, &runtime.handle(), round);
            runtime.block_on(async {
                while !visitors.iter().all(thread::JoinHandle::is_finished) {
                    coro_runtime::yield_now().await;
                }
            });
            for visitor in visitors {
                visitor.join().unwrap();
            }
            drop(runtime);
            check(&world);
            assert!(world.panics.load(Ordering::SeqCst) > 0);
        });
    }
}
