//! What `coro::future!` stands for.

/// The block, compiled by rustc.
macro_rules! future {
    ($($block:tt)*) => { async move { $($block)* } };
}

pub(crate) use future;
