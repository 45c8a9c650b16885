//! The generators of `generator`, on which `may` is built.

use std::hint::black_box;

use coro_runtime::fiber::SIZE_BY_DEFAULT;
use generator::{Generator, Gn, Scope};

use crate::candidates::{MANY, Run};

/// It counts the size of a stack in words.
const WORDS: usize = SIZE_BY_DEFAULT / size_of::<usize>();

type Yielder<'scope> = Scope<'scope, 'static, u64, u64>;

#[inline(never)]
fn descend(depth: u32, yielder: &mut Yielder<'_>) {
    if depth > 0 {
        descend(depth - 1, yielder);
        black_box(depth);
        return;
    }
    let mut total = 0_u64;
    loop {
        let value = yielder.yield_(total).expect("it is sent a value");
        total = total.wrapping_add(value);
    }
}

#[inline(never)]
fn nest(depth: u32, yielder: &mut Yielder<'_>, value: u64) -> u64 {
    if depth == 0 {
        yielder.yield_(value).expect("it is sent a value")
    } else {
        black_box(nest(depth - 1, yielder, value)).wrapping_add(1)
    }
}

/// One that has run to where it takes values.
fn staying(depth: u32) -> Generator<'static, u64, u64> {
    let mut generator = Gn::<u64>::new_scoped_opt(WORDS, move |mut yielder| {
        descend(depth, &mut yielder);
        0
    });
    generator.raw_send(None);
    generator
}

fn send_all(mut generator: Generator<'static, u64, u64>) -> Run {
    Box::new(move |units| {
        (0..u64::from(units))
            .map(|unit| generator.send(unit))
            .fold(0, u64::wrapping_add)
    })
}

pub(crate) fn stay(depth: u32) -> Run {
    send_all(staying(depth))
}

/// Suspends ten calls deep each time, and returns from there.
pub(crate) fn come_and_go() -> Run {
    let mut generator = Gn::<u64>::new_scoped_opt(WORDS, move |mut yielder| {
        let mut value = 0;
        loop {
            value = nest(10, &mut yielder, value);
        }
    });
    generator.raw_send(None);
    send_all(generator)
}

pub(crate) fn by_turns() -> Run {
    let mut generators: Vec<_> = (0..MANY).map(|_| staying(0)).collect();
    Box::new(move |units| {
        let mut sum = 0_u64;
        for unit in 0..u64::from(units) / MANY as u64 {
            for generator in &mut generators {
                sum = sum.wrapping_add(generator.send(unit));
            }
        }
        sum
    })
}

pub(crate) fn once() -> Run {
    Box::new(|units| {
        let mut sum = 0_u64;
        for unit in 0..u64::from(units) {
            let mut generator = Gn::<u64>::new_scoped_opt(WORDS, move |mut yielder| {
                yielder.yield_(unit).map_or(0, |value| value + 1)
            });
            sum += generator.raw_send(None).expect("it yields");
            sum += generator.raw_send(Some(unit)).expect("it returns");
        }
        sum
    })
}

pub(crate) fn parked(count: usize) -> Vec<Generator<'static, u64, u64>> {
    (0..count).map(|_| staying(0)).collect()
}
