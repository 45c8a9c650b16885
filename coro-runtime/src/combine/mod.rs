//! Futures of several types in one task: `join!`, `try_join!` and `select!`.
//!
//! The macros nest their futures as `Cons(first, Cons(second, Nil))`, so there is no limit to
//! their number, no box, and no unsafe code. They do not await by themselves, but make a
//! future: that is why they are the same in an `async fn` and in a coroutine, of which one
//! writes `.await` and the other may write `wait!`.

mod join;
mod select;

pub use join::{Join, Joined, TryJoin, join, try_join};
pub use select::{Branch, Either, Handled, Select, select, select_or_else};

use pin_project_lite::pin_project;

pin_project! {
    /// The first of a list of futures, and the others.
    #[derive(Debug)]
    pub struct Cons<Head, Tail> {
        #[pin]
        head: Head,
        #[pin]
        tail: Tail,
    }
}

impl<Head, Tail> Cons<Head, Tail> {
    /// A list of one more future.
    pub fn new(head: Head, tail: Tail) -> Cons<Head, Tail> {
        Cons { head, tail }
    }
}

/// The end of a list of futures.
#[derive(Debug)]
pub struct Nil;
