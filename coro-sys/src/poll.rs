//! An epoll instance, and the part of it that registers sources.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use crate::epoll::{self, Operation};
use crate::event::{Events, Interest, Mode, Token};

/// An epoll instance.
///
/// Any number of threads may register, and poll, at the same time.
///
/// # Examples
///
/// ```
/// use coro_sys::{Events, Poll};
/// use std::time::Duration;
///
/// # fn main() -> std::io::Result<()> {
/// let poll = Poll::new()?;
/// let mut events = Events::with_capacity(8);
/// poll.poll(&mut events, Some(Duration::from_micros(100)))?;
/// assert!(events.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Poll {
    registry: Registry,
}

impl Poll {
    /// Opens an epoll instance that watches nothing.
    ///
    /// # Errors
    ///
    /// Those of [`epoll::create1`].
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let poll = coro_sys::Poll::new()?;
    /// # drop(poll);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new() -> io::Result<Poll> {
        let epoll = epoll::create1()?;
        Ok(Poll {
            registry: Registry { epoll },
        })
    }

    /// The interest list.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Waits until a source is ready or `timeout` has passed, and fills `events`.
    ///
    /// `None` waits for ever, zero does not wait. A signal does not end the wait.
    ///
    /// # Errors
    ///
    /// Those of [`epoll::wait`]; none is expected.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_sys::{Events, Poll, Token, Waker};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let poll = Poll::new()?;
    /// let waker = Waker::new(poll.registry(), Token(1))?;
    /// let mut events = Events::with_capacity(8);
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| waker.wake());
    ///     poll.poll(&mut events, None)
    /// })?;
    /// assert_eq!(events.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn poll(&self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        events.length = 0;
        events.length = epoll::wait(self.registry.as_fd(), &mut events.buffer, timeout)?;
        Ok(())
    }
}

impl AsFd for Poll {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.registry.as_fd()
    }
}

/// The interest list of a [`Poll`].
///
/// A source is anything with a descriptor. Closing its last descriptor removes it; while it
/// is open, [`deregister`](Registry::deregister) does.
///
/// # Examples
///
/// ```
/// use coro_sys::{Interest, Mode, Poll, Token};
///
/// # fn main() -> std::io::Result<()> {
/// let poll = Poll::new()?;
/// let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
/// let registry = poll.registry();
/// registry.register(&socket, Token(1), Interest::READABLE, Mode::Edge)?;
/// registry.reregister(&socket, Token(2), Interest::WRITABLE, Mode::OneShot)?;
/// registry.deregister(&socket)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Registry {
    epoll: OwnedFd,
}

impl Registry {
    /// Watches `source`, and marks its events with `token`.
    ///
    /// # Errors
    ///
    /// Those of [`epoll::ctl`]: `EEXIST` when it is watched already.
    pub fn register(
        &self,
        source: &impl AsFd,
        token: Token,
        interest: Interest,
        mode: Mode,
    ) -> io::Result<()> {
        let flags = interest.flags(mode);
        let data = token.0;
        self.control(source, Operation::Add { flags, data })
    }

    /// Replaces token, interest and mode of a watched source, and re-arms a one-shot.
    ///
    /// # Errors
    ///
    /// Those of [`epoll::ctl`]: `ENOENT` when it is not watched.
    pub fn reregister(
        &self,
        source: &impl AsFd,
        token: Token,
        interest: Interest,
        mode: Mode,
    ) -> io::Result<()> {
        let flags = interest.flags(mode);
        let data = token.0;
        self.control(source, Operation::Modify { flags, data })
    }

    /// Stops watching `source`.
    ///
    /// # Errors
    ///
    /// Those of [`epoll::ctl`]: `ENOENT` when it is not watched.
    pub fn deregister(&self, source: &impl AsFd) -> io::Result<()> {
        self.control(source, Operation::Delete)
    }

    fn control(&self, source: &impl AsFd, operation: Operation) -> io::Result<()> {
        epoll::ctl(self.epoll.as_fd(), source.as_fd(), operation)
    }
}

impl AsFd for Registry {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }
}
