//! Fibers that borrow from the stack of whoever makes them.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;

use super::Fiber;
use super::builder::Builder;
use super::resumed::Resumed;
use super::yielder::Yielder;

/// A fiber that ends with the call that it is lent in; see [`scoped`].
///
/// It is lent by a reference, and its `'scope` belongs to one call: so it can neither be kept, nor
/// changed for the fiber of another scope.
///
/// # Examples
///
/// See [`scoped`].
pub struct ScopedFiber<'scope, Input, Yield, Return> {
    fiber: Fiber<Input, Yield, Return>,
    /// Neither longer nor shorter.
    scope: PhantomData<fn(&'scope ()) -> &'scope ()>,
}

/// Makes a fiber that may borrow, and lends it to `then`. When that is over, so is the fiber: one that
/// is still suspended is cancelled, as if it were [dropped](super#dropping-a-fiber).
///
/// Its stack has [the default size](super::SIZE_BY_DEFAULT); [`Builder::scoped`] makes others.
///
/// # Panics
///
/// When no stack can be had, when `then` panics, and when the fiber panics while it is cancelled.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::scoped;
///
/// /// Calls back for each word, and cannot be told to stop.
/// fn each_word(text: &str, mut callback: impl FnMut(&str)) {
///     text.split(' ').for_each(|word| callback(word));
/// }
///
/// let text = String::from("a callback becomes an iterator");
/// let lengths: Vec<usize> = scoped(
///     |yielder, ()| each_word(&text, |word| yielder.suspend(word.len())),
///     |fiber| fiber.take(3).collect(),
/// );
/// assert_eq!(lengths, [1, 8, 7]);
/// ```
///
/// ```compile_fail,E0521
/// # use coro_runtime::fiber::scoped;
/// let mut kept = None;
/// scoped(|_, ()| (), |fiber: &mut _| kept = Some(fiber));
/// ```
#[track_caller]
pub fn scoped<Input, Yield, Return, Body, Answer>(
    body: Body,
    then: impl for<'scope> FnOnce(&mut ScopedFiber<'scope, Input, Yield, Return>) -> Answer,
) -> Answer
where
    Body: FnOnce(&Yielder<Input, Yield>, Input) -> Return,
{
    match Builder::new().scoped(body, then) {
        Ok(answer) => answer,
        Err(error) => panic!("{error}"),
    }
}

impl<Input, Yield, Return> ScopedFiber<'_, Input, Yield, Return> {
    /// Lends a fiber that may borrow, and drops it.
    ///
    /// The fiber is a local of this call, so it is dropped before anything ends that outlives the
    /// call, which is all that its types and its closure can name. If the call itself is on a fiber
    /// that is forgotten, that one's stack is kept for good, with all that is on it.
    pub(super) fn lend<Answer>(
        fiber: Fiber<Input, Yield, Return>,
        then: impl for<'scope> FnOnce(&mut ScopedFiber<'scope, Input, Yield, Return>) -> Answer,
    ) -> Answer {
        let mut scoped = ScopedFiber {
            fiber,
            scope: PhantomData,
        };
        then(&mut scoped)
    }

    /// Runs the fiber until it suspends or returns; see [`Fiber::resume`].
    ///
    /// # Panics
    ///
    /// With the fiber's own panic, and when it is over already.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::fiber::{Resumed, scoped};
    ///
    /// let mut sum = 0;
    /// scoped(
    ///     |yielder, number| {
    ///         sum += number;
    ///         sum += yielder.suspend("one more");
    ///     },
    ///     |fiber| {
    ///         assert_eq!(fiber.resume(2), Resumed::Yielded("one more"));
    ///         assert_eq!(fiber.resume(3), Resumed::Returned(()));
    ///     },
    /// );
    /// assert_eq!(sum, 5);
    /// ```
    #[inline]
    #[track_caller]
    pub fn resume(&mut self, input: Input) -> Resumed<Yield, Return> {
        self.fiber.resume(input)
    }

    /// Whether the closure has returned or panicked, so that the fiber cannot be resumed.
    ///
    /// # Examples
    ///
    /// ```
    /// coro_runtime::fiber::scoped(|_, ()| (), |fiber: &mut coro_runtime::fiber::ScopedFiber<(), (), ()>| {
    ///     assert!(!fiber.is_over());
    ///     let _ = fiber.resume(());
    ///     assert!(fiber.is_over());
    /// });
    /// ```
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.fiber.is_over()
    }
}

/// A fiber that takes nothing in is a generator.
impl<Yield> Iterator for ScopedFiber<'_, (), Yield, ()> {
    type Item = Yield;

    #[inline]
    fn next(&mut self) -> Option<Yield> {
        if self.is_over() {
            return None;
        }
        self.resume(()).yielded()
    }
}

impl<Yield> FusedIterator for ScopedFiber<'_, (), Yield, ()> {}

impl<Input, Yield, Return> fmt::Debug for ScopedFiber<'_, Input, Yield, Return> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("ScopedFiber")
            .field(&self.fiber)
            .finish()
    }
}
