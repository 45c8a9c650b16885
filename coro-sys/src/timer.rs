//! An alarm clock that a poll can watch.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

use crate::check;
use crate::event::{Interest, Mode, Token};
use crate::poll::Registry;

/// A timerfd that makes a [`Poll`](crate::Poll) report its token when it expires.
///
/// It counts on the monotonic clock. Unlike the time-out of a poll it is not subject to the
/// timer slack of the thread (50 µs as a rule), and setting it again is the only call it
/// needs: it is registered edge-triggered and never read.
///
/// # Examples
///
/// ```
/// use coro_sys::{Events, Poll, Timer, Token};
/// use std::time::{Duration, Instant};
///
/// # fn main() -> std::io::Result<()> {
/// let poll = Poll::new()?;
/// let timer = Timer::new(poll.registry(), Token(0))?;
/// let mut events = Events::with_capacity(8);
/// let start = Instant::now();
/// timer.set(Some(Duration::from_millis(2)))?;
/// poll.poll(&mut events, None)?;
/// assert!(start.elapsed() >= Duration::from_millis(2));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Timer {
    fd: OwnedFd,
}

impl Timer {
    /// Opens a timerfd that is not set, and registers it.
    ///
    /// # Errors
    ///
    /// `EMFILE` or `ENFILE` when the table of descriptors is full, `ENOMEM`, `ENODEV`, or
    /// those of [`Registry::register`].
    pub fn new(registry: &Registry, token: Token) -> io::Result<Timer> {
        // SAFETY: the call takes two numbers and touches no memory of ours.
        let fd = check(unsafe {
            libc::timerfd_create(
                libc::CLOCK_MONOTONIC,
                libc::TFD_CLOEXEC | libc::TFD_NONBLOCK,
            )
        })?;
        // SAFETY: the kernel has just opened `fd` for us, so nobody else owns it.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        registry.register(&fd, token, Interest::READABLE, Mode::Edge)?;
        Ok(Timer { fd })
    }

    /// Sets the alarm to go off once after `delay`, or with `None` not at all.
    ///
    /// What was set before is forgotten. A delay of zero goes off at once.
    ///
    /// # Errors
    ///
    /// None is expected of a live timerfd.
    pub fn set(&self, delay: Option<Duration>) -> io::Result<()> {
        let unset = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let value = match delay {
            None => unset,
            // Zero would unset the timer; one nanosecond is the shortest delay.
            Some(delay) if delay.is_zero() => libc::timespec {
                tv_sec: 0,
                tv_nsec: 1,
            },
            Some(delay) => libc::timespec {
                tv_sec: libc::time_t::try_from(delay.as_secs()).unwrap_or(libc::time_t::MAX),
                tv_nsec: libc::c_long::from(delay.subsec_nanos() as i32),
            },
        };
        let setting = libc::itimerspec {
            it_interval: unset,
            it_value: value,
        };
        // SAFETY: the kernel reads `setting`, which outlives the call, and a null pointer
        // for the old setting means that none is written.
        check(unsafe {
            libc::timerfd_settime(self.fd.as_raw_fd(), 0, &setting, std::ptr::null_mut())
        })?;
        Ok(())
    }
}

impl AsFd for Timer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
