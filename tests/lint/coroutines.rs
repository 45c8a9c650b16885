//! Coroutines of every form, in bodies that no lint objects to.
use core::future::{Future, ready};
use core::num::ParseIntError;

/// A counter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counter {
    count: u32,
}

/// A source of numbers.
pub trait Source {
    /// The next number.
    fn next_number(&mut self) -> impl Future<Output = u32>;
    /// The sum of the next two numbers.
    fn sum_of_two(&mut self) -> impl Future<Output = u32>;
}

impl Source for Counter {
    #[coro::coroutine]
    fn next_number(&mut self) -> u32 {
        self.count += wait!(ready(1));
        self.count
    }

    #[coro::coroutine]
    async fn sum_of_two(&mut self) -> u32 {
        let first = self.next_number().await;
        first + self.next_number().await
    }
}

impl Counter {
    /// By value.
    #[coro::coroutine]
    #[must_use]
    pub fn into_count(self) -> u32 {
        wait!(ready(self.count))
    }

    /// By reference, with an output that borrows.
    #[coro::coroutine]
    pub fn count<'a>(&'a self) -> &'a u32 {
        wait!(ready(()));
        &self.count
    }

    /// Through a pointer, with a receiver that is changed.
    #[coro::coroutine]
    pub fn increment(mut self, by: u32) -> Self {
        self.count += wait!(ready(by));
        self
    }
}

/// Without a suspension.
#[coro::coroutine]
pub fn never_waits(number: u32) -> u32 {
    number + 1
}

/// Without anything.
#[coro::coroutine]
pub fn nothing() {}

/// A function with generics and bounds.
#[coro::coroutine]
pub fn generic<'a, T, const N: usize>(list: &'a [T; N], index: usize) -> Option<&'a T>
where
    T: PartialEq + Sync + 'a,
{
    let index = wait!(ready(index));
    list.get(index)
}

/// An anonymous type parameter, and patterns.
#[coro::coroutine]
pub fn patterns(iterator: impl Iterator<Item = (u32, u32)> + Send, (first, mut second): (u32, u32)) -> u32 {
    for (left, right) in iterator {
        second += wait!(ready(left)) * right;
    }
    first + second
}

/// Branches, loops and labels.
#[coro::coroutine]
pub fn control_flow(limit: u32) -> u32 {
    let mut total = 0;
    'outer: loop {
        let mut step = 0;
        while wait!(ready(step < limit)) {
            step += 1;
            total += if step % 2 == 0 { wait!(ready(step)) } else { 1 };
            match wait!(ready(total)) {
                0..=3 => {}
                4..=9 => continue,
                _ => break 'outer,
            }
            step += 1;
        }
    }
    if let Some(more) = wait!(ready(Some(total))) {
        wait!(ready(()));
        total += more;
    }
    total
}

/// Early exits.
///
/// # Errors
///
/// When the text is no number.
#[coro::coroutine]
pub fn question_mark(text: &str) -> Result<u32, ParseIntError> {
    let number = text.parse::<u32>()?;
    let more = wait!(ready(text.parse::<u32>()))?;
    if number > more {
        return Ok(number);
    }
    let Some(sum) = wait!(ready(number.checked_add(more))) else {
        return Ok(0);
    };
    Ok(sum)
}

/// Borrows across suspensions, and closures.
#[coro::coroutine]
pub fn borrows() -> usize {
    let mut buffer = [0_u8; 16];
    let part = &mut buffer[4..8];
    wait!(ready(()));
    part.fill(1);
    let sum = |bytes: &[u8]| bytes.iter().filter(|byte| **byte > 0).count();
    wait!(ready(()));
    let ones = sum(&buffer);
    let owned = buffer.to_vec();
    let later = move || owned.len();
    ones + wait!(ready(later()))
}

/// A value that is moved on some ways only.
#[coro::coroutine]
pub fn moved(flag: bool, text: String) -> usize {
    if flag {
        drop(text);
    }
    wait!(ready(1))
}

/// Macros of the standard library.
#[coro::coroutine]
pub fn macros(name: &str) -> String {
    let number = wait!(ready(1_u32));
    assert_eq!(number, wait!(ready(1_u32)), "{name}");
    let list = std::vec![wait!(ready(1_u32)), 2_u32];
    std::format!("{name} {number} {}", wait!(ready(list.len())))
}

/// Items in the body.
#[coro::coroutine]
pub fn items() -> u32 {
    const START: u32 = 1;
    const fn double(number: u32) -> u32 {
        number * 2
    }
    wait!(ready(double(START)))
}

/// Assignments on some ways only.
#[coro::coroutine]
pub fn assigned(start: u32) -> u32 {
    let later;
    let mut number = start;
    wait!(ready(()));
    if number > 1 {
        number += 1;
        later = wait!(ready(number));
        wait!(ready(()));
    } else {
        later = wait!(ready(1));
    }
    wait!(ready(()));
    later
}
