//! What lies at the top of a fiber's stack, and the function that the fiber starts in.
//!
//! ```text
//!     stack.top() ->  +---------------------------+
//!                     | Link                      |
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

use super::Outcome;
use super::transfer::{self, CANCEL, FINISHED};
use super::yielder::{Cancelled, Yielder};

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
    let link = below(stack.top().as_ptr(), size_of::<Link>(), align_of::<Link>());
    let link = NonNull::new(link)
        .expect("a stack is not at address 0")
        .cast();
    let launch = launch::<Body>(link);
    // SAFETY: both places lie in the stack, apart and aligned, and nobody else uses it: `Fiber`
    // owns it, and keeps it until the fiber has finished.
    unsafe {
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
    let outcome: Outcome<Return> = match result {
        Err(payload) => match payload.downcast::<Cancelled>() {
            Ok(cancelled) if yielder.is_own(&cancelled) => Ok(None),
            Ok(cancelled) => Err(cancelled),
            Err(payload) => Err(payload),
        },
        returned => returned,
    };
    let mut outcome = ManuallyDrop::new(outcome);
    // SAFETY: this is the fiber of `link`, and all that it owned is dropped or moved.
    unsafe { sys::finish(link, transfer::pack(&mut outcome), FINISHED) }
}
