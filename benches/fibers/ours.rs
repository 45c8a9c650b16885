//! The fibers of this project.

use std::hint::black_box;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use coro_runtime::fiber::{Fiber, PoolLimits, SIZE_BY_DEFAULT, Yielder, set_pool_limits};
use coro_sys::fiber::{self as raw, Link, Word};
use coro_sys::stack::Stack;

use crate::candidates::{MANY, Run};

#[inline(never)]
fn descend(depth: u32, yielder: &Yielder<u64, u64>) {
    if depth > 0 {
        descend(depth - 1, yielder);
        // Not a tail call: there is a frame for each.
        black_box(depth);
        return;
    }
    let mut total = 0_u64;
    loop {
        total = total.wrapping_add(yielder.suspend(total));
    }
}

pub(crate) fn stay(depth: u32) -> Run {
    let mut fiber = Fiber::<u64, u64, ()>::new(move |yielder, _| descend(depth, yielder));
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

pub(crate) fn bare() -> Run {
    let stack = Stack::new(SIZE_BY_DEFAULT).expect("a stack");
    // SAFETY: the stack is used for this fiber only, and lives as long as it.
    let mut context = unsafe { raw::prepare(&stack, bare_entry) };
    Box::new(move |units| {
        let _kept = &stack;
        let mut sum = 0_u64;
        for unit in 0..units as usize {
            // SAFETY: it never finishes.
            let (_, signal) = unsafe { raw::resume(&mut context, MaybeUninit::uninit(), unit) };
            sum = sum.wrapping_add(signal as u64);
        }
        sum
    })
}

pub(crate) fn once(warm: usize) -> Run {
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

#[inline(never)]
fn nest(depth: u32, yielder: &Yielder<u64, u64>, value: u64) -> u64 {
    if depth == 0 {
        yielder.suspend(value)
    } else {
        black_box(nest(depth - 1, yielder, value)).wrapping_add(1)
    }
}

/// Suspends ten calls deep each time, and returns from there.
pub(crate) fn come_and_go() -> Run {
    let mut fiber = Fiber::<u64, u64, ()>::new(move |yielder, mut value| {
        loop {
            value = nest(10, yielder, value);
        }
    });
    Box::new(move |units| {
        (0..u64::from(units))
            .map(|unit| fiber.resume(unit).yielded().expect("it never ends"))
            .fold(0, u64::wrapping_add)
    })
}

pub(crate) fn by_turns() -> Run {
    let mut fibers: Vec<_> = (0..MANY)
        .map(|_| Fiber::<u64, u64, ()>::new(move |yielder, _| descend(0, yielder)))
        .collect();
    Box::new(move |units| {
        let mut sum = 0_u64;
        for unit in 0..u64::from(units) / MANY as u64 {
            for fiber in &mut fibers {
                let value = fiber.resume(unit).yielded().expect("it never ends");
                sum = sum.wrapping_add(value);
            }
        }
        sum
    })
}

pub(crate) fn parked(count: usize) -> Vec<Fiber<(), (), ()>> {
    let park = |number| {
        let mut fiber = Fiber::new(move |yielder: &Yielder<(), ()>, ()| {
            yielder.suspend(());
            black_box(number);
        });
        fiber.next();
        fiber
    };
    (0..count).map(park).collect()
}
