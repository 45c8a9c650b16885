//! Fibers: functions with a stack of their own, which can suspend anywhere.
//!
//! A [`Fiber`] runs when it is [resumed](Fiber::resume) and stops when it returns, panics, or
//! [suspends](Yielder::suspend) itself, from however deep a call. Every resume hands a value in,
//! every suspend hands one out. Control always goes back to whoever resumed: fibers are
//! *asymmetric coroutines*.
//!
//! ```
//! use coro_runtime::fiber::{Fiber, Resumed};
//!
//! let mut total = Fiber::new(|yielder, first: u32| {
//!     let mut sum = first;
//!     while sum < 100 {
//!         sum += yielder.suspend(sum);
//!     }
//!     "enough"
//! });
//! assert_eq!(total.resume(1), Resumed::Yielded(1));
//! assert_eq!(total.resume(41), Resumed::Yielded(42));
//! assert_eq!(total.resume(58), Resumed::Returned("enough"));
//! ```
//!
//! A fiber can also be a *task* of a runtime, which [waits](wait) for futures in code that is no
//! coroutine: see [`spawn_fiber`].
//!
//! # Panics
//!
//! A panic in a fiber ends it, and goes on in the call of [`Fiber::resume`] that it came out of.
//! Resuming a fiber that is over panics.
//!
//! # Dropping a fiber
//!
//! - One that never ran drops its closure.
//! - One that is suspended is *cancelled*: its `suspend` call unwinds, as by a panic that no hook
//!   reports, and all destructors on its stack run, innermost first. A closure that catches the
//!   unwinding may go on, but each further `suspend` unwinds at once: loops that catch every
//!   panic ask [`Yielder::is_cancelled`]. What it returns is dropped.
//! - A different panic, raised while a fiber is being cancelled, comes out of the drop. If that
//!   happens in a destructor while the stack unwinds, or if the dropping thread is panicking
//!   already, the process aborts, as always in Rust. So does a `suspend` in a destructor while
//!   its fiber is cancelled: it can neither go on nor unwind.
//! - Built with `panic = "abort"` there is no unwinding, and dropping a suspended fiber aborts the
//!   process with a message that says so. Resume such fibers to their end, or forget them.
//!
//! A suspend in a destructor that runs because the fiber panics takes the thread's
//! "is panicking" flag along: [`std::thread::panicking`] then answers `true` to the resumer until
//! the fiber is over. Nothing is unsound about that, but locks would call it poison: don't.
//!
//! # Why it is sound
//!
//! 1. **A switch happens only from the fiber's own stack.** [`Yielder::suspend`] compares the
//!    stack pointer with the bounds of its fiber's stack and panics elsewhere. Lifetimes and
//!    `!Send` keep honest code from getting that far: the closure gets its yielder by a reference
//!    whose lifetime no outer place can name. The check holds against all others, such as a
//!    reference smuggled out through a thread local that is set for the duration of a call. On
//!    that stack only the running fiber executes, so its link names its resumer.
//! 2. **Resuming needs the only handle**: `&mut Fiber`, which is lent out while the fiber runs. A
//!    fiber that is over has no stack left to run.
//! 3. **No thread changes**: a stack may hold anything, `Rc`s and lock guards among them, and no
//!    type tells. So [`Fiber`], [`Yielder`] and [`FiberFuture`] are neither `Send` nor `Sync`.
//! 4. **A forgotten fiber keeps its stack for good.** Code on that stack may rely on never being
//!    left without its destructors having run: [`std::thread::scope`] waits in such a frame for
//!    threads that borrow. So the stack is never reused; and what it borrows must live as
//!    long, which for a fiber that can be forgotten means `'static`. Hence the bounds on closure,
//!    input, yield and return types. One that is [`scoped`] cannot be forgotten, for it is a local of
//!    a call and only lent; it may borrow what outlives that call.
//! 5. **Unwinding stops at the fiber's first frame**, and values are moved: whoever passes one by
//!    address does not run, nor lose its stack, before the other side has read it.
//!
//! One hole stays open, as it does for every stackful coroutine that safe Rust code can suspend.
//! Code that relies on calls being nested within a thread can be suspended in the middle of one.
//! [`LocalKey::with`](std::thread::LocalKey::with) promises its closure a reference that lives
//! until the closure ends, for no thread runs its thread-local destructors in the middle of a call;
//! but a fiber that suspends in such a closure, and is *kept in another thread local*, can be
//! resumed or dropped by the latter's destructor after the former's has run. And "scoped thread
//! locals", which put back what was there before, do so in the wrong order if two fibers suspend in
//! theirs and then end in the order in which they came. So: keep no suspended fiber in a thread
//! local, and do not suspend within the scope of a scoped one.
//!
//! # What goes wrong, and how
//!
//! | what | what happens |
//! | --- | --- |
//! | a panic in a fiber | it goes on in the call of `resume` |
//! | a resume of a fiber that is over | a panic: "a fiber that is over was resumed" |
//! | a resume from another thread, or of a fiber that runs | does not compile |
//! | a borrow from the stack of a fiber, or of its maker | does not compile, unless it is [`scoped`] |
//! | a fiber is dropped while others borrow from it | those are [`scoped`] within it, and are cancelled first; threads of a scope are waited for |
//! | a suspend from another stack | a panic: "a fiber was to be suspended from another stack than its own" |
//! | [`wait`] outside of a fiber task, or within a poll | a panic that says which, and what to do |
//! | a stack that is used up | a fault in the guard page; with [`overflow::install`], a message with the size and an abort |
//! | no memory, address space or memory map for a stack | [`OutOfMemory`](std::io::ErrorKind::OutOfMemory) from [`Builder`], which says which; a panic from [`Fiber::new`] |
//! | a size or a closure that cannot fit | [`InvalidInput`](std::io::ErrorKind::InvalidInput) from [`Builder`] |
//!
//! # Memory
//!
//! Where the kernel has guard markers (Linux 6.13), a process can have as many fibers as there is
//! memory for. Before, each takes two of the memory maps that `vm.max_map_count` limits, so that
//! there are 32,000 at most; [`Stack::guard`] tells which it is. Two things help there: to raise that
//! limit (`sysctl vm.max_map_count=262144`), which costs nothing, or [`Builder::without_guard`], which
//! is unsafe. A guard is never left out silently.
//!
//! A stack is address space of the [chosen size](Builder::stack_size) with a guard page below; only
//! touched pages take memory. A fiber that ends gives its stack to a pool of its thread, see
//! [`set_pool_limits`]. An overflow hits the guard page: [`overflow::install`] makes that an
//! error with a name.

use std::any::Any;
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::panic::resume_unwind;
use std::process::abort;

use coro_sys::fiber as sys;

mod builder;
mod current;
pub mod direct;
mod entry;
mod head;
mod pools;
mod resumed;
mod scoped;
mod task;
mod transfer;
mod yielder;

pub use coro_sys::overflow;
pub use coro_sys::stack::{Guard, PoolLimits, SIZE_AT_LEAST, SIZE_BY_DEFAULT, Stack};

pub use self::builder::Builder;
pub use self::pools::set_pool_limits;
pub use self::resumed::Resumed;
pub use self::scoped::{ScopedFiber, scoped};
pub use self::task::{FiberFuture, spawn_fiber, wait};
pub use self::yielder::Yielder;

use self::head::Head;
use self::transfer::{CANCEL, INPUT, PANICKED, RETURNED, YIELDED};

/// A function with a stack of its own, which runs when resumed.
///
/// Each resume takes an `Input`, each suspension yields a `Yield`, and the end brings a `Return`.
/// See the [module](self) for what happens on panics and drops.
///
/// It is neither `Send` nor `Sync`, whatever its closure holds: the stack may hold more.
///
/// ```compile_fail,E0277
/// fn needs_send<T: Send>(_: T) {}
/// needs_send(coro_runtime::fiber::Fiber::<(), (), ()>::new(|_, ()| ()));
/// ```
///
/// Its closure owns what it uses.
///
/// ```compile_fail,E0597
/// use coro_runtime::fiber::Fiber;
///
/// let text = String::from("short-lived");
/// let borrowed = text.as_str();
/// let fiber = Fiber::<(), (), _>::new(move |_, ()| borrowed.len());
/// ```
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::{Fiber, Resumed};
///
/// let mut fiber = Fiber::new(|yielder, name: &str| {
///     let answer: &str = yielder.suspend(format!("hello, {name}"));
///     answer.len()
/// });
/// assert_eq!(fiber.resume("you"), Resumed::Yielded("hello, you".to_owned()));
/// assert_eq!(fiber.resume("bye"), Resumed::Returned(3));
/// ```
#[must_use = "a fiber runs only when it is resumed, and is cancelled when it is dropped"]
pub struct Fiber<Input, Yield, Return> {
    /// Prepared for [`entry::enter`] with these three types, with a link that begins a [`Head`].
    /// `None` when the fiber is over.
    context: Option<sys::Context>,
    /// Takes inputs and gives the others, and owns none of them outside of its stack.
    marker: PhantomData<fn(Input) -> (Yield, Return)>,
}

impl<Input: 'static, Yield: 'static, Return: 'static> Fiber<Input, Yield, Return> {
    /// A fiber that will run `body` on a stack of [the default size](SIZE_BY_DEFAULT).
    ///
    /// Nothing runs before the first [`resume`](Self::resume), whose input is the closure's second
    /// argument.
    ///
    /// # Panics
    ///
    /// When no stack can be had. [`Builder::build`] reports that as an error.
    ///
    /// # Examples
    ///
    /// See [`Fiber`].
    #[inline]
    #[track_caller]
    pub fn new<Body>(body: Body) -> Self
    where
        Body: FnOnce(&Yielder<Input, Yield>, Input) -> Return + 'static,
    {
        match Builder::new().build(body) {
            Ok(fiber) => fiber,
            Err(error) => panic!("{error}"),
        }
    }
}

impl<Input, Yield, Return> Fiber<Input, Yield, Return> {
    /// Runs the fiber until it suspends or returns.
    ///
    /// `input` becomes what the fiber's `suspend` call returns, or the closure's argument the
    /// first time.
    ///
    /// # Panics
    ///
    /// With the fiber's own panic, if it panics; the fiber is over then. And when it is over
    /// already.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::fiber::{Fiber, Resumed};
    ///
    /// let mut fiber = Fiber::<(), (), _>::new(|_, ()| 7);
    /// assert_eq!(fiber.resume(()), Resumed::Returned(7));
    /// ```
    // Always: a call of its own costs as much as the switch, and the compiler is undecided.
    #[inline(always)]
    #[track_caller]
    pub fn resume(&mut self, input: Input) -> Resumed<Yield, Return> {
        let Some(context) = &mut self.context else {
            panic!("a fiber that is over was resumed");
        };
        let (word, signal) = transfer::send(input, |word| {
            // SAFETY: there is a context, so its fiber has not finished; it is not running, for
            // this reference is the only one; and neither left its thread.
            unsafe { sys::resume(context, word, INPUT) }
        });
        match signal {
            // SAFETY: the fiber passes a `Yield` with this signal, and has not run since.
            YIELDED => Resumed::Yielded(unsafe { transfer::unpack(word) }),
            // SAFETY: it has just come with this word, and is another signal.
            _ => Resumed::Returned(unsafe { self.ended(word, signal) }),
        }
    }

    /// What a fiber that has ended returns; if it has panicked, the panic goes on here.
    ///
    /// # Safety
    ///
    /// `word` and `signal` are what the fiber has passed last, and it has not yielded.
    unsafe fn ended(&mut self, word: sys::Word, signal: usize) -> Return {
        if signal == RETURNED {
            // SAFETY: the fiber passes a `Return` with this one, on a stack that is still here.
            let value = unsafe { transfer::unpack(word) };
            self.release();
            return value;
        }
        // SAFETY: the two signals that are left have just come with this word.
        match unsafe { self.unwound(word, signal) } {
            Some(payload) => resume_unwind(payload),
            None => unreachable!("only a fiber that is dropped is cancelled"),
        }
    }

    /// Gives the stack of a fiber that has finished away.
    #[inline]
    fn release(&mut self) {
        if let Some(context) = self.context.take() {
            // SAFETY: the head was written with the link, and whoever calls this has come from the
            // fiber's end.
            pools::give(unsafe { Head::take_stack(context.link()) });
        }
    }

    /// Gives the stack of a fiber that has unwound away, and returns the payload of its panic,
    /// unless it has unwound because it was cancelled.
    ///
    /// # Safety
    ///
    /// `word` has just come with `signal`, which is [`PANICKED`] or [`CANCELLED`].
    #[cold]
    unsafe fn unwound(&mut self, word: sys::Word, signal: usize) -> Option<Payload> {
        // SAFETY: a payload comes with the first of them, on a stack that is still here.
        let payload = (signal == PANICKED).then(|| unsafe { transfer::unpack(word) });
        self.release();
        payload
    }

    /// Unwinds the stack of a fiber that is not over, or drops the closure that never ran.
    #[cold]
    fn cancel(&mut self) {
        if cfg!(panic = "abort") && self.is_started() {
            eprintln!(
                "a suspended fiber was dropped, and with `panic = \"abort\"` its destructors cannot \
                 run: resume it to its end, or forget it"
            );
            abort();
        }
        let Some(context) = &mut self.context else {
            return;
        };
        // SAFETY: as in `resume`.
        let (word, signal) = unsafe { sys::resume(context, sys::Word::uninit(), CANCEL) };
        debug_assert_ne!(signal, YIELDED, "a cancelled fiber does not yield");
        if signal == RETURNED {
            // SAFETY: see there; `Yielder::suspend` does not switch once it is cancelled.
            let value: Return = unsafe { transfer::unpack(word) };
            self.release();
            drop(value);
            return;
        }
        // SAFETY: the two signals that are left have just come with this word.
        if let Some(payload) = unsafe { self.unwound(word, signal) } {
            resume_unwind(payload);
        }
    }

    /// Whether the closure has been entered.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut fiber = coro_runtime::fiber::Fiber::new(|yielder, ()| yielder.suspend(()));
    /// assert!(!fiber.is_started());
    /// let _ = fiber.resume(());
    /// assert!(fiber.is_started());
    /// ```
    #[must_use]
    pub fn is_started(&self) -> bool {
        self.head().is_none_or(Head::is_started)
    }

    /// Whether the closure has returned or panicked, so that the fiber cannot be resumed.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut fiber = coro_runtime::fiber::Fiber::<(), (), ()>::new(|_, ()| ());
    /// assert!(!fiber.is_over());
    /// let _ = fiber.resume(());
    /// assert!(fiber.is_over());
    /// ```
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.context.is_none()
    }

    /// The stack, for its size, bounds, guard and [high-water mark](Stack::high_water_mark).
    /// `None` when the fiber is over.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let mut fiber = coro_runtime::fiber::Fiber::new(|yielder, ()| yielder.suspend(()));
    /// let _ = fiber.resume(());
    /// let stack = fiber.stack().expect("it is suspended");
    /// assert!(stack.high_water_mark()? < stack.size());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stack(&self) -> Option<&Stack> {
        self.head().map(Head::stack)
    }

    /// The head, unless the fiber is over.
    fn head(&self) -> Option<&Head> {
        let context = self.context.as_ref()?;
        // SAFETY: `entry::prepare` wrote it with the link, and it is there until the fiber is over.
        Some(unsafe { Head::of(context.link()) })
    }
}

impl<Input, Yield, Return> Drop for Fiber<Input, Yield, Return> {
    #[inline]
    fn drop(&mut self) {
        if !self.is_over() {
            self.cancel();
        }
    }
}

/// A fiber that takes nothing in is a generator.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::Fiber;
///
/// let squares = Fiber::new(|yielder, ()| (1..).for_each(|n: u32| yielder.suspend(n * n)));
/// assert_eq!(squares.take(4).collect::<Vec<_>>(), [1, 4, 9, 16]);
/// ```
impl<Yield> Iterator for Fiber<(), Yield, ()> {
    type Item = Yield;

    #[inline]
    fn next(&mut self) -> Option<Yield> {
        if self.is_over() {
            return None;
        }
        self.resume(()).yielded()
    }
}

impl<Yield> FusedIterator for Fiber<(), Yield, ()> {}

impl<Input, Yield, Return> fmt::Debug for Fiber<Input, Yield, Return> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Fiber")
            .field("started", &self.is_started())
            .field("stack", &self.stack())
            .finish_non_exhaustive()
    }
}

/// What a panic carries.
type Payload = Box<dyn Any + Send>;
