//! The value of `self_reference` with `Pin`: it cannot be moved any more once it refers to itself.
//!
//! ```text
//! cargo run --example self_reference_pinned
//! ```
//!
//! `Pin<&mut T>` is a promise of whoever made it: the value stays where it is until it is
//! dropped. It holds because no safe code gets a `&mut T` out of it, which is what moving takes.
//! A type says by `PhantomPinned` that this matters to it. The price is one unsafe block for the
//! author, who gives a promise that the compiler cannot check. Of `#[coro::coroutine]` the user
//! pays none: the macro writes it.

use std::marker::PhantomPinned;
use std::pin::{Pin, pin};

/// A text and a cursor into it, as the frame of a coroutine has them.
struct Frame {
    text: [u8; 5],
    /// Null before the start; afterwards it is in `text` or at its end.
    cursor: *const u8,
    /// Takes `Unpin` away: a pinned frame stays where it is.
    _pinned: PhantomPinned,
}

impl Frame {
    /// A frame that has not started refers to nothing, and may be moved.
    fn new() -> Self {
        Self {
            text: *b"hello",
            cursor: std::ptr::null(),
            _pinned: PhantomPinned,
        }
    }

    /// The next character, for which the frame has to be pinned, as for `Future::poll`.
    fn next(self: Pin<&mut Self>) -> Option<char> {
        // SAFETY: nothing is moved out of the reference.
        let this = unsafe { self.get_unchecked_mut() };
        if this.cursor.is_null() {
            this.cursor = this.text.as_ptr();
        }
        if this.cursor == this.text.as_ptr_range().end {
            return None;
        }
        // SAFETY: the cursor was made from this very text, which has been pinned ever since.
        let byte = unsafe { *this.cursor };
        // SAFETY: it was not at the end.
        this.cursor = unsafe { this.cursor.add(1) };
        Some(char::from(byte))
    }
}

fn main() {
    // Before it is pinned it may be moved about.
    let frames = [Frame::new(), Frame::new()];
    for frame in frames {
        // On the stack: the macro takes the value, so that there is no other way to it.
        let mut frame = pin!(frame);
        let mut text = String::new();
        while let Some(character) = frame.as_mut().next() {
            text.push(character);
        }
        println!("on the stack: {text}");
    }

    // On the heap: the box may be moved, for the frame stays where it is.
    let mut boxed = Box::pin(Frame::new());
    let first = boxed.as_mut().next();
    let mut moved = [boxed];
    let second = moved[0].as_mut().next();
    println!("on the heap: {first:?}, and after moving the box {second:?}");

    // This does not compile, and is the move that went wrong without `Pin`:
    //
    //     std::mem::swap(&mut *moved[0], &mut Frame::new());
    //                    ^ cannot borrow data in dereference of `Pin<Box<Frame>>` as mutable
}
