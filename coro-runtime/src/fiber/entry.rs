//! What lies at the top of a fiber's stack, and the function that the fiber starts in.
//!
//! ```text
//!     stack.top() ->  +---------------------------+
//!                     | Head                      |  begins with the link
//!     link        ->  +---------------------------+
//!                     | the closure               |  moved out when the fiber first runs
//!     body        ->  +---------------------------+
//!                     | frames                    |
//! ```

use std::io;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use coro_sys::fiber::{self as sys, Context, Link, Word};
use coro_sys::stack::Stack;

use super::Payload;
use super::head::Head;
use super::transfer::{self, CANCEL, CANCELLED, PANICKED, RETURNED};
use super::yielder::{Cancelled, Yielder};

/// The stack is aligned to this many bytes at least.
const ALIGNMENT: usize = 16;

/// The greatest multiple of `alignment` that leaves `size` bytes below `above`.
#[inline(always)]
fn below(above: *mut u8, size: usize, alignment: usize) -> *mut u8 {
    above.map_addr(|address| (address - size) & !(alignment.max(ALIGNMENT) - 1))
}

/// Where the closure lies below `link`.
#[inline(always)]
fn place<Body>(link: NonNull<Link>) -> *mut Body {
    below(link.as_ptr().cast(), size_of::<Body>(), align_of::<Body>()).cast()
}

/// Moves `body` to the top of `stack`, and has the fiber start with it.
///
/// # Errors
///
/// [`InvalidInput`](io::ErrorKind::InvalidInput) when the closure takes more than a quarter of the stack.
#[inline]
pub(super) fn prepare<Input, Yield, Return, Body>(stack: Stack, body: Body) -> io::Result<Context>
where
    Body: FnOnce(&Yielder<Input, Yield>, Input) -> Return,
{
    let needed = size_of::<Body>().saturating_add(align_of::<Body>());
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
    let place = place::<Body>(link);
    // SAFETY: both places lie in the stack, apart and aligned, and nobody else uses it: the head
    // owns it, and `Fiber` leaves it there until the fiber has finished.
    unsafe {
        head.write(Head::new(stack, head));
        place.write(body);
        Ok(sys::prepare_below(
            head.as_ref().stack(),
            link,
            place.cast(),
            enter::<Input, Yield, Return, Body>,
        ))
    }
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
    // SAFETY: nothing has run on this stack before; `prepare` put head and closure there, and the
    // head stays as long as anything runs on the stack.
    let (yielder, body) = unsafe {
        sys::started(link);
        (
            Yielder::<Input, Yield>::of(link),
            place::<Body>(link).read(),
        )
    };
    // Nothing that a panic may leave in disorder is used afterwards: it goes on in the resumer.
    let result = catch_unwind(AssertUnwindSafe(|| {
        if signal == CANCEL {
            drop(body);
            return None;
        }
        yielder.start();
        // SAFETY: the caller vouches for the word.
        let input = unsafe { transfer::unpack(word) };
        Some(body(yielder, input))
    }));
    // SAFETY: this is the fiber of `link`, and all that it owned is dropped or moved.
    unsafe {
        match result {
            Ok(Some(value)) => end(link, value, RETURNED),
            Ok(None) => end(link, (), CANCELLED),
            Err(payload) => unwound(link, payload, yielder),
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
