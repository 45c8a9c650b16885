//! Many futures at once, in one task.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use crate::sync::lock;

/// Awaits all of `futures` at once, and yields their outputs in the order of the futures.
///
/// All run in the calling task, so they may borrow; only those that were woken are polled
/// again. To let them run by themselves, [`spawn`](crate::spawn) them and join the handles.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::sleep;
/// use std::time::Duration;
///
/// async fn delayed(milliseconds: u64) -> u64 {
///     sleep(Duration::from_millis(milliseconds)).await;
///     milliseconds
/// }
///
/// let all = coro_runtime::block_on(coro_runtime::join_all([3, 1, 2].map(delayed)));
/// assert_eq!(all, [3, 1, 2]);
/// ```
pub fn join_all<I>(futures: I) -> JoinAll<I::Item>
where
    I: IntoIterator,
    I::Item: Future,
{
    let children: Vec<_> = futures
        .into_iter()
        .map(|future| Child::Running(Box::pin(future)))
        .collect();
    let group = Group::new(children.len());
    JoinAll {
        wakers: vec![None; children.len()],
        running: children.len(),
        children,
        group: Arc::new(group),
    }
}

/// Awaits many futures; made by [`join_all`].
///
/// # Panics
///
/// When it is polled again after it was ready.
///
/// # Examples
///
/// See [`join_all`].
#[must_use = "futures do nothing unless they are awaited"]
pub struct JoinAll<F: Future> {
    children: Vec<Child<F>>,
    wakers: Vec<Option<Waker>>,
    running: usize,
    group: Arc<Group>,
}

/// In the place of the number of running children: the outputs are handed out.
const FINISHED: usize = usize::MAX;

enum Child<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
}

/// Which children were woken, and whom that concerns.
struct Group {
    /// One bit for each child that is to be polled.
    woken: Box<[AtomicU64]>,
    /// Taken by the first wake after a poll: the others need not wake again.
    parent: Mutex<Option<Waker>>,
}

impl Group {
    /// A group of children that are all to be polled.
    fn new(children: usize) -> Group {
        let word = |index: usize| {
            let rest = children - 64 * index;
            AtomicU64::new(if rest >= 64 { !0 } else { (1 << rest) - 1 })
        };
        Group {
            woken: (0..children.div_ceil(64)).map(word).collect(),
            parent: Mutex::new(None),
        }
    }
}

/// Wakes one child.
struct ChildWaker {
    index: usize,
    group: Arc<Group>,
}

impl Wake for ChildWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let word = &self.group.woken[self.index / 64];
        word.fetch_or(1 << (self.index % 64), Ordering::AcqRel);
        let parent = lock(&self.group.parent).take();
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

/// Awaits all of `futures` at once: their values in the order of the futures if all succeed,
/// or the first error, for which it does not wait for the others.
///
/// Like [`join_all`] in all else. The futures that have not ended are dropped when the
/// `TryJoinAll` is.
///
/// # Examples
///
/// ```
/// use std::future::ready;
///
/// let parse = |text: &str| ready(text.parse::<i32>().map_err(|error| error.to_string()));
/// coro_runtime::block_on(async {
///     let numbers = coro_runtime::try_join_all(["1", "2"].map(parse)).await;
///     assert_eq!(numbers, Ok(vec![1, 2]));
///     let error = coro_runtime::try_join_all(["1", "x"].map(parse)).await;
///     assert_eq!(error, Err("invalid digit found in string".to_owned()));
/// });
/// ```
pub fn try_join_all<I, T, E>(futures: I) -> TryJoinAll<I::Item>
where
    I: IntoIterator,
    I::Item: Future<Output = Result<T, E>>,
{
    TryJoinAll {
        all: join_all(futures),
    }
}

/// Awaits many futures until one fails; made by [`try_join_all`].
///
/// # Panics
///
/// When it is polled again after it was ready.
///
/// # Examples
///
/// See [`try_join_all`].
#[must_use = "futures do nothing unless they are awaited"]
pub struct TryJoinAll<F: Future> {
    all: JoinAll<F>,
}

impl<F, T, E> Future for TryJoinAll<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<Vec<T>, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.all.poll_woken(context, |output| output.is_err());
        // Either the one output that is an error, or all.
        polled.map(|outputs| outputs.into_iter().collect())
    }
}

impl<F: Future> fmt::Debug for TryJoinAll<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TryJoinAll")
            .field("running", &self.all.running)
            .finish_non_exhaustive()
    }
}

// The children are boxed, so nothing of them is pinned in place.
impl<F: Future> Unpin for JoinAll<F> {}

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_woken(context, |_output| false)
    }
}

impl<F: Future> JoinAll<F> {
    /// Polls the children that were woken. Yields the outputs of all, or the one that
    /// `is_last` says is to end the wait for the others.
    fn poll_woken(
        &mut self,
        context: &mut Context<'_>,
        is_last: impl Fn(&F::Output) -> bool,
    ) -> Poll<Vec<F::Output>> {
        let this = self;
        assert!(
            this.running != FINISHED,
            "joined futures were polled after they were ready"
        );
        // Before the bits are read: a wake that sets one later finds somebody to wake.
        let waker = context.waker().clone();
        let old = lock(&this.group.parent).replace(waker);
        drop(old);
        for (word, bits) in this.group.woken.iter().enumerate() {
            let mut woken = bits.swap(0, Ordering::AcqRel);
            while woken != 0 {
                let index = 64 * word + woken.trailing_zeros() as usize;
                woken &= woken - 1;
                let Child::Running(child) = &mut this.children[index] else {
                    continue;
                };
                let waker = this.wakers[index].get_or_insert_with(|| {
                    let group = Arc::clone(&this.group);
                    Waker::from(Arc::new(ChildWaker { index, group }))
                });
                let poll = child.as_mut().poll(&mut Context::from_waker(waker));
                if let Poll::Ready(output) = poll {
                    if is_last(&output) {
                        this.running = FINISHED;
                        return Poll::Ready(vec![output]);
                    }
                    this.children[index] = Child::Done(output);
                    this.wakers[index] = None;
                    this.running -= 1;
                }
            }
        }
        if this.running > 0 {
            return Poll::Pending;
        }
        this.running = FINISHED;
        let outputs = this.children.drain(..).filter_map(|child| match child {
            Child::Running(_) => None,
            Child::Done(output) => Some(output),
        });
        Poll::Ready(outputs.collect())
    }
}

impl<F: Future> fmt::Debug for JoinAll<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("JoinAll")
            .field("running", &self.running)
            .finish_non_exhaustive()
    }
}
