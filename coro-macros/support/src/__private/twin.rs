//! The direct-style twin: the same body in which a suspension is a plain call.
//!
//! It is never run; it is there for rustc to check.
use core::future::IntoFuture;

/// A suspension as the twin sees it: an ordinary call that hands back the output.
pub fn wait<F: IntoFuture>(_: F) -> F::Output {
    unreachable!("a twin was run")
}

/// Checks a body.
pub fn check<Output>(_: impl FnOnce() -> Output) -> ! {
    unreachable!("a twin was run")
}

/// Stands in for a function that could not be lowered: its error has been reported.
pub fn stub<Output>() -> core::future::Pending<Output> {
    core::future::pending()
}
