//! A value that refers to itself, without `Pin`: it points to where it used to be.
//!
//! ```text
//! cargo run --example self_reference
//! ```
//!
//! A coroutine that borrows one of its own locals across a wait becomes a value that holds a
//! text and the address of that text. In Rust every value may be moved at any time, by copying its
//! bytes and nothing else. The address is copied too, and is then that of the place before. This
//! program only compares addresses; reading through the stale one would be undefined behaviour, and
//! is what `self_reference_pinned` rules out.

/// A text and a cursor into it, as the frame of a coroutine has them.
struct Frame {
    text: [u8; 5],
    /// Where the next byte is. It ought to lie in `text`.
    cursor: *const u8,
}

impl Frame {
    fn new() -> Self {
        Self {
            text: *b"hello",
            cursor: std::ptr::null(),
        }
    }

    /// Points the cursor at the text. Nothing keeps the caller from moving the value afterwards.
    fn start(&mut self) {
        self.cursor = self.text.as_ptr();
    }

    fn report(&self, when: &str) {
        let place = if self.text.as_ptr_range().contains(&self.cursor) {
            "into its own text"
        } else {
            "to where the text was before"
        };
        println!("{when}: the cursor points {place}");
    }
}

fn main() {
    let mut frame = Frame::new();
    frame.start();
    frame.report("at first");

    // To the heap: the bytes are somewhere else from here on.
    let mut moved = Box::new(frame);
    moved.report("after a move");

    // Swapping moves two at once: each cursor points into the other.
    moved.start();
    let mut other = Box::new(Frame::new());
    other.start();
    std::mem::swap(&mut *moved, &mut *other);
    moved.report("after a swap");
    let crossed = other.text.as_ptr_range().contains(&moved.cursor);
    println!("in fact it points into the other: {crossed}");
}
