//! Ends a poll from another thread.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use crate::arch::system_call;
use crate::event::{Interest, Mode, Token};
use crate::fault::{self, Call};
use crate::poll::Registry;
use crate::{answered, check};

/// An eventfd that makes a [`Poll`](crate::Poll) report its token.
///
/// It is registered edge-triggered, so each wake is an event of its own and the counter is
/// never read back: a wake costs one `write` and its delivery costs nothing. Only when the
/// counter is full, after 2⁶⁴ − 2 wakes, does [`wake`](Waker::wake) drain it. Wakes that
/// come before the poll is entered are not lost, and merge into one event.
///
/// # Examples
///
/// ```
/// use coro_sys::{Events, Poll, Token, Waker};
///
/// # fn main() -> std::io::Result<()> {
/// let poll = Poll::new()?;
/// let waker = Waker::new(poll.registry(), Token(0))?;
/// let mut events = Events::with_capacity(8);
/// waker.wake()?;
/// waker.wake()?;
/// poll.poll(&mut events, None)?;
/// assert_eq!(events.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Waker {
    counter: File,
}

impl Waker {
    /// Opens an eventfd and registers it.
    ///
    /// # Errors
    ///
    /// `EMFILE` or `ENFILE` when the table of descriptors is full, `ENOMEM`, `ENODEV`, or
    /// those of [`Registry::register`].
    pub fn new(registry: &Registry, token: Token) -> io::Result<Waker> {
        // SAFETY: the call takes two numbers and touches no memory of ours.
        let fd = check(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
        // SAFETY: the kernel has just opened `fd` for us, so nobody else owns it.
        let counter = File::from(unsafe { OwnedFd::from_raw_fd(fd) });
        registry.register(&counter, token, Interest::READABLE, Mode::Edge)?;
        Ok(Waker { counter })
    }

    /// Ends the poll that is under way, or else the next one.
    ///
    /// # Errors
    ///
    /// None is expected of a live eventfd.
    #[inline]
    pub fn wake(&self) -> io::Result<()> {
        loop {
            let limit = fault::limit(Call::Wake, self.as_fd(), 8);
            match limit.and_then(|_| self.add_one()) {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.drain()?,
                Err(error) => return Err(error),
            }
        }
    }

    #[inline]
    fn add_one(&self) -> io::Result<usize> {
        let one = 1_u64;
        let source = (&raw const one).expose_provenance();
        let arguments = [self.counter.as_raw_fd() as usize, source, 8, 0, 0, 0];
        // SAFETY: the kernel reads the eight bytes of `one`, which outlives the call.
        answered(unsafe { system_call(libc::SYS_write, arguments) })
    }

    /// Sets the counter back to zero.
    fn drain(&self) -> io::Result<()> {
        match (&self.counter).read(&mut [0; 8]) {
            Ok(_) => Ok(()),
            // Another thread has drained it first, or a signal came: the caller tries again.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl AsFd for Waker {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.counter.as_fd()
    }
}
