//! A name for what a function returns.
//!
//! On stable Rust the type `!` may stand behind the arrow of a function and nowhere else. What is
//! written of a function that returns it, `<fn() -> ! as Returns>::Output`, may stand anywhere.

/// The functions, by their output.
pub trait Returns {
    /// What they return.
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}
