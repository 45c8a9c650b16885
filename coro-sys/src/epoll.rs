//! The three system calls of epoll, one function each.
//!
//! [`Poll`](crate::Poll) and [`Registry`](crate::Registry) are the comfortable way to them.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

use crate::arch::system_call;
use crate::{answered, check, fault};

/// The kernel's event record: flags, and the caller's number.
///
/// # Examples
///
/// ```
/// let event = coro_sys::epoll::RawEvent { events: 0, u64: 7 };
/// assert_eq!({ event.u64 }, 7);
/// ```
pub use libc::epoll_event as RawEvent;

/// What [`ctl`] does to the interest list.
///
/// # Examples
///
/// ```
/// use coro_sys::epoll::Operation;
///
/// let operation = Operation::Add { flags: 1, data: 7 };
/// assert_ne!(operation, Operation::Delete);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Watches a descriptor that is not watched yet.
    Add {
        /// `EPOLLIN` and its kin.
        flags: u32,
        /// Handed back with each event.
        data: u64,
    },
    /// Replaces flags and data of a watched descriptor, and re-arms it.
    Modify {
        /// `EPOLLIN` and its kin.
        flags: u32,
        /// Handed back with each event.
        data: u64,
    },
    /// Stops watching.
    Delete,
}

/// Creates an epoll instance that is closed on `exec`.
///
/// # Errors
///
/// `EMFILE` or `ENFILE` when the table of descriptors is full, `ENOMEM`.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let epoll = coro_sys::epoll::create1()?;
/// # drop(epoll);
/// # Ok(())
/// # }
/// ```
pub fn create1() -> io::Result<OwnedFd> {
    // SAFETY: the call takes a flag and touches no memory of ours.
    let fd = check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
    fault::opened(fd);
    // SAFETY: the kernel has just opened `fd` for us, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Changes the interest list of `epoll` for the descriptor `fd`.
///
/// # Errors
///
/// `EEXIST` when adding twice, `ENOENT` when the descriptor is not watched, `EPERM` when it
/// cannot be watched (a regular file), `EBADF`, `ENOSPC`, `ENOMEM`.
///
/// # Examples
///
/// ```
/// use coro_sys::epoll::{self, Operation};
/// use std::os::fd::AsFd;
///
/// # fn main() -> std::io::Result<()> {
/// let epoll = epoll::create1()?;
/// let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
/// epoll::ctl(epoll.as_fd(), socket.as_fd(), Operation::Add { flags: 1, data: 0 })?;
/// epoll::ctl(epoll.as_fd(), socket.as_fd(), Operation::Delete)?;
/// # Ok(())
/// # }
/// ```
#[inline]
pub fn ctl(epoll: BorrowedFd<'_>, fd: BorrowedFd<'_>, operation: Operation) -> io::Result<()> {
    let (code, flags, data) = match operation {
        Operation::Add { flags, data } => (libc::EPOLL_CTL_ADD, flags, data),
        Operation::Modify { flags, data } => (libc::EPOLL_CTL_MOD, flags, data),
        Operation::Delete => (libc::EPOLL_CTL_DEL, 0, 0),
    };
    let event = RawEvent {
        events: flags,
        u64: data,
    };
    let arguments = [
        epoll.as_raw_fd() as usize,
        code as usize,
        fd.as_raw_fd() as usize,
        (&raw const event).expose_provenance(),
        0,
        0,
    ];
    // SAFETY: `event` lives until the call returns, and the kernel only reads it.
    answered(unsafe { system_call(libc::SYS_epoll_ctl, arguments) })?;
    fault::registered(epoll, fd, operation);
    Ok(())
}

/// Waits until something is ready or `timeout` has passed, and tells how many events stand
/// at the front of `events`.
///
/// `None` waits for ever. The time is kept to the nanosecond where the kernel can
/// (`epoll_pwait2`, Linux 5.11) and is rounded up to a millisecond elsewhere. A signal does
/// not end the wait: it is resumed for the time that is left.
///
/// # Errors
///
/// `EBADF` or `EINVAL` when `epoll` is no epoll instance or `events` is empty.
///
/// # Examples
///
/// ```
/// use coro_sys::epoll::{self, RawEvent};
/// use std::os::fd::AsFd;
/// use std::time::Duration;
///
/// # fn main() -> std::io::Result<()> {
/// let epoll = epoll::create1()?;
/// let mut events = [RawEvent { events: 0, u64: 0 }; 4];
/// let count = epoll::wait(epoll.as_fd(), &mut events, Some(Duration::from_millis(1)))?;
/// assert_eq!(count, 0);
/// # Ok(())
/// # }
/// ```
#[inline]
pub fn wait(
    epoll: BorrowedFd<'_>,
    events: &mut [RawEvent],
    timeout: Option<Duration>,
) -> io::Result<usize> {
    // The clock is read only for a wait that can both be interrupted and end by itself.
    let limited = timeout.filter(|duration| !duration.is_zero());
    let deadline = limited.and_then(|duration| Instant::now().checked_add(duration));
    let mut remaining = timeout;
    loop {
        let once = fault::wait(epoll, events, remaining, |events, timeout| {
            wait_once(epoll, events, timeout)
        });
        match once {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                if let Some(deadline) = deadline {
                    remaining = Some(deadline.saturating_duration_since(Instant::now()));
                }
            }
            result => return result,
        }
    }
}

#[inline]
fn wait_once(
    epoll: BorrowedFd<'_>,
    events: &mut [RawEvent],
    timeout: Option<Duration>,
) -> io::Result<usize> {
    let milliseconds: libc::c_int = match timeout {
        None => -1,
        Some(duration) if duration.is_zero() => 0,
        Some(duration) => match wait_precisely(epoll, events, duration) {
            Err(error) if is_missing(&error) => {
                let rounded = duration.saturating_add(Duration::from_nanos(999_999));
                libc::c_int::try_from(rounded.as_millis()).unwrap_or(libc::c_int::MAX)
            }
            result => return result,
        },
    };
    pwait(libc::SYS_epoll_pwait, epoll, events, milliseconds as usize)
}

/// `epoll_pwait2`, which older kernels do not know.
fn wait_precisely(
    epoll: BorrowedFd<'_>,
    events: &mut [RawEvent],
    timeout: Duration,
) -> io::Result<usize> {
    let timeout = libc::timespec {
        tv_sec: libc::time_t::try_from(timeout.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: libc::c_long::from(timeout.subsec_nanos() as i32),
    };
    let timeout = (&raw const timeout).expose_provenance();
    pwait(libc::SYS_epoll_pwait2, epoll, events, timeout)
}

/// Either call; they differ in what the time-out is. There is no plain `epoll_wait` on AArch64.
#[inline]
fn pwait(
    number: libc::c_long,
    epoll: BorrowedFd<'_>,
    events: &mut [RawEvent],
    timeout: usize,
) -> io::Result<usize> {
    let capacity = libc::c_int::try_from(events.len()).unwrap_or(libc::c_int::MAX);
    let arguments = [
        epoll.as_raw_fd() as usize,
        events.as_mut_ptr().expose_provenance(),
        capacity as usize,
        timeout,
        // No signal mask.
        0,
        0,
    ];
    // SAFETY: the kernel writes at most `capacity` records to `events`, which has that many, and
    // reads the time-out, which outlives the call where it is a pointer.
    answered(unsafe { system_call(number, arguments) })
}

/// Whether the kernel, or a sandbox around us, does not know the call.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM))
}
