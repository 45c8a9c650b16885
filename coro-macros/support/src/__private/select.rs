//! The first of several futures, as `tokio::select!` waits for it.
//!
//! ```text
//!   branch(a, |output| …)  ─┐
//!   branch(b, |output| …)  ─┴→  (A, (B, ()))  →  select(…)  →  Either::Right(Either::Left(output of b))
//! ```
//!
//! Laws: a branch that is disabled keeps its future, as there, until the whole is dropped. Futures are
//! dropped in the order of the branches.
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::sync::atomic::{AtomicU32, Ordering};
use core::task::{Context, Poll};

/// The output of the first of a list of branches, or of one of the others; `()` is at its end, for when
/// all are disabled.
pub enum Either<Left, Right> {
    /// Of the first.
    Left(Left),
    /// Of one of the others.
    Right(Right),
}

/// A future, and whether the pattern of its arm matches an output.
pub struct Branch<F, M> {
    future: F,
    matches: M,
}

/// One branch.
pub fn branch<I, M>(future: I, matches: M) -> Branch<I::IntoFuture, M>
where
    I: IntoFuture,
    M: Fn(&I::Output) -> bool,
{
    let future = future.into_future();
    Branch { future, matches }
}

/// A list of branches.
pub trait Branches {
    /// The output of one of them.
    type Output;

    /// How many there are.
    const COUNT: u32;

    /// Polls one of them. It is ready with `None` if its pattern does not match.
    fn poll_branch(
        self: Pin<&mut Self>,
        index: u32,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Output>>;

    /// What there is when all are disabled.
    fn disabled() -> Self::Output;
}

impl Branches for () {
    type Output = ();

    const COUNT: u32 = 0;

    fn poll_branch(self: Pin<&mut Self>, _: u32, _: &mut Context<'_>) -> Poll<Option<()>> {
        Poll::Pending
    }

    fn disabled() {}
}

impl<F, M, Tail> Branches for (Branch<F, M>, Tail)
where
    F: Future,
    M: Fn(&F::Output) -> bool,
    Tail: Branches,
{
    type Output = Either<F::Output, Tail::Output>;

    const COUNT: u32 = 1 + Tail::COUNT;

    #[inline]
    fn poll_branch(
        self: Pin<&mut Self>,
        index: u32,
        context: &mut Context<'_>,
    ) -> Poll<Option<Self::Output>> {
        // SAFETY: the futures are pinned with the list: nothing here moves one out of it, and neither
        // the list nor a branch has a drop of its own. The pattern is not pinned.
        let (head, tail) = unsafe {
            let (head, tail) = self.get_unchecked_mut();
            (head, Pin::new_unchecked(tail))
        };
        match index.checked_sub(1) {
            Some(index) => {
                let poll = tail.poll_branch(index, context);
                poll.map(|output| output.map(Either::Right))
            }
            None => {
                // SAFETY: as above.
                let future = unsafe { Pin::new_unchecked(&mut head.future) };
                let poll = future.poll(context);
                poll.map(|output| (head.matches)(&output).then_some(Either::Left(output)))
            }
        }
    }

    fn disabled() -> Self::Output {
        Either::Right(Tail::disabled())
    }
}

/// The future of a `select!`.
pub struct Select<List> {
    list: List,
    /// A bit for each branch.
    disabled: u64,
    is_biased: bool,
}

/// Waits for the first of a list of branches. They are polled from the first on if it is biased, else
/// from a random one on.
pub fn select<List: Branches>(is_biased: bool, disabled: u64, list: List) -> Select<List> {
    const { assert!(List::COUNT <= u64::BITS, "up to 64 branches are supported") };
    Select {
        list,
        disabled,
        is_biased,
    }
}

impl<List: Branches> Future for Select<List> {
    type Output = List::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<List::Output> {
        // SAFETY: the list is pinned with this, which has no drop of its own; the rest is not.
        let (mut list, disabled, is_biased) = unsafe {
            let this = self.get_unchecked_mut();
            let list = Pin::new_unchecked(&mut this.list);
            (list, &mut this.disabled, this.is_biased)
        };
        let first = if is_biased { 0 } else { random(List::COUNT) };
        let mut waits = false;
        for index in (first..List::COUNT).chain(0..first) {
            let bit = 1 << index;
            if *disabled & bit != 0 {
                continue;
            }
            match list.as_mut().poll_branch(index, context) {
                Poll::Pending => waits = true,
                Poll::Ready(output) => {
                    *disabled |= bit;
                    if let Some(output) = output {
                        return Poll::Ready(output);
                    }
                }
            }
        }
        match waits {
            true => Poll::Pending,
            false => Poll::Ready(List::disabled()),
        }
    }
}

/// A number below a limit. Threads may take the same one: fairness asks for no more.
fn random(limit: u32) -> u32 {
    static STATE: AtomicU32 = AtomicU32::new(0);
    let state = STATE.load(Ordering::Relaxed).wrapping_add(0x9e37_79b9);
    STATE.store(state, Ordering::Relaxed);
    let mixed = (state ^ (state >> 16)).wrapping_mul(0x21f0_aaad);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x735a_2d97);
    let mixed = mixed ^ (mixed >> 15);
    // The upper bits of the product are evenly spread.
    ((u64::from(mixed) * u64::from(limit)) >> u32::BITS) as u32
}
