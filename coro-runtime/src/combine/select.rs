//! Waiting for the first of several futures.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Cons, Nil};

/// Awaits the first of several futures, and yields the value of its arm; the other futures
/// are dropped.
///
/// ```text
/// select! {
///     biased;                                       optional
///     pattern = future => expression,
///     pattern = future, if condition => { block }
///     else => expression,                           optional
/// }
/// ```
///
/// It makes a future, which has to be awaited: `select! { … }.await`, or
/// `wait!(select! { … })` in a coroutine.
///
/// The order in which the futures are polled is random, so that one that is always ready
/// does not keep the others from theirs; with `biased;` it is the order of the source.
///
/// An arm whose condition is false is disabled, and its future is not even made. With an
/// `else` arm the patterns may be refutable: an arm whose pattern does not match what its
/// future yielded is disabled too, and the others are waited for. The `else` arm is for when
/// all are disabled.
///
/// # What the arms may do
///
/// The arms are the body of a closure. They may use what is around them, but can neither
/// await nor leave the function or a loop around them; and with an `else` arm they cannot
/// move what they use (they may be tried more than once). An arm that has to do more yields
/// a value that says so, for a `match` on the outcome, where all the futures and all
/// borrows are gone:
///
/// ```
/// use coro_runtime::net::TcpStream;
/// use coro_runtime::select;
/// use coro_runtime::time::Interval;
///
/// enum Event {
///     Received(std::io::Result<usize>),
///     Tick,
/// }
///
/// async fn serve(stream: &mut TcpStream, ticks: &mut Interval) -> std::io::Result<()> {
///     let mut buffer = [0; 512];
///     loop {
///         let event = select! {
///             count = stream.read(&mut buffer) => Event::Received(count),
///             _ = ticks.tick() => Event::Tick,
///         };
///         match event.await {
///             Event::Received(count) => {
///                 let count = count?;
///                 if count == 0 {
///                     return Ok(());
///                 }
///                 stream.write_all(&buffer[..count]).await?;
///             }
///             Event::Tick => stream.write_all(b"still here").await?,
///         }
///     }
/// }
/// ```
///
/// # Panics
///
/// When all arms are disabled and there is no `else` arm.
///
/// # Examples
///
/// ```
/// use coro_runtime::select;
/// use coro_runtime::time::sleep;
/// use std::time::Duration;
///
/// coro_runtime::block_on(async {
///     let first = select! {
///         _ = sleep(Duration::from_secs(60)) => "a minute",
///         _ = sleep(Duration::from_millis(1)) => "one",
///     };
///     assert_eq!(first.await, "one");
///
///     let value = select! {
///         biased;
///         Some(number) = std::future::ready(None::<i32>) => number,
///         number = std::future::ready(3), if false => number,
///         else => 0,
///     };
///     assert_eq!(value.await, 0);
/// });
/// ```
#[macro_export]
macro_rules! select {
    // How a coroutine says that what it mentions is made for a closure that is not `move`.
    (@in_coroutine $($select:tt)*) => { $crate::select!($($select)*) };
    (biased; $($arms:tt)*) => { $crate::__select!(@parse true [] $($arms)*) };
    ($($arms:tt)*) => { $crate::__select!(@parse false [] $($arms)*) };
}

/// From arms into `[{pattern} {branch} {expression}] …`, and then into a call.
#[doc(hidden)]
#[macro_export]
macro_rules! __select {
    (@parse $biased:tt [$([$($arm:tt)*])*]) => {
        $crate::combine::select(
            $biased,
            $crate::__select!(@list $([$($arm)*])*),
            |output| $crate::combine::Handled($crate::__select!(@match output $([$($arm)*])*)),
        )
    };
    (@parse $biased:tt [$([$($arm:tt)*])*] else => $otherwise:expr $(,)?) => {
        $crate::combine::select_or_else(
            $biased,
            $crate::__select!(@list $([$($arm)*])*),
            // An arm that diverges leaves what is around it unreachable.
            #[allow(unreachable_code)]
            |output| $crate::combine::Handled(match output {
                ::std::option::Option::Some(output) => {
                    $crate::__select!(@try output $([$($arm)*])*)
                }
                ::std::option::Option::None => ::std::option::Option::Some($otherwise),
            }),
        )
    };
    (@parse $biased:tt [$($arms:tt)*]
        $pattern:pat = $future:expr, if $condition:expr => $value:block, $($rest:tt)*
    ) => {
        $crate::__select!(@parse $biased [$($arms)* [
            {$pattern} {$crate::__select!(@branch $future, $condition)} {$value}
        ]] $($rest)*)
    };
    (@parse $biased:tt [$($arms:tt)*]
        $pattern:pat = $future:expr, if $condition:expr => $value:block $($rest:tt)*
    ) => {
        $crate::__select!(@parse $biased [$($arms)* [
            {$pattern} {$crate::__select!(@branch $future, $condition)} {$value}
        ]] $($rest)*)
    };
    (@parse $biased:tt [$($arms:tt)*]
        $pattern:pat = $future:expr, if $condition:expr => $value:expr $(, $($rest:tt)*)?
    ) => {
        $crate::__select!(@parse $biased [$($arms)* [
            {$pattern} {$crate::__select!(@branch $future, $condition)} {$value}
        ]] $($($rest)*)?)
    };
    (@parse $biased:tt [$($arms:tt)*]
        $pattern:pat = $future:expr => $value:block, $($rest:tt)*
    ) => {
        $crate::__select!(@parse $biased [$($arms)* [
            {$pattern} {$crate::__select!(@branch $future)} {$value}
        ]] $($rest)*)
    };
    (@parse $biased:tt [$($arms:tt)*]
        $pattern:pat = $future:expr => $value:block $($rest:tt)*
    ) => {
        $crate::__select!(@parse $biased [$($arms)* [
            {$pattern} {$crate::__select!(@branch $future)} {$value}
        ]] $($rest)*)
    };
    (@parse $biased:tt [$($arms:tt)*]
        $pattern:pat = $future:expr => $value:expr $(, $($rest:tt)*)?
    ) => {
        $crate::__select!(@parse $biased [$($arms)* [
            {$pattern} {$crate::__select!(@branch $future)} {$value}
        ]] $($($rest)*)?)
    };

    (@branch $future:expr) => { $crate::combine::Branch::new($future) };
    (@branch $future:expr, $condition:expr) => {
        if $condition {
            $crate::combine::Branch::new($future)
        } else {
            $crate::combine::Branch::disabled()
        }
    };

    (@list) => { $crate::combine::Nil };
    (@list [{$pattern:pat} {$branch:expr} {$value:expr}] $($rest:tt)*) => {
        $crate::combine::Cons::new($branch, $crate::__select!(@list $($rest)*))
    };

    // From arms into nested matches, that of the end being empty.
    (@match $output:ident) => { match $output {} };
    (@match $output:ident [{$pattern:pat} {$branch:expr} {$value:expr}] $($rest:tt)*) => {
        match $output {
            $crate::combine::Either::Left($pattern) => $value,
            $crate::combine::Either::Right(rest) => $crate::__select!(@match rest $($rest)*),
        }
    };

    (@try $output:ident) => { match $output {} };
    (@try $output:ident [{$pattern:pat} {$branch:expr} {$value:expr}] $($rest:tt)*) => {
        match $output {
            $crate::combine::Either::Left($pattern) => ::std::option::Option::Some($value),
            // The pattern before may be irrefutable.
            #[allow(unreachable_patterns)]
            $crate::combine::Either::Left(_) => ::std::option::Option::None,
            $crate::combine::Either::Right(rest) => $crate::__select!(@try rest $($rest)*),
        }
    };
}

/// The output of the first of a list of futures, or of one of the others.
#[derive(Debug)]
pub enum Either<Left, Right> {
    /// Of the first.
    Left(Left),
    /// Of one of the others.
    Right(Right),
}

/// What the closure of the arms returns. It is not the type of their value, so that a
/// `return` in an arm, which would leave the closure only, is an error.
#[derive(Debug)]
pub struct Handled<T>(pub T);

pin_project! {
    /// A future that may be the first; nothing when its arm is disabled.
    #[derive(Debug)]
    pub struct Branch<F> {
        #[pin]
        future: Option<F>,
    }
}

impl<F: Future> Branch<F> {
    /// An arm that takes part.
    pub fn new(future: impl IntoFuture<IntoFuture = F>) -> Branch<F> {
        let future = Some(future.into_future());
        Branch { future }
    }

    /// An arm that does not.
    #[must_use]
    pub fn disabled() -> Branch<F> {
        Branch { future: None }
    }
}

/// A list of branches.
pub trait Branches {
    /// The output of one of them.
    type Output;

    /// How many there are.
    const COUNT: usize;

    /// Polls one of them. When it is ready it is disabled, and when it is disabled it yields
    /// `None`.
    fn poll_branch(
        self: Pin<&mut Self>,
        index: usize,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Output>>;
}

impl Branches for Nil {
    type Output = Infallible;

    const COUNT: usize = 0;

    fn poll_branch(
        self: Pin<&mut Self>,
        _index: usize,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Infallible>> {
        Poll::Ready(None)
    }
}

impl<F: Future, Tail: Branches> Branches for Cons<Branch<F>, Tail> {
    type Output = Either<F::Output, Tail::Output>;

    const COUNT: usize = 1 + Tail::COUNT;

    fn poll_branch(
        self: Pin<&mut Self>,
        index: usize,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Output>> {
        let list = self.project();
        if let Some(index) = index.checked_sub(1) {
            let poll = list.tail.poll_branch(index, context);
            return poll.map(|output| output.map(Either::Right));
        }
        let mut branch = list.head.project().future;
        let Some(future) = branch.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        future.poll(context).map(|output| {
            branch.set(None);
            Some(Either::Left(output))
        })
    }
}

/// What is done with an output, or `None` when all branches are disabled.
pub trait Handler<Output> {
    /// The value of the arm.
    type Value;

    /// The value, or `None` when the pattern of the arm does not match.
    fn handle(&mut self, output: Option<Output>) -> Option<Self::Value>;
}

/// The arms of a `select!` without `else`.
#[derive(Debug)]
pub struct Once<Arms>(Option<Arms>);

impl<Output, Value, Arms: FnOnce(Output) -> Handled<Value>> Handler<Output> for Once<Arms> {
    type Value = Value;

    fn handle(&mut self, output: Option<Output>) -> Option<Value> {
        let arms = self
            .0
            .take()
            .expect("a `select!` was polled after it was ready");
        let output = output.expect("all arms of a `select!` are disabled, and it has no `else`");
        Some(arms(output).0)
    }
}

/// The arms of a `select!` with `else`.
#[derive(Debug)]
pub struct Repeated<Arms>(Arms);

impl<Output, Value, Arms> Handler<Output> for Repeated<Arms>
where
    Arms: FnMut(Option<Output>) -> Handled<Option<Value>>,
{
    type Value = Value;

    fn handle(&mut self, output: Option<Output>) -> Option<Value> {
        (self.0)(output).0
    }
}

pin_project! {
    /// The future that `select!` makes.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Select<List, Arms> {
        biased: bool,
        #[pin]
        list: List,
        arms: Arms,
    }
}

/// Selects from a list, without an `else` arm.
pub fn select<List, Arms, Value>(biased: bool, list: List, arms: Arms) -> Select<List, Once<Arms>>
where
    List: Branches,
    Arms: FnOnce(List::Output) -> Handled<Value>,
{
    let arms = Once(Some(arms));
    Select { biased, list, arms }
}

/// Selects from a list, with an `else` arm.
pub fn select_or_else<List, Arms, Value>(
    biased: bool,
    list: List,
    arms: Arms,
) -> Select<List, Repeated<Arms>>
where
    List: Branches,
    Arms: FnMut(Option<List::Output>) -> Handled<Option<Value>>,
{
    let arms = Repeated(arms);
    Select { biased, list, arms }
}

impl<List, Arms> Future for Select<List, Arms>
where
    List: Branches,
    Arms: Handler<List::Output>,
{
    type Output = Arms::Value;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Arms::Value> {
        let mut this = self.project();
        let first = if *this.biased || List::COUNT < 2 {
            0
        } else {
            fastrand::usize(..List::COUNT)
        };
        let mut waits = false;
        for step in 0..List::COUNT {
            let index = (first + step) % List::COUNT;
            match this.list.as_mut().poll_branch(index, context) {
                Poll::Pending => waits = true,
                Poll::Ready(None) => {}
                Poll::Ready(output) => {
                    if let Some(value) = this.arms.handle(output) {
                        return Poll::Ready(value);
                    }
                }
            }
        }
        if waits {
            return Poll::Pending;
        }
        match this.arms.handle(None) {
            Some(value) => Poll::Ready(value),
            None => unreachable!("the `else` arm has no pattern to refuse anything"),
        }
    }
}
