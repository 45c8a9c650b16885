//! What child processes need and `std` lacks: a descriptor that tells of their end.

use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::process::Child;

use crate::check;

/// Opens a descriptor that becomes readable when `child` ends (`pidfd_open`).
///
/// The child must not have been waited for, or its number may be another process's.
///
/// # Errors
///
/// `ESRCH` when there is no such process, `EMFILE`, and `ENOSYS` before Linux 5.3.
///
/// # Examples
///
/// ```
/// use coro_sys::{Events, Interest, Mode, Poll, Token};
/// use std::process::Command;
///
/// # fn main() -> std::io::Result<()> {
/// let mut child = Command::new("true").spawn()?;
/// let end = coro_sys::process::open(&child)?;
/// let poll = Poll::new()?;
/// poll.registry().register(&end, Token(0), Interest::READABLE, Mode::Edge)?;
/// poll.poll(&mut Events::with_capacity(1), None)?;
/// assert!(child.try_wait()?.is_some());
/// # Ok(())
/// # }
/// ```
pub fn open(child: &Child) -> io::Result<OwnedFd> {
    // SAFETY: the call takes two numbers and touches no memory of ours.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, child.id() as libc::pid_t, 0) };
    let fd = check(fd as libc::c_int)?;
    // SAFETY: the kernel has just opened `fd` for us, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Waits, and blocks, until the child of this process with the number `id` has ended, so that it
/// leaves no zombie.
///
/// # Errors
///
/// `ECHILD` when there is no such child, or it was waited for already.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let child = std::process::Command::new("true").spawn()?;
/// coro_sys::process::reap(child.id())?;
/// assert!(coro_sys::process::reap(child.id()).is_err());
/// # Ok(())
/// # }
/// ```
pub fn reap(id: u32) -> io::Result<()> {
    loop {
        // SAFETY: the call takes two numbers, and a null pointer for the outcome, which means that
        // none is written.
        match check(unsafe { libc::waitpid(id as libc::pid_t, std::ptr::null_mut(), 0) }) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map(drop),
        }
    }
}

/// Makes reads from and writes to `file`, a pipe as a rule, fail rather than block.
///
/// # Errors
///
/// None is expected of an open descriptor.
///
/// # Examples
///
/// ```
/// use std::io::{ErrorKind, Read};
///
/// # fn main() -> std::io::Result<()> {
/// let (mut reader, _writer) = std::io::pipe()?;
/// coro_sys::process::set_nonblocking(&reader)?;
/// let error = reader.read(&mut [0; 1]).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::WouldBlock);
/// # Ok(())
/// # }
/// ```
pub fn set_nonblocking(file: &impl AsFd) -> io::Result<()> {
    let fd = file.as_fd().as_raw_fd();
    // SAFETY: the call takes numbers, of which the descriptor is open.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
    // SAFETY: as above.
    check(unsafe { libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK) })?;
    Ok(())
}
