//! Coroutines of every form, in bodies that no lint objects to.
use core::future::{self, Future};
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
        self.count += wait!(future::ready(1));
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
        wait!(future::ready(self.count))
    }

    /// By reference, with an output that borrows.
    #[coro::coroutine]
    pub fn count<'a>(&'a self) -> &'a u32 {
        wait!(future::ready(()));
        &self.count
    }

    /// Through a pointer, with a receiver that is changed.
    #[coro::coroutine]
    pub fn increment(mut self, by: u32) -> Self {
        self.count += wait!(future::ready(by));
        self
    }

    /// With a field that is only assigned.
    #[coro::coroutine]
    pub async fn reset(mut self, others: impl IntoIterator<Item = &u32>) -> u32 {
        self.count = 0;
        future::ready(()).await;
        others.into_iter().sum()
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
    let index = wait!(future::ready(index));
    list.get(index)
}

/// An anonymous type parameter, and patterns.
#[coro::coroutine]
pub fn patterns(
    iterator: impl Iterator<Item = (u32, u32)> + Send,
    (first, mut second): (u32, u32),
) -> u32 {
    for (left, right) in iterator {
        second += wait!(future::ready(left)) * right;
    }
    first + second
}

/// Branches, loops and labels.
#[coro::coroutine]
pub fn control_flow(limit: u32) -> u32 {
    let mut total = 0;
    'outer: loop {
        let mut step = 0;
        while wait!(future::ready(step < limit)) {
            step += 1;
            total += if step % 2 == 0 {
                wait!(future::ready(step))
            } else {
                1
            };
            match wait!(future::ready(total)) {
                0..=3 => {}
                4..=9 => continue,
                _ => break 'outer,
            }
            step += 1;
        }
    }
    if let Some(more) = wait!(future::ready(Some(total))) {
        wait!(future::ready(()));
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
    let more = wait!(future::ready(text.parse::<u32>()))?;
    if number > more {
        return Ok(number);
    }
    let Some(sum) = wait!(future::ready(number.checked_add(more))) else {
        return Ok(0);
    };
    Ok(sum)
}

/// Borrows across suspensions, and closures.
#[coro::coroutine]
pub fn borrows() -> usize {
    let mut buffer = [0_u8; 16];
    let part = &mut buffer[4..8];
    wait!(future::ready(()));
    part.fill(1);
    let sum = |bytes: &[u8]| bytes.iter().filter(|byte| **byte > 0).count();
    wait!(future::ready(()));
    let ones = sum(&buffer);
    let owned = buffer.to_vec();
    let later = move || owned.len();
    ones + wait!(future::ready(later()))
}

/// A value that is moved on some ways only.
#[coro::coroutine]
pub fn moved(flag: bool, text: String) -> usize {
    if flag {
        drop(text);
    }
    wait!(future::ready(1))
}

/// Macros of the standard library.
#[coro::coroutine]
pub fn macros(name: &str) -> String {
    let number = wait!(future::ready(1_u32));
    assert_eq!(number, wait!(future::ready(1_u32)), "{name}");
    let list = std::vec![wait!(future::ready(1_u32)), 2_u32];
    std::format!("{name} {number} {}", wait!(future::ready(list.len())))
}

/// Items in the body.
#[coro::coroutine]
pub fn items() -> u32 {
    const START: u32 = 1;
    const fn double(number: u32) -> u32 {
        number * 2
    }
    wait!(future::ready(double(START)))
}

/// Assignments on some ways only.
#[coro::coroutine]
pub fn assigned(start: u32) -> u32 {
    let later;
    let mut number = start;
    wait!(future::ready(()));
    if number > 1 {
        number += 1;
        later = wait!(future::ready(number));
        wait!(future::ready(()));
    } else {
        later = wait!(future::ready(1));
    }
    wait!(future::ready(()));
    later
}

/// A block, with everything that it takes.
pub fn block(
    name: &str,
    mut list: Vec<u32>,
) -> impl Future<Output = Result<usize, ParseIntError>> + '_ {
    list.push(1);
    coro::future! {
        let mut sum = 0;
        for item in &list {
            sum += wait!(future::ready(*item));
        }
        let parsed: u32 = wait!(future::ready(name)).parse()?;
        let inner = coro::future! { wait!(future::ready(list)).len() };
        Ok(wait!(inner) + usize::try_from(sum + parsed).unwrap_or_default())
    }
}

/// In both styles.
#[coro::coroutine(direct = length_directly)]
pub async fn length(mut text: String, (first, last): (char, char)) -> Option<usize> {
    let mut length = 0;
    text.push(future::ready(first).await);
    while future::ready(length < text.len()).await {
        length += 1;
    }
    if first == last {
        return None;
    }
    future::ready(()).await;
    Some(length)
}

impl Counter {
    /// In both styles, as a method.
    #[coro::coroutine(direct = wait_directly)]
    pub fn wait<'a>(&mut self, number: &'a u32) -> &'a u32 {
        self.count = wait!(future::ready(1));
        number
    }
}

/// On one line.
#[rustfmt::skip]
#[coro::coroutine(direct = on_one_line_directly)]
pub fn on_one_line() -> u32 { wait!(future::ready(1)) }

/// Methods on places, while an argument is waited for.
#[coro::coroutine]
pub async fn on_places(lists: &mut [Vec<u32>], index: usize, numbers: [u32; 3]) -> u32 {
    lists[index].push(future::ready(1).await);
    lists[index][..].sort_by_key(|number| *number);
    let most = numbers[index].max(future::ready(2).await);
    numbers[index].wrapping_add(future::ready(most).await)
}

/// A trait with a generic method.
pub trait Store {
    /// Puts something into it.
    #[coro::coroutine]
    fn put<T: Into<u32>>(&mut self, item: T) -> u32;
}

impl Store for Counter {
    #[coro::coroutine]
    fn put<T: Into<u32>>(&mut self, item: T) -> u32 {
        self.count = wait!(future::ready(item)).into();
        self.count
    }
}

/// A macro that nobody can see into.
macro_rules! noted {
    ($($argument:tt)*) => { format!($($argument)*) };
}

/// A name in a string, and a guard of alternatives.
#[coro::coroutine]
pub async fn in_a_string(name: String, width: usize) -> String {
    future::ready(()).await;
    if matches!(name.len(), 1 | 3 if future::ready(true).await) {
        return String::new();
    }
    let Some(first): Option<char> = name.chars().next() else {
        return future::ready(String::new()).await;
    };
    noted!("{name:>width$}{first}")
}

/// What the source allows and expects, where it says so.
#[coro::coroutine]
pub async fn expectations(
    parameter: u32,
    #[expect(unused_variables, reason = "nobody needs it")] unused: u32,
    #[allow(unused_mut, reason = "it is as well")] mut other: u32,
) -> u32 {
    #![expect(clippy::no_effect_underscore_binding, reason = "it has a name")]
    #[expect(unused_variables, reason = "nobody needs it")]
    let number = future::ready(1_u32).await;
    let _unused = parameter;
    #[expect(unused_must_use, reason = "it may fail")]
    future::ready("1".parse::<u32>()).await;
    #[expect(unused_variables, reason = "they are counted")]
    for item in 0_u32..3 {
        future::ready(()).await;
    }
    match future::ready(Some(other)).await {
        #[expect(unused_variables, reason = "one arm only")]
        Some(found) => future::ready(2).await,
        None => other,
    }
}
