//! The work, and who does it.

use std::any::Any;
use std::future::Future;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker};

use coro_runtime::fiber::{Fiber, PoolLimits, SIZE_BY_DEFAULT, Yielder, set_pool_limits};
use coro_sys::fiber::{self as raw, Link, Word};
use coro_sys::stack::Stack;
use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, ScopedCoroutine};

/// Does so many units of work, and returns something that depends on all of them.
type Run = Box<dyn FnMut(u32) -> u64>;

/// A name, and what makes the thing to be measured.
pub(crate) struct Candidate(pub(crate) &'static str, pub(crate) fn() -> Run);

/// What is measured.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// Units of work in one sample.
    pub(crate) units: u32,
    /// Whether each unit asks the kernel for memory.
    pub(crate) maps_memory: bool,
    pub(crate) candidates: Vec<Candidate>,
}

/// All that is timed.
pub(crate) fn works() -> Vec<Work> {
    vec![
        Work {
            name: "resume and yield, with a value each",
            units: 200_000,
            maps_memory: false,
            candidates: vec![
                Candidate("Fiber", || ours(0)),
                Candidate("coro-sys, the bare switch", bare),
                Candidate("corosensei", || theirs(0)),
                Candidate("future of an async fn, boxed", || boxed(endless())),
            ],
        },
        Work {
            name: "the same, ten calls deep",
            units: 200_000,
            maps_memory: false,
            candidates: vec![
                Candidate("Fiber", || ours(10)),
                Candidate("corosensei", || theirs(10)),
                Candidate("future of ten async fns, boxed", || boxed(deep::one())),
            ],
        },
        Work {
            name: "create, yield once, end; stacks reused",
            units: 20_000,
            maps_memory: false,
            candidates: vec![
                Candidate("Fiber", || ours_once(64)),
                Candidate("corosensei, one stack passed on", theirs_once_reused),
                Candidate("future of an async fn, boxed", future_once),
            ],
        },
        Work {
            name: "create, yield once, end; stacks mapped anew",
            units: 500,
            maps_memory: true,
            candidates: vec![
                Candidate("Fiber", || ours_once(0)),
                Candidate("corosensei", theirs_once),
            ],
        },
    ]
}

#[inline(never)]
fn descend_ours(depth: u32, yielder: &Yielder<u64, u64>) {
    if depth > 0 {
        descend_ours(depth - 1, yielder);
        // Not a tail call: there is a frame for each.
        black_box(depth);
        return;
    }
    let mut total = 0_u64;
    loop {
        total = total.wrapping_add(yielder.suspend(total));
    }
}

fn ours(depth: u32) -> Run {
    let mut fiber = Fiber::<u64, u64, ()>::new(move |yielder, _| descend_ours(depth, yielder));
    Box::new(move |units| {
        (0..u64::from(units))
            .map(|unit| fiber.resume(unit).yielded().expect("it never ends"))
            .fold(0, u64::wrapping_add)
    })
}

unsafe extern "C" fn bare_entry(_word: Word, mut signal: usize, link: NonNull<Link>) -> ! {
    let mut total = 0_usize;
    loop {
        total = total.wrapping_add(signal);
        // SAFETY: this is the fiber of `link`.
        (_, signal) = unsafe { raw::suspend(link, MaybeUninit::uninit(), total) };
    }
}

fn bare() -> Run {
    let stack = Stack::new(SIZE_BY_DEFAULT).expect("a stack");
    // SAFETY: the stack is used for this fiber only, and lives as long as it.
    let link = unsafe { raw::prepare(&stack, bare_entry) };
    Box::new(move |units| {
        let _kept = &stack;
        let mut sum = 0_u64;
        for unit in 0..units as usize {
            // SAFETY: it never finishes.
            let (_, signal) = unsafe { raw::resume(link, MaybeUninit::uninit(), unit) };
            sum = sum.wrapping_add(signal as u64);
        }
        sum
    })
}

#[inline(never)]
fn descend_theirs(depth: u32, yielder: &corosensei::Yielder<u64, u64>) {
    if depth > 0 {
        descend_theirs(depth - 1, yielder);
        black_box(depth);
        return;
    }
    let mut total = 0_u64;
    loop {
        total = total.wrapping_add(yielder.suspend(total));
    }
}

fn theirs(depth: u32) -> Run {
    let stack = DefaultStack::new(SIZE_BY_DEFAULT).expect("a stack");
    let mut fiber: Coroutine<u64, u64, ()> =
        Coroutine::with_stack(stack, move |yielder, _| descend_theirs(depth, yielder));
    Box::new(move |units| {
        (0..u64::from(units))
            .map(|unit| fiber.resume(unit).as_yield().expect("it never ends"))
            .fold(0, u64::wrapping_add)
    })
}

/// Pending once.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

async fn endless() {
    let mut total = 0_u64;
    loop {
        Once(false).await;
        total = black_box(total.wrapping_add(1));
    }
}

/// Ten functions, each of which awaits the next.
mod deep {
    use std::hint::black_box;

    macro_rules! chain {
        ($($name:ident calls $next:path,)*) => {
            $(
                pub(super) async fn $name() {
                    $next().await;
                    black_box(());
                }
            )*
        };
    }
    chain! {
        one calls two, two calls three, three calls four, four calls five, five calls six,
        six calls seven, seven calls eight, eight calls nine, nine calls ten,
        ten calls super::endless,
    }
}

fn boxed(future: impl Future<Output = ()> + 'static) -> Run {
    let mut future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    Box::new(move |units| {
        let mut context = Context::from_waker(Waker::noop());
        (0..units)
            .map(|_| u64::from(future.as_mut().poll(&mut context).is_pending()))
            .sum()
    })
}

fn ours_once(warm: usize) -> Run {
    Box::new(move |units| {
        set_pool_limits(PoolLimits { warm, cold: 0 });
        let mut sum = 0;
        for unit in 0..u64::from(units) {
            let mut fiber = Fiber::new(|yielder, value: u64| yielder.suspend(value) + 1);
            sum += fiber.resume(unit).yielded().expect("it yields");
            sum += fiber.resume(unit).returned().expect("it returns");
        }
        sum
    })
}

fn theirs_once() -> Run {
    Box::new(|units| {
        let mut sum = 0;
        for unit in 0..u64::from(units) {
            let stack = DefaultStack::new(SIZE_BY_DEFAULT).expect("a stack");
            let mut fiber = Coroutine::with_stack(
                stack,
                |yielder: &corosensei::Yielder<u64, u64>, value: u64| yielder.suspend(value) + 1,
            );
            sum += fiber.resume(unit).as_yield().expect("it yields");
            sum += fiber.resume(unit).as_return().expect("it returns");
        }
        sum
    })
}

fn theirs_once_reused() -> Run {
    let mut stack = DefaultStack::new(SIZE_BY_DEFAULT).expect("a stack");
    Box::new(move |units| {
        let mut sum = 0;
        for unit in 0..u64::from(units) {
            let fiber = ScopedCoroutine::with_stack(
                &mut stack,
                |yielder: &corosensei::Yielder<u64, u64>, value: u64| yielder.suspend(value) + 1,
            );
            fiber.scope(|mut fiber| {
                sum += fiber.as_mut().resume(unit).as_yield().expect("it yields");
                sum += fiber.as_mut().resume(unit).as_return().expect("it returns");
            });
        }
        sum
    })
}

fn future_once() -> Run {
    async fn once(value: u64) -> u64 {
        Once(false).await;
        value + 1
    }
    Box::new(|units| {
        let mut context = Context::from_waker(Waker::noop());
        let mut sum = 0;
        for unit in 0..u64::from(units) {
            let future: Pin<Box<dyn Future<Output = u64>>> = Box::pin(once(unit));
            // Neither the allocation nor the call may be optimised away.
            let mut future = black_box(future);
            assert!(future.as_mut().poll(&mut context).is_pending());
            match pin!(future).poll(&mut context) {
                Poll::Ready(value) => sum += value,
                Poll::Pending => unreachable!("it is pending once"),
            }
        }
        sum
    })
}

/// Parks nothing: what the process has without.
pub(crate) const NOTHING: &str = "nothing";

/// All that is parked.
pub(crate) const PARKED: [&str; 3] = ["ours", "corosensei", "future"];

/// Parks so many of a kind. `None` if there is no such kind.
pub(crate) fn parked(name: &str, count: usize) -> Option<Box<dyn Any>> {
    fn all<T: 'static>(count: usize, make: impl FnMut(usize) -> T) -> Box<dyn Any> {
        Box::new((0..count).map(make).collect::<Vec<_>>())
    }
    Some(match name {
        NOTHING => Box::new(()),
        "ours" => all(count, |number| {
            let mut fiber = Fiber::new(move |yielder: &Yielder<(), ()>, ()| {
                yielder.suspend(());
                black_box(number);
            });
            fiber.next();
            fiber
        }),
        "corosensei" => all(count, |number| {
            let stack = DefaultStack::new(SIZE_BY_DEFAULT).expect("a stack");
            let body = move |yielder: &corosensei::Yielder<(), ()>, ()| {
                yielder.suspend(());
                black_box(number);
            };
            let mut fiber = Coroutine::with_stack(stack, body);
            fiber.resume(());
            fiber
        }),
        "future" => all(count, |number| {
            let mut future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move {
                Once(false).await;
                black_box(number);
            });
            let mut context = Context::from_waker(Waker::noop());
            assert!(future.as_mut().poll(&mut context).is_pending());
            future
        }),
        _ => return None,
    })
}
