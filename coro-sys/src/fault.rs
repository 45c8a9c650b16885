//! A seam at which tests make system calls fail.
//!
//! Without the feature `fault-injection` (off by default, and for tests only) it is nothing: each
//! function is an inlined constant. With it, a test has a plan asked before each call, by
//! `inject`. One plan at a time is in force in a process, for its runtimes have threads of their
//! own.

#[cfg(not(feature = "fault-injection"))]
use std::io;
#[cfg(not(feature = "fault-injection"))]
use std::os::fd::BorrowedFd;

#[cfg(feature = "fault-injection")]
mod plan;

#[cfg(feature = "fault-injection")]
pub use plan::{Fault, Injection, inject, limit};
#[cfg(feature = "fault-injection")]
pub(crate) use plan::{connected, opened, registered, wait};

/// A call that may be made to fail.
///
/// # Examples
///
/// ```
/// use coro_sys::fault::Call;
///
/// assert_ne!(Call::Read, Call::Write);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Takes a connection from a listener.
    Accept,
    /// Starts a connection.
    Connect,
    /// Reads from a stream.
    Read,
    /// Receives a message.
    Receive,
    /// Sends a message.
    Send,
    /// Waits for events.
    Wait,
    /// Ends a wait from another thread.
    Wake,
    /// Writes to a stream.
    Write,
}

/// How many of `length` bytes a call on `fd` may move: all, unless a fault is injected.
///
/// Whoever reads or writes asks this first.
///
/// # Errors
///
/// The error that is injected, instead of which the call is not to be made.
///
/// # Examples
///
/// ```
/// use coro_sys::fault::{self, Call};
/// use std::os::fd::AsFd;
///
/// # fn main() -> std::io::Result<()> {
/// let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
/// assert_eq!(fault::limit(Call::Read, socket.as_fd(), 100)?, 100);
/// # Ok(())
/// # }
/// ```
#[cfg(not(feature = "fault-injection"))]
#[inline(always)]
pub fn limit(_: Call, _: BorrowedFd<'_>, length: usize) -> io::Result<usize> {
    Ok(length)
}

#[cfg(not(feature = "fault-injection"))]
pub(crate) use nothing::{connected, opened, registered, wait};

/// What the seam is without the feature.
#[cfg(not(feature = "fault-injection"))]
mod nothing {
    use std::io;
    use std::os::fd::{BorrowedFd, RawFd};
    use std::time::Duration;

    use crate::epoll::{Operation, RawEvent};

    #[inline(always)]
    pub(crate) fn connected(outcome: io::Result<libc::c_int>) -> io::Result<libc::c_int> {
        outcome
    }

    #[inline(always)]
    pub(crate) fn opened(_: RawFd) {}

    #[inline(always)]
    pub(crate) fn registered(_: BorrowedFd<'_>, _: BorrowedFd<'_>, _: Operation) {}

    #[inline(always)]
    pub(crate) fn wait(
        _: BorrowedFd<'_>,
        events: &mut [RawEvent],
        timeout: Option<Duration>,
        call: impl FnOnce(&mut [RawEvent], Option<Duration>) -> io::Result<usize>,
    ) -> io::Result<usize> {
        call(events, timeout)
    }
}
