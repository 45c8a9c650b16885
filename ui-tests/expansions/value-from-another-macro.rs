//! A macro that nobody can see into must not give a value to a local that has none there: an assignment
//! to a place drops what it holds.
use std::future::ready;

fn drop_in_place(number: &mut u64) {
    *number = 0;
}

macro_rules! set {
    ($local:expr, $value:expr) => {
        $local = $value
    };
}

struct Pair {
    first: String,
    second: String,
}

#[coro::coroutine]
fn never_had_one() -> usize {
    let text: String;
    set!(text, String::from("text"));
    wait!(ready(text.len()))
}

#[coro::coroutine]
fn a_part_was_moved(mut pair: Pair) -> usize {
    wait!(ready(()));
    let Pair { first, .. } = pair;
    set!(pair, Pair { first: String::new(), second: first.clone() });
    wait!(ready(first.len())) + pair.first.len() + pair.second.len()
}

#[coro::coroutine]
fn a_reference(numbers: &mut [u64]) {
    let first = &mut numbers[0];
    wait!(ready(()));
    drop_in_place(first);
    set!(*first, 1);
    wait!(ready(*first));
}

#[coro::coroutine]
fn a_number() -> u64 {
    let number;
    set!(number, 1);
    wait!(ready(number))
}

fn main() {}
