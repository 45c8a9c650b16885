//! The three system calls of epoll, one function each.
//!
//! [`Poll`](crate::Poll) and [`Registry`](crate::Registry) are the comfortable way to them.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

use crate::{check, fault};

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
pub fn ctl(epoll: BorrowedFd<'_>, fd: BorrowedFd<'_>, operation: Operation) -> io::Result<()> {
    let (code, flags, data) = match operation {
        Operation::Add { flags, data } => (libc::EPOLL_CTL_ADD, flags, data),
        Operation::Modify { flags, data } => (libc::EPOLL_CTL_MOD, flags, data),
        Operation::Delete => (libc::EPOLL_CTL_DEL, 0, 0),
    };
    let mut event = RawEvent {
        events: flags,
        u64: data,
    };
    // SAFETY: `event` lives until the call returns, and the kernel only reads it.
    check(unsafe { libc::epoll_ctl(epoll.as_raw_fd(), code, fd.as_raw_fd(), &mut event) })?;
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

fn wait_once(
    epoll: BorrowedFd<'_>,
    events: &mut [RawEvent],
    timeout: Option<Duration>,
) -> io::Result<usize> {
    let capacity = libc::c_int::try_from(events.len()).unwrap_or(libc::c_int::MAX);
    let milliseconds = match timeout {
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
    // SAFETY: the kernel writes at most `capacity` records to `events`, which has that many.
    let count = check(unsafe {
        libc::epoll_wait(
            epoll.as_raw_fd(),
            events.as_mut_ptr(),
            capacity,
            milliseconds,
        )
    })?;
    Ok(count as usize)
}

/// `epoll_pwait2` by number: older C libraries lack the wrapper.
fn wait_precisely(
    epoll: BorrowedFd<'_>,
    events: &mut [RawEvent],
    timeout: Duration,
) -> io::Result<usize> {
    let capacity = libc::c_int::try_from(events.len()).unwrap_or(libc::c_int::MAX);
    let timeout = libc::timespec {
        tv_sec: libc::time_t::try_from(timeout.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: libc::c_long::from(timeout.subsec_nanos() as i32),
    };
    // SAFETY: the kernel writes at most `capacity` records to `events`, which has that many,
    // reads `timeout`, which outlives the call, and takes no signal mask (null).
    let count = unsafe {
        libc::syscall(
            libc::SYS_epoll_pwait2,
            epoll.as_raw_fd(),
            events.as_mut_ptr(),
            capacity,
            &timeout as *const libc::timespec,
            std::ptr::null::<libc::sigset_t>(),
            0_usize,
        )
    };
    if count == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(count as usize)
}

/// Whether the kernel, or a sandbox around us, does not know the call.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM))
}
