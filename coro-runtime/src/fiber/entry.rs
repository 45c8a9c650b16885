//! What lies at the top of a fiber's stack, and the function that the fiber starts in.
//!
//! ```text
//!     stack.top() ->  +---------------------------+
//!                     | Head: the link, and       |
//!                     | whether it has started    |
//!     link        ->  +---------------------------+
//!                     | Launch: the closure,      |  moved out when the fiber first runs
//!                     | and the stack's bounds    |
//!     launch      ->  +---------------------------+
//!                     | frames                    |
//! ```

use std::io;
use std::mem::ManuallyDrop;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use coro_sys::fiber::{self as sys, Link, Word};
use coro_sys::stack::Stack;

use super::Payload;
use super::transfer::{self, CANCEL, CANCELLED, PANICKED, RETURNED};
use super::yielder::{Cancelled, Yielder};

/// What its owner keeps of a fiber. On its stack, so that a `Fiber` is no more than two words, which
/// are returned in registers: a flag beside them cost more than the switches of a short fiber do.
#[repr(C)]
struct Head {
    /// First, so that its address is that of the head.
    link: Link,
    started: bool,
}

/// What a fiber needs to start.
struct Launch<Body> {
    range: Range<usize>,
    body: Body,
}

/// The stack is aligned to this many bytes at least.
const ALIGNMENT: usize = 16;

/// The greatest multiple of `alignment` that leaves `size` bytes below `above`.
#[inline(always)]
fn below(above: *mut u8, size: usize, alignment: usize) -> *mut u8 {
    above.map_addr(|address| (address - size) & !(alignment.max(ALIGNMENT) - 1))
}

/// Where the closure lies below `link`.
#[inline(always)]
fn launch<Body>(link: NonNull<Link>) -> *mut Launch<Body> {
    let (size, alignment) = (size_of::<Launch<Body>>(), align_of::<Launch<Body>>());
    below(link.as_ptr().cast(), size, alignment).cast()
}

/// Moves `body` to the top of `stack`, and has the fiber start with it.
///
/// # Errors
///
/// [`InvalidInput`](io::ErrorKind::InvalidInput) when the closure takes more than a quarter of the stack.
#[inline]
pub(super) fn prepare<Input, Yield, Return, Body>(
    stack: &Stack,
    body: Body,
) -> io::Result<NonNull<Link>>
where
    Body: FnOnce(&Yielder<Input, Yield>, Input) -> Return,
{
    let needed = size_of::<Launch<Body>>().saturating_add(align_of::<Launch<Body>>());
    // It is moved into the first frames before it is called: more than one of them must fit.
    if needed > stack.size() / 4 {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "a closure of {} bytes does not fit well onto a fiber stack of {} bytes: box what \
                 it captures, or choose a larger stack",
                size_of::<Body>(),
                stack.size()
            ),
        ));
    }
    let head = below(stack.top().as_ptr(), size_of::<Head>(), align_of::<Head>());
    let head = NonNull::new(head)
        .expect("a stack is not at address 0")
        .cast::<Head>();
    let link = head.cast();
    let launch = launch::<Body>(link);
    // SAFETY: both places lie in the stack, apart and aligned, and nobody else uses it: `Fiber`
    // owns it, and keeps it until the fiber has finished.
    unsafe {
        (&raw mut (*head.as_ptr()).started).write(false);
        launch.write(Launch {
            range: stack.range(),
            body,
        });
        sys::prepare_below(
            stack,
            link,
            launch.cast(),
            enter::<Input, Yield, Return, Body>,
        );
    }
    Ok(link)
}

/// Whether the closure has been entered.
///
/// # Safety
///
/// `link` is from [`prepare`], its stack is still there, and its fiber is not running.
pub(super) unsafe fn is_started(link: NonNull<Link>) -> bool {
    // SAFETY: `prepare` wrote the head that begins with this link, and only the fiber changes it.
    unsafe { (*link.cast::<Head>().as_ptr()).started }
}

/// Runs the closure, or drops it if the fiber is cancelled before it ever ran.
///
/// # Safety
///
/// Entered by the first resume of a link from [`prepare`] of the same types, with a word for an
/// `Input` unless the signal is [`CANCEL`].
unsafe extern "C" fn enter<Input, Yield, Return, Body>(
    word: Word,
    signal: usize,
    link: NonNull<Link>,
) -> !
where
    Body: FnOnce(&Yielder<Input, Yield>, Input) -> Return,
{
    // SAFETY: nothing has run on this stack before; `prepare` put the closure there.
    let launch = unsafe {
        sys::started(link);
        if signal != CANCEL {
            (*link.cast::<Head>().as_ptr()).started = true;
        }
        launch::<Body>(link).read()
    };
    let yielder = Yielder::new(link, launch.range);
    let body = launch.body;
    // Nothing that a panic may leave in disorder is used afterwards: it goes on in the resumer.
    let result = catch_unwind(AssertUnwindSafe(|| {
        if signal == CANCEL {
            drop(body);
            return None;
        }
        // SAFETY: the caller vouches for the word.
        let input = unsafe { transfer::unpack(word) };
        Some(body(&yielder, input))
    }));
    // SAFETY: this is the fiber of `link`, and all that it owned is dropped or moved.
    unsafe {
        match result {
            Ok(Some(value)) => end(link, value, RETURNED),
            Ok(None) => end(link, (), CANCELLED),
            Err(payload) => unwound(link, payload, &yielder),
        }
    }
}

/// Ends a fiber whose closure has panicked or was cancelled.
///
/// # Safety
///
/// As for [`sys::finish`].
#[cold]
unsafe fn unwound<Input, Yield>(
    link: NonNull<Link>,
    payload: Payload,
    yielder: &Yielder<Input, Yield>,
) -> ! {
    let payload = match payload.downcast::<Cancelled>() {
        // SAFETY: the caller vouches for the moment.
        Ok(cancelled) if yielder.is_own(&cancelled) => unsafe {
            drop(cancelled);
            end(link, (), CANCELLED)
        },
        Ok(cancelled) => cancelled,
        Err(payload) => payload,
    };
    // SAFETY: as above.
    unsafe { end(link, payload, PANICKED) }
}

/// Hands `value` to the resumer, for good.
///
/// # Safety
///
/// As for [`sys::finish`].
#[inline(always)]
unsafe fn end<T>(link: NonNull<Link>, value: T, signal: usize) -> ! {
    let mut value = ManuallyDrop::new(value);
    // SAFETY: the caller vouches for the moment; the value counts as moved.
    unsafe { sys::finish(link, transfer::pack(&mut value), signal) }
}
