//! The coroutines of `corosensei`.

use std::hint::black_box;

use coro_runtime::fiber::SIZE_BY_DEFAULT;
use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, ScopedCoroutine, Yielder};

use crate::candidates::{MANY, Run};

#[inline(never)]
fn descend(depth: u32, yielder: &Yielder<u64, u64>) {
    if depth > 0 {
        descend(depth - 1, yielder);
        black_box(depth);
        return;
    }
    let mut total = 0_u64;
    loop {
        total = total.wrapping_add(yielder.suspend(total));
    }
}

pub(crate) fn stay(depth: u32) -> Run {
    let stack = stack();
    let mut fiber: Coroutine<u64, u64, ()> =
        Coroutine::with_stack(stack, move |yielder, _| descend(depth, yielder));
    Box::new(move |units| {
        (0..u64::from(units))
            .map(|unit| fiber.resume(unit).as_yield().expect("it never ends"))
            .fold(0, u64::wrapping_add)
    })
}

pub(crate) fn once() -> Run {
    Box::new(|units| {
        let mut sum = 0;
        for unit in 0..u64::from(units) {
            let stack = stack();
            let mut fiber =
                Coroutine::with_stack(stack, |yielder: &Yielder<u64, u64>, value: u64| {
                    yielder.suspend(value) + 1
                });
            sum += fiber.resume(unit).as_yield().expect("it yields");
            sum += fiber.resume(unit).as_return().expect("it returns");
        }
        sum
    })
}

pub(crate) fn once_reused() -> Run {
    let mut stack = stack();
    Box::new(move |units| {
        let mut sum = 0;
        for unit in 0..u64::from(units) {
            let fiber = ScopedCoroutine::with_stack(
                &mut stack,
                |yielder: &Yielder<u64, u64>, value: u64| yielder.suspend(value) + 1,
            );
            fiber.scope(|mut fiber| {
                sum += fiber.as_mut().resume(unit).as_yield().expect("it yields");
                sum += fiber.as_mut().resume(unit).as_return().expect("it returns");
            });
        }
        sum
    })
}

#[inline(never)]
fn nest(depth: u32, yielder: &Yielder<u64, u64>, value: u64) -> u64 {
    if depth == 0 {
        yielder.suspend(value)
    } else {
        black_box(nest(depth - 1, yielder, value)).wrapping_add(1)
    }
}

fn stack() -> DefaultStack {
    DefaultStack::new(SIZE_BY_DEFAULT).expect("a stack")
}

/// Suspends ten calls deep each time, and returns from there.
pub(crate) fn come_and_go() -> Run {
    let mut fiber: Coroutine<u64, u64, ()> =
        Coroutine::with_stack(stack(), move |yielder: &Yielder<u64, u64>, mut value| {
            loop {
                value = nest(10, yielder, value);
            }
        });
    Box::new(move |units| {
        (0..u64::from(units))
            .map(|unit| fiber.resume(unit).as_yield().expect("it never ends"))
            .fold(0, u64::wrapping_add)
    })
}

pub(crate) fn by_turns() -> Run {
    let mut fibers: Vec<Coroutine<u64, u64, ()>> = (0..MANY)
        .map(|_| Coroutine::with_stack(stack(), move |yielder: &_, _| descend(0, yielder)))
        .collect();
    Box::new(move |units| {
        let mut sum = 0_u64;
        for unit in 0..u64::from(units) / MANY as u64 {
            for fiber in &mut fibers {
                let value = fiber.resume(unit).as_yield().expect("it never ends");
                sum = sum.wrapping_add(value);
            }
        }
        sum
    })
}

pub(crate) fn parked(count: usize) -> Vec<Coroutine<(), (), ()>> {
    let park = |number| {
        let mut fiber = Coroutine::with_stack(stack(), move |yielder: &Yielder<(), ()>, ()| {
            yielder.suspend(());
            black_box(number);
        });
        fiber.resume(());
        fiber
    };
    (0..count).map(park).collect()
}
