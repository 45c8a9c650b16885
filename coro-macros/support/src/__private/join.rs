//! All of several futures, as `join!` and `try_join!` of tokio and of futures wait for them.
//!
//! ```text
//!   joined(a)  ─┐
//!   joined(b)  ─┴→  (A, (B, ()))  →  join(order, …, |(a, (b, ()))| (a, b))  →  (output of a, output of b)
//! ```
//!
//! Laws: a future is dropped when it is ready, and what is left in the order of the list.
use core::convert::Infallible;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

/// A future, and then its output.
pub enum Joined<F: Future> {
    /// It is not ready.
    Running(F),
    /// It is.
    Done(F::Output),
    /// The output has been taken.
    Gone,
}

/// One of the futures.
pub fn joined<I: IntoFuture>(future: I) -> Joined<I::IntoFuture> {
    Joined::Running(future.into_future())
}

impl<F: Future> Joined<F> {
    fn poll_once(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // SAFETY: the future is pinned with this: it is dropped where it is, and this has no drop of its own.
        if let Joined::Running(future) = unsafe { self.as_mut().get_unchecked_mut() } {
            // SAFETY: as above.
            let output = ready!(unsafe { Pin::new_unchecked(future) }.poll(context));
            self.set(Joined::Done(output));
        }
        Poll::Ready(())
    }

    fn output(self: Pin<&mut Self>) -> Option<&mut F::Output> {
        // SAFETY: an output is not pinned.
        match unsafe { self.get_unchecked_mut() } {
            Joined::Done(output) => Some(output),
            Joined::Running(_) | Joined::Gone => None,
        }
    }

    fn take(mut self: Pin<&mut Self>) -> F::Output {
        if self.as_mut().output().is_none() {
            panic!("`join!` was polled after it was ready");
        }
        // SAFETY: there is no future, and an output is not pinned.
        match core::mem::replace(unsafe { self.get_unchecked_mut() }, Joined::Gone) {
            Joined::Done(output) => output,
            Joined::Running(_) | Joined::Gone => unreachable!("there is an output"),
        }
    }
}

/// A list of futures.
pub trait JoinList {
    /// Their outputs, nested like the list.
    type Outputs;

    /// How many there are.
    const COUNT: u32;

    /// Polls one of them, unless it is done.
    fn poll_one(self: Pin<&mut Self>, index: u32, context: &mut Context<'_>) -> Poll<()>;

    /// The outputs, after all are done.
    fn take(self: Pin<&mut Self>) -> Self::Outputs;
}

/// A list of futures whose outputs are results.
pub trait TryJoinList<E>: JoinList {
    /// The values, nested like the list.
    type Values;

    /// Takes the output of one that is done, if it is an error.
    fn take_error(self: Pin<&mut Self>, index: u32) -> Option<E>;

    /// The values, after all are done and none is an error.
    fn take_values(self: Pin<&mut Self>) -> Self::Values;
}

/// Both parts of a list.
fn parts<Head, Tail>(list: Pin<&mut (Head, Tail)>) -> (Pin<&mut Head>, Pin<&mut Tail>) {
    // SAFETY: both are pinned with the list, which has no drop of its own.
    unsafe {
        let (head, tail) = list.get_unchecked_mut();
        (Pin::new_unchecked(head), Pin::new_unchecked(tail))
    }
}

impl JoinList for () {
    type Outputs = ();

    const COUNT: u32 = 0;

    fn poll_one(self: Pin<&mut Self>, _: u32, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    fn take(self: Pin<&mut Self>) {}
}

impl<F: Future, Tail: JoinList> JoinList for (Joined<F>, Tail) {
    type Outputs = (F::Output, Tail::Outputs);

    const COUNT: u32 = 1 + Tail::COUNT;

    #[inline]
    fn poll_one(self: Pin<&mut Self>, index: u32, context: &mut Context<'_>) -> Poll<()> {
        let (head, tail) = parts(self);
        match index.checked_sub(1) {
            Some(index) => tail.poll_one(index, context),
            None => head.poll_once(context),
        }
    }

    fn take(self: Pin<&mut Self>) -> Self::Outputs {
        let (head, tail) = parts(self);
        (head.take(), tail.take())
    }
}

impl<E> TryJoinList<E> for () {
    type Values = ();

    fn take_error(self: Pin<&mut Self>, _: u32) -> Option<E> {
        None
    }

    fn take_values(self: Pin<&mut Self>) {}
}

impl<F, T, E, Tail> TryJoinList<E> for (Joined<F>, Tail)
where
    F: Future<Output = Result<T, E>>,
    Tail: TryJoinList<E>,
{
    type Values = (T, Tail::Values);

    #[inline]
    fn take_error(self: Pin<&mut Self>, index: u32) -> Option<E> {
        let (mut head, tail) = parts(self);
        match index.checked_sub(1) {
            Some(index) => tail.take_error(index),
            None if matches!(head.as_mut().output(), Some(Err(_))) => head.take().err(),
            None => None,
        }
    }

    fn take_values(self: Pin<&mut Self>) -> Self::Values {
        let (head, tail) = parts(self);
        let Ok(value) = head.take() else {
            unreachable!("an error has ended it")
        };
        (value, tail.take_values())
    }
}

/// In which order a list is polled.
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    /// Each poll begins with the one behind that with which the last poll began.
    Turns,
    /// From the first to the last.
    Forwards,
    /// From the last to the first.
    Backwards,
}

/// What the futures of both have in common.
struct Turns<List> {
    list: List,
    order: Order,
    /// Where the next poll begins.
    first: u32,
}

impl<List: JoinList> Turns<List> {
    fn new(order: Order, list: List) -> Self {
        Turns {
            list,
            order,
            first: 0,
        }
    }

    /// Polls all, until one has made something that `ends` it.
    fn poll<E>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        ends: impl Fn(Pin<&mut List>, u32) -> Option<E>,
    ) -> Poll<Result<Pin<&mut List>, E>> {
        // SAFETY: the list is pinned with this, which has no drop of its own; the rest is not.
        let (mut list, order, turn) = unsafe {
            let this = self.get_unchecked_mut();
            (
                Pin::new_unchecked(&mut this.list),
                this.order,
                &mut this.first,
            )
        };
        let first = *turn;
        if order == Order::Turns {
            *turn = (first + 1) % List::COUNT.max(1);
        }
        let mut waits = false;
        for step in 0..List::COUNT {
            let index = match order {
                Order::Turns | Order::Forwards => (first + step) % List::COUNT,
                Order::Backwards => List::COUNT - 1 - step,
            };
            if list.as_mut().poll_one(index, context).is_pending() {
                waits = true;
            } else if let Some(end) = ends(list.as_mut(), index) {
                return Poll::Ready(Err(end));
            }
        }
        match waits {
            true => Poll::Pending,
            false => Poll::Ready(Ok(list)),
        }
    }
}

/// The future of a `join!`.
pub struct Join<List, Flatten> {
    turns: Turns<List>,
    flatten: Flatten,
}

/// Waits for all, and makes one tuple of the nested outputs.
pub fn join<List, Flatten, T>(order: Order, list: List, flatten: Flatten) -> Join<List, Flatten>
where
    List: JoinList,
    Flatten: Fn(List::Outputs) -> T,
{
    let turns = Turns::new(order, list);
    Join { turns, flatten }
}

impl<List, Flatten, T> Future for Join<List, Flatten>
where
    List: JoinList,
    Flatten: Fn(List::Outputs) -> T,
{
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // SAFETY: the list is pinned with this, which has no drop of its own; the closure is not.
        let (turns, flatten) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.turns), &this.flatten)
        };
        let Ok(list) = ready!(turns.poll(context, |_, _| None::<Infallible>));
        Poll::Ready(flatten(list.take()))
    }
}

/// The future of a `try_join!`.
pub struct TryJoin<List, Flatten, E> {
    turns: Turns<List>,
    flatten: Flatten,
    error: core::marker::PhantomData<fn() -> E>,
}

/// Waits for all or for the first error, and makes one tuple of the nested values.
pub fn try_join<List, Flatten, T, E>(
    order: Order,
    list: List,
    flatten: Flatten,
) -> TryJoin<List, Flatten, E>
where
    List: TryJoinList<E>,
    Flatten: Fn(List::Values) -> T,
{
    TryJoin {
        turns: Turns::new(order, list),
        flatten,
        error: core::marker::PhantomData,
    }
}

impl<List, Flatten, T, E> Future for TryJoin<List, Flatten, E>
where
    List: TryJoinList<E>,
    Flatten: Fn(List::Values) -> T,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T, E>> {
        // SAFETY: the list is pinned with this, which has no drop of its own; the closure is not.
        let (turns, flatten) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.turns), &this.flatten)
        };
        Poll::Ready(match ready!(turns.poll(context, List::take_error)) {
            Ok(list) => Ok(flatten(list.take_values())),
            Err(error) => Err(error),
        })
    }
}
