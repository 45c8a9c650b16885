//! Waiting for all of several futures.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::{Cons, Nil};

/// Awaits several futures at once, and yields their outputs as a tuple.
///
/// It makes a future, which has to be awaited: `join!(a, b).await`, or `wait!(join!(a, b))`
/// in a coroutine. The futures run in the calling task, so they may borrow, and none of
/// them is boxed. Each poll polls all that are not ready yet, in the order of the source;
/// for many futures of one type use [`join_all`](fn@crate::join_all).
///
/// # Examples
///
/// ```
/// use coro_runtime::time::sleep;
/// use std::time::{Duration, Instant};
///
/// async fn delayed<T>(milliseconds: u64, value: T) -> T {
///     sleep(Duration::from_millis(milliseconds)).await;
///     value
/// }
///
/// coro_runtime::block_on(async {
///     let start = Instant::now();
///     let both = coro_runtime::join!(delayed(2, "two"), delayed(1, 1)).await;
///     assert_eq!(both, ("two", 1));
///     assert!(start.elapsed() >= Duration::from_millis(2));
/// });
/// ```
#[macro_export]
macro_rules! join {
    // How a coroutine says that it hands over what it mentions.
    (@in_coroutine $($futures:tt)*) => { $crate::join!($($futures)*) };
    ($($future:expr),* $(,)?) => {
        $crate::combine::join(
            $crate::__join_list!($($future,)*),
            $crate::__join_flat!([$($future,)*] []),
        )
    };
}

/// Awaits several futures at once that yield results: a tuple of the values if all succeed,
/// or the first error, for which it does not wait for the others.
///
/// It makes a future, as [`join!`](macro@crate::join) does. The error types are the same.
///
/// # Examples
///
/// ```
/// use std::future::{pending, ready};
///
/// coro_runtime::block_on(async {
///     let parsed = coro_runtime::try_join!(ready("1".parse::<i32>()), ready("2".parse::<i32>()));
///     assert_eq!(parsed.await, Ok((1, 2)));
///     let failed = coro_runtime::try_join!(pending::<Result<(), _>>(), ready(Err::<(), _>("no")));
///     assert_eq!(failed.await, Err("no"));
/// });
/// ```
#[macro_export]
macro_rules! try_join {
    // How a coroutine says that it hands over what it mentions.
    (@in_coroutine $($futures:tt)*) => { $crate::try_join!($($futures)*) };
    ($($future:expr),* $(,)?) => {
        $crate::combine::try_join(
            $crate::__join_list!($($future,)*),
            $crate::__join_flat!([$($future,)*] []),
        )
    };
}

/// From `a, b,` into a list of joined futures.
#[doc(hidden)]
#[macro_export]
macro_rules! __join_list {
    () => { $crate::combine::Nil };
    ($first:expr, $($rest:expr,)*) => {
        $crate::combine::Cons::new(
            $crate::combine::Joined::new($first),
            $crate::__join_list!($($rest,)*),
        )
    };
}

/// From `[a, b,] []` into `|(x, (y, ()))| (x, y,)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __join_flat {
    ([] [$($name:ident)*]) => {
        |$crate::__join_nest!($($name)*)| ($($name,)*)
    };
    // The names differ, because each comes from another expansion.
    ([$first:expr, $($rest:expr,)*] [$($name:ident)*]) => {
        $crate::__join_flat!([$($rest,)*] [$($name)* value])
    };
}

/// From `x y` into `(x, (y, ()))`.
#[doc(hidden)]
#[macro_export]
macro_rules! __join_nest {
    () => { () };
    ($first:ident $($rest:ident)*) => { ($first, $crate::__join_nest!($($rest)*)) };
}

pin_project! {
    /// One of the futures, and then its output.
    #[derive(Debug)]
    #[project = JoinedProjection]
    #[project_replace = JoinedReplacement]
    pub enum Joined<F, T> {
        Running { #[pin] future: F },
        Done { value: T },
        Gone,
    }
}

impl<F, T> Joined<F, T> {
    /// A future that was not polled yet.
    pub fn new(future: impl IntoFuture<IntoFuture = F>) -> Joined<F, T> {
        let future = future.into_future();
        Joined::Running { future }
    }

    /// Polls the future, unless it has ended, and keeps what `keep` makes of its output.
    fn poll_once<E>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        keep: impl FnOnce(F::Output) -> Result<T, E>,
    ) -> Poll<Result<(), E>>
    where
        F: Future,
    {
        match self.as_mut().project() {
            JoinedProjection::Running { future } => {
                let output = ready!(future.poll(context));
                // The future is dropped first, as it is by an `.await`.
                self.as_mut().project_replace(Joined::Gone);
                match keep(output) {
                    Ok(value) => self.project_replace(Joined::Done { value }),
                    Err(error) => return Poll::Ready(Err(error)),
                };
                Poll::Ready(Ok(()))
            }
            JoinedProjection::Done { .. } => Poll::Ready(Ok(())),
            JoinedProjection::Gone => panic!("a joined future was polled after it was ready"),
        }
    }

    fn take(self: Pin<&mut Self>) -> T {
        match self.project_replace(Joined::Gone) {
            JoinedReplacement::Done { value } => value,
            _ => unreachable!("the output is taken when all futures have ended"),
        }
    }
}

/// A list of futures that are joined.
pub trait JoinList {
    /// The outputs, nested like the list.
    type Outputs;

    /// Polls all that have not ended.
    fn poll_all(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()>;

    /// The outputs, after all have ended.
    fn take_all(self: Pin<&mut Self>) -> Self::Outputs;
}

impl JoinList for Nil {
    type Outputs = ();

    fn poll_all(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    fn take_all(self: Pin<&mut Self>) {}
}

impl<F: Future, Tail: JoinList> JoinList for Cons<Joined<F, F::Output>, Tail> {
    type Outputs = (F::Output, Tail::Outputs);

    fn poll_all(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let list = self.project();
        let head = list.head.poll_once(context, Ok::<_, ()>);
        // All are polled, whether the others are ready or not.
        let tail = list.tail.poll_all(context);
        if head.is_ready() { tail } else { Poll::Pending }
    }

    fn take_all(self: Pin<&mut Self>) -> Self::Outputs {
        let list = self.project();
        (list.head.take(), list.tail.take_all())
    }
}

/// A list of futures that are joined until one fails.
pub trait TryJoinList<E> {
    /// The values, nested like the list.
    type Values;

    /// Polls those that have not ended, until one fails.
    fn poll_all(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), E>>;

    /// The values, after all have succeeded.
    fn take_all(self: Pin<&mut Self>) -> Self::Values;
}

impl<E> TryJoinList<E> for Nil {
    type Values = ();

    fn poll_all(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Ready(Ok(()))
    }

    fn take_all(self: Pin<&mut Self>) {}
}

impl<F, T, E, Tail> TryJoinList<E> for Cons<Joined<F, T>, Tail>
where
    F: Future<Output = Result<T, E>>,
    Tail: TryJoinList<E>,
{
    type Values = (T, Tail::Values);

    fn poll_all(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), E>> {
        let list = self.project();
        let head = list.head.poll_once(context, |output| output);
        if let Poll::Ready(Err(error)) = head {
            return Poll::Ready(Err(error));
        }
        match list.tail.poll_all(context) {
            Poll::Ready(Ok(())) if head.is_pending() => Poll::Pending,
            tail => tail,
        }
    }

    fn take_all(self: Pin<&mut Self>) -> Self::Values {
        let list = self.project();
        (list.head.take(), list.tail.take_all())
    }
}

pin_project! {
    /// The future that `join!` makes.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Join<List, Flat> {
        #[pin]
        list: List,
        flat: Option<Flat>,
    }
}

/// Joins a list; `flat` makes a tuple of its nested outputs.
pub fn join<List, Flat, Tuple>(list: List, flat: Flat) -> Join<List, Flat>
where
    List: JoinList,
    Flat: FnOnce(List::Outputs) -> Tuple,
{
    let flat = Some(flat);
    Join { list, flat }
}

impl<List, Flat, Tuple> Future for Join<List, Flat>
where
    List: JoinList,
    Flat: FnOnce(List::Outputs) -> Tuple,
{
    type Output = Tuple;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Tuple> {
        let mut this = self.project();
        ready!(this.list.as_mut().poll_all(context));
        let flat = this
            .flat
            .take()
            .expect("a `join!` was polled after it was ready");
        Poll::Ready(flat(this.list.take_all()))
    }
}

pin_project! {
    /// The future that `try_join!` makes.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct TryJoin<List, Flat, E> {
        #[pin]
        list: List,
        flat: Option<Flat>,
        error: std::marker::PhantomData<fn() -> E>,
    }
}

/// Joins a list until a future fails; `flat` makes a tuple of its nested values.
pub fn try_join<List, Flat, Tuple, E>(list: List, flat: Flat) -> TryJoin<List, Flat, E>
where
    List: TryJoinList<E>,
    Flat: FnOnce(List::Values) -> Tuple,
{
    TryJoin {
        list,
        flat: Some(flat),
        error: std::marker::PhantomData,
    }
}

impl<List, Flat, Tuple, E> Future for TryJoin<List, Flat, E>
where
    List: TryJoinList<E>,
    Flat: FnOnce(List::Values) -> Tuple,
{
    type Output = Result<Tuple, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        ready!(this.list.as_mut().poll_all(context))?;
        let flat = this
            .flat
            .take()
            .expect("a `try_join!` was polled after it was ready");
        Poll::Ready(Ok(flat(this.list.take_all())))
    }
}
