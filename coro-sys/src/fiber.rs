//! Switching between stacks: the bare mechanism, with nothing but two registers passed across.
//!
//! [`prepare`] puts a [`Link`] and a first frame onto a stack. [`resume`] runs that stack until it
//! calls [`suspend`] or [`finish`]. The resumer knows the fiber by its [`Context`], the fiber knows
//! the resumer by the link.
//!
//! ```text
//!     resumer                               fiber
//!     resume(context, word, signal)  ---->  entry(word, signal, link)
//!                                           ...
//!     (word, signal)                 <----  suspend(link, word, signal)
//!     resume(context, word, signal)  ---->  (word, signal)
//!                                           ...
//!     (word, signal)                 <----  finish(link, word, signal)
//! ```
//!
//! No policy lives here: no typed values, no panics, no stack ownership. All of that, and a
//! safe interface, is in `coro_runtime::fiber`. How the switch itself works is told, with
//! pictures, in the file of each architecture.
//!
//! # Examples
//!
//! ```
//! use std::mem::MaybeUninit;
//! use std::ptr::NonNull;
//!
//! use coro_sys::fiber::{self, Link, Word};
//! use coro_sys::stack::Stack;
//!
//! unsafe extern "C" fn doubler(_word: Word, mut signal: usize, link: NonNull<Link>) -> ! {
//!     // SAFETY: this is the start of the fiber that `link` was prepared for.
//!     unsafe { fiber::started(link) };
//!     while signal < 20 {
//!         // SAFETY: this function runs on the stack that `link` was prepared on.
//!         (_, signal) = unsafe { fiber::suspend(link, MaybeUninit::uninit(), 2 * signal) };
//!     }
//!     // SAFETY: the same; and no destructor is owed.
//!     unsafe { fiber::finish(link, MaybeUninit::uninit(), 0) }
//! }
//!
//! # fn main() -> std::io::Result<()> {
//! let stack = Stack::new(64 * 1024)?;
//! let nothing = MaybeUninit::uninit();
//! // SAFETY: nobody else uses the stack, it outlives the fiber, and `resume` is not called
//! // again after `finish`.
//! unsafe {
//!     let mut context = fiber::prepare(&stack, doubler);
//!     assert_eq!(fiber::resume(&mut context, nothing, 4).1, 8);
//!     assert_eq!(fiber::resume(&mut context, nothing, 10).1, 20);
//!     assert_eq!(fiber::resume(&mut context, nothing, 20).1, 0);
//! }
//! # Ok(())
//! # }
//! ```

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use crate::arch;
use crate::stack::Stack;

mod sanitizer;

pub use crate::arch::FloatControl;

/// What crosses a switch in one register: any eight bytes, or a pointer with its provenance.
///
/// # Examples
///
/// ```
/// use coro_sys::fiber::Word;
///
/// let mut word = Word::uninit();
/// // SAFETY: a `u32` fits into a word.
/// unsafe { word.as_mut_ptr().cast::<u32>().write(7) };
/// ```
pub type Word = MaybeUninit<*mut ()>;

/// The function that a fiber starts in, called by its first [`resume`] with what that hands over.
///
/// It must neither return nor unwind: it ends with [`finish`]. (Unwinding aborts, as out of any
/// `extern "C"` function.)
///
/// # Examples
///
/// See the [module](self).
pub type Entry = unsafe extern "C" fn(word: Word, signal: usize, link: NonNull<Link>) -> !;

/// The place through which a fiber finds its resumer.
///
/// It holds the resumer's stack pointer while the fiber runs. Opaque: only the functions of this
/// module read or write it.
///
/// # Examples
///
/// See the [module](self).
#[derive(Debug)]
#[repr(C)]
pub struct Link {
    /// The stack pointer of whoever resumed last. The assembly knows this offset: 0.
    pub(crate) resumer: *mut u8,
    /// Where the fiber starts. The assembly knows this offset: one word.
    pub(crate) entry: Entry,
    /// What the address sanitizer wants to know of both stacks; otherwise empty.
    sanitizer: sanitizer::Bounds,
}

/// A fiber, as whoever resumes it knows it: its link, and its stack pointer while it is suspended.
///
/// Dropping it gives the fiber up; nothing on its stack is run.
///
/// # Examples
///
/// See the [module](self).
#[derive(Debug)]
pub struct Context {
    pub(crate) link: NonNull<Link>,
    /// Means nothing while the fiber runs, and once it has finished.
    pub(crate) pointer: *mut u8,
}

impl Context {
    /// The fiber's link.
    ///
    /// # Examples
    ///
    /// See [`prepare_below`].
    #[inline]
    #[must_use]
    pub fn link(&self) -> NonNull<Link> {
        self.link
    }
}

/// Puts a link at the top of `stack` and a first frame for `entry` below it.
///
/// # Safety
///
/// The stack is used by nothing else, and neither dropped nor trimmed, from now on until the
/// fiber has finished or is given up for good.
///
/// # Examples
///
/// See the [module](self).
pub unsafe fn prepare(stack: &Stack, entry: Entry) -> Context {
    let link = stack.top().as_ptr().wrapping_sub(size_of::<Link>());
    let link = link.wrapping_sub(link.addr() % 16).cast::<Link>();
    // SAFETY: a stack holds at least a page, so both places are inside; the caller keeps the
    // stack for this fiber.
    unsafe {
        let link = NonNull::new_unchecked(link);
        prepare_below(stack, link, link.as_ptr().cast(), entry)
    }
}

/// Like [`prepare`], with the link wherever the caller wants it and the first frame right
/// below `below`.
///
/// # Safety
///
/// As for [`prepare`]; `link` is valid for writes and stays where it is until the fiber is given
/// up; `below` lies in `stack`, is 16-byte aligned, and all of the stack under it is free.
///
/// # Examples
///
/// ```
/// use coro_sys::fiber::{self, Link, Word};
/// use coro_sys::stack::Stack;
/// use std::mem::MaybeUninit;
/// use std::ptr::NonNull;
///
/// unsafe extern "C" fn entry(word: Word, signal: usize, link: NonNull<Link>) -> ! {
///     // SAFETY: this is the fiber of `link`, and no destructor is owed.
///     unsafe { fiber::finish(link, word, signal + 1) }
/// }
///
/// # fn main() -> std::io::Result<()> {
/// let stack = Stack::new(64 * 1024)?;
/// let mut link = MaybeUninit::<Link>::uninit();
/// let link = NonNull::from(&mut link).cast();
/// // SAFETY: the stack and the link outlive the fiber, which runs once.
/// unsafe {
///     let mut context = fiber::prepare_below(&stack, link, stack.top().as_ptr(), entry);
///     assert_eq!(context.link(), link);
///     assert_eq!(fiber::resume(&mut context, MaybeUninit::uninit(), 1).1, 2);
/// }
/// # Ok(())
/// # }
/// ```
#[inline]
pub unsafe fn prepare_below(
    stack: &Stack,
    link: NonNull<Link>,
    below: *mut u8,
    entry: Entry,
) -> Context {
    debug_assert!(below.addr().is_multiple_of(16), "misaligned fiber stack");
    // SAFETY: the caller vouches for the places.
    unsafe {
        (&raw mut (*link.as_ptr()).sanitizer).write(sanitizer::Bounds::of(stack));
        arch::prepare(link, below, entry)
    }
}

/// Runs the fiber until it suspends or finishes, and returns what it hands over.
///
/// # Safety
///
/// - `context` comes from [`prepare`] or [`prepare_below`], whose promises still hold.
/// - Its fiber has not [finished](finish), and is not running: `resume` is not called again
///   before the former call is back.
/// - Whatever the fiber holds may be used on this thread.
///
/// # Examples
///
/// See the [module](self).
#[inline(always)]
pub unsafe fn resume(context: &mut Context, word: Word, signal: usize) -> (Word, usize) {
    // SAFETY: the caller vouches for the context; the sanitizer calls frame the switch.
    unsafe {
        let away = sanitizer::leave_to_fiber(context.link);
        let answer = arch::resume(context, word, signal);
        sanitizer::back_from_fiber(away);
        answer
    }
}

/// Goes back to the resumer, and returns what the next [`resume`] hands over.
///
/// # Safety
///
/// `link` is the one that the running fiber was started with, and the caller runs on its stack.
///
/// # Examples
///
/// See the [module](self).
#[inline(always)]
pub unsafe fn suspend(link: NonNull<Link>, word: Word, signal: usize) -> (Word, usize) {
    // SAFETY: the caller is the fiber of this link.
    unsafe {
        let away = sanitizer::leave_to_resumer(link);
        let answer = arch::suspend(link, word, signal);
        sanitizer::back_from_resumer(link, away);
        answer
    }
}

/// Goes back to the resumer for good.
///
/// What `word` points to may lie on the fiber's stack: it is there until that stack is reused.
///
/// # Safety
///
/// As for [`suspend`]; and no value on this stack still waits for its destructor.
///
/// # Examples
///
/// See the [module](self).
#[inline(always)]
pub unsafe fn finish(link: NonNull<Link>, word: Word, signal: usize) -> ! {
    // SAFETY: the caller is the fiber of this link.
    unsafe {
        sanitizer::leave_for_good(link);
        arch::finish(link, word, signal)
    }
}

/// Tells the address sanitizer that the fiber has started. An [`Entry`] function calls it first;
/// without the sanitizer it does nothing.
///
/// # Safety
///
/// Called once, on the fiber of `link`, before anything else.
///
/// # Examples
///
/// See the [module](self).
#[inline(always)]
pub unsafe fn started(link: NonNull<Link>) {
    // SAFETY: the caller vouches for the link and the moment.
    unsafe { sanitizer::started(link) };
}

/// The caller's stack pointer, as an address: tells on which stack it runs.
///
/// # Examples
///
/// ```
/// let stack = coro_sys::stack::Stack::new(64 * 1024)?;
/// assert!(!stack.range().contains(&coro_sys::fiber::stack_pointer()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[inline(always)]
#[must_use]
pub fn stack_pointer() -> usize {
    arch::stack_pointer()
}
