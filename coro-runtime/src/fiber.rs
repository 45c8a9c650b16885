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
//!   happens in a destructor while the stack unwinds, or if the dropping thread is
//!   panicking already, the process aborts, as always in Rust. So does a `suspend` in a
//!   destructor while its fiber is cancelled: it can neither go on nor unwind.
//! - Built with `panic = "abort"` there is no unwinding, and dropping a suspended fiber aborts the
//!   process with a message that says so. Resume such fibers to their end, or forget them.
//!
//! A suspend in a destructor that runs because the fiber panics takes the thread's
//! "is panicking" flag along: [`std::thread::panicking`] then answers `true` to the resumer until
//! the fiber is done. Nothing is unsound about that, but locks would call it poison: don't.
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
//!    type tells. So [`Fiber`] and [`Yielder`] are neither `Send` nor `Sync`.
//! 4. **A forgotten fiber keeps its stack for good.** Code on that stack may rely on never being
//!    left without its destructors having run: [`std::thread::scope`] waits in such a frame for
//!    threads that borrow. So the stack is never reused; and what it borrows must live as
//!    long, which for a fiber that can be forgotten means `'static`. Hence the bounds on closure,
//!    input, yield and return types. A fiber that borrows exists within [`scope`] only, which owns
//!    it and ends it before it returns, even by a panic.
//! 5. **Unwinding stops at the fiber's first frame**, and values are moved: whoever passes one by
//!    address does not run, nor lose its stack, before the other side has read it.
//!
//! One hole stays open, as it does for every stackful coroutine that Rust code can suspend
//! without the compiler's help: [`LocalKey::with`](std::thread::LocalKey::with) promises its
//! closure a reference that lives until the closure ends, for no thread runs its thread-local
//! destructors in the middle of a call. A fiber that suspends in such a closure, and is *kept in
//! another thread local*, can be dropped or resumed by the latter's destructor after the former's
//! has run. Don't keep suspended fibers in thread locals.
//!
//! # Memory
//!
//! A stack is address space of the [chosen size](Builder::stack_size) with a guard page below; only
//! touched pages take memory. A fiber that ends gives its stack to a pool of its thread, see
//! [`set_pool_limits`]. An overflow hits the guard page: [`overflow::install`] makes that an
//! error with a name.

use std::any::Any;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::mem;
use std::panic::resume_unwind;

mod builder;
mod control;
mod core;
mod pools;
mod scope;
mod transfer;
mod yielder;

pub use coro_sys::overflow;
pub use coro_sys::stack::{Guard, PoolLimits, Stack};

pub use self::builder::Builder;
pub use self::pools::{set_pool_limits, trim_pool};
pub use self::scope::{ScopedFiber, scope};
pub use self::yielder::Yielder;

use self::core::Core;

/// The bare context switch and stacks, without types, panics or safety.
///
/// For those who build something else on them; see [`coro_sys::fiber`].
pub mod raw {
    pub use coro_sys::fiber::{
        Entry, FloatControl, Link, Word, finish, prepare, prepare_below, resume, stack_pointer,
        started, suspend,
    };
}

/// What a fiber hands over when it gives control back.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::Resumed;
///
/// let resumed: Resumed<u32, &str> = Resumed::Yielded(7);
/// assert_eq!(resumed.yielded(), Some(7));
/// assert_eq!(resumed.returned(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "it carries the value that the fiber handed over"]
pub enum Resumed<Yield, Return> {
    /// The fiber suspended itself, with this value.
    Yielded(Yield),
    /// The fiber's closure returned this value; the fiber is over.
    Returned(Return),
}

impl<Yield, Return> Resumed<Yield, Return> {
    /// The value that was yielded.
    ///
    /// # Examples
    ///
    /// See [`Resumed`].
    #[inline]
    #[must_use]
    pub fn yielded(self) -> Option<Yield> {
        match self {
            Self::Yielded(value) => Some(value),
            Self::Returned(_) => None,
        }
    }

    /// The value that was returned.
    ///
    /// # Examples
    ///
    /// See [`Resumed`].
    #[inline]
    #[must_use]
    pub fn returned(self) -> Option<Return> {
        match self {
            Self::Yielded(_) => None,
            Self::Returned(value) => Some(value),
        }
    }
}

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
/// Its closure owns what it uses. One that borrows needs a [`scope`].
///
/// ```compile_fail,E0597
/// use coro_runtime::fiber::Fiber;
///
/// let text = String::from("short-lived");
/// let fiber = Fiber::<(), (), _>::new(|_, ()| text.len());
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
    core: Core,
    /// Takes inputs and gives the others, and owns none of them outside of its stack.
    #[expect(clippy::type_complexity, reason = "a marker for variance")]
    marker: PhantomData<fn(Input) -> (Yield, Return)>,
}

impl<Input: 'static, Yield: 'static, Return: 'static> Fiber<Input, Yield, Return> {
    /// A fiber that will run `body` on a stack of
    /// [the default size](coro_sys::stack::SIZE_BY_DEFAULT).
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
    #[inline]
    #[track_caller]
    pub fn resume(&mut self, input: Input) -> Resumed<Yield, Return> {
        // SAFETY: `Builder` made the core for these types.
        unsafe { self.core.resume(input) }
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
        self.core.is_started()
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
        self.core.stack().is_none()
    }

    /// The stack, for its size, bounds, guard and
    /// [high-water mark](coro_sys::stack::Stack::high_water_mark). `None` when the fiber is over.
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
        self.core.stack()
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

impl<Yield> std::iter::FusedIterator for Fiber<(), Yield, ()> {}

impl<Input, Yield, Return> fmt::Debug for Fiber<Input, Yield, Return> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Fiber").field(&self.core).finish()
    }
}

/// The result of a closure that ran on a fiber: its value, or the payload of its panic.
type Outcome<Return> = Result<Return, Box<dyn Any + Send>>;

/// Makes a fiber of a core.
///
/// # Safety
///
/// The core was made for a closure of these types, all of them `'static`.
unsafe fn from_core<Input, Yield, Return>(core: Core) -> Fiber<Input, Yield, Return> {
    Fiber {
        core,
        marker: PhantomData,
    }
}
