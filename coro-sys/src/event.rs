//! What is asked of epoll and what it answers.

use std::fmt;
use std::ops::BitOr;

use crate::epoll;

/// The number by which a caller recognises the source of an event.
///
/// The kernel hands it back unchanged. Two sources may carry the same token.
///
/// # Examples
///
/// ```
/// use coro_sys::Token;
///
/// assert_eq!(Token(3), Token(3));
/// assert_ne!(Token(3), Token(4));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u64);

/// The directions in which a source is watched.
///
/// The end of the stream, hang-ups and errors are reported whatever the interest is.
///
/// # Examples
///
/// ```
/// use coro_sys::Interest;
///
/// let both = Interest::READABLE | Interest::WRITABLE;
/// assert!(both.is_readable() && both.is_writable());
/// assert!(!Interest::READABLE.is_writable());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interest(u8);

impl Interest {
    /// Nothing but errors and hang-ups.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!coro_sys::Interest::NONE.is_readable());
    /// ```
    pub const NONE: Interest = Interest(0);

    /// Data, urgent data, a connection to accept, or the end of the stream.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(coro_sys::Interest::READABLE.is_readable());
    /// ```
    pub const READABLE: Interest = Interest(1);

    /// Room to write, or the outcome of a connection attempt.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(coro_sys::Interest::WRITABLE.is_writable());
    /// ```
    pub const WRITABLE: Interest = Interest(2);

    /// Whether reading is asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!coro_sys::Interest::WRITABLE.is_readable());
    /// ```
    #[must_use]
    pub const fn is_readable(self) -> bool {
        self.0 & Self::READABLE.0 != 0
    }

    /// Whether writing is asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(coro_sys::Interest::WRITABLE.is_writable());
    /// ```
    #[must_use]
    pub const fn is_writable(self) -> bool {
        self.0 & Self::WRITABLE.0 != 0
    }

    /// The flags of `epoll_event` that ask for this interest in this mode.
    pub(crate) fn flags(self, mode: Mode) -> u32 {
        let mut flags = 0;
        if self.is_readable() {
            flags |= libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLRDHUP;
        }
        if self.is_writable() {
            flags |= libc::EPOLLOUT;
        }
        flags |= match mode {
            Mode::Level => 0,
            Mode::Edge => libc::EPOLLET,
            Mode::OneShot => libc::EPOLLONESHOT,
        };
        flags as u32
    }
}

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match (self.is_readable(), self.is_writable()) {
            (false, false) => "NONE",
            (true, false) => "READABLE",
            (false, true) => "WRITABLE",
            (true, true) => "READABLE | WRITABLE",
        })
    }
}

/// When a source that is ready is reported.
///
/// # Examples
///
/// ```
/// use coro_sys::Mode;
///
/// assert_ne!(Mode::Level, Mode::Edge);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// At every poll for as long as it is ready.
    Level,
    /// Once each time that something new happens to it.
    Edge,
    /// Once; then it is silent until [`Registry::reregister`](crate::Registry::reregister).
    OneShot,
}

/// One source that is ready.
///
/// # Examples
///
/// ```
/// use coro_sys::{Events, Poll, Token, Waker};
///
/// # fn main() -> std::io::Result<()> {
/// let poll = Poll::new()?;
/// let waker = Waker::new(poll.registry(), Token(0))?;
/// let mut events = Events::with_capacity(1);
/// waker.wake()?;
/// poll.poll(&mut events, None)?;
/// for event in &events {
///     assert_eq!(event.token(), Token(0));
///     assert!(event.is_readable() && !event.is_error());
/// }
/// # Ok(())
/// # }
/// ```
///
/// A peer that has gone:
///
/// ```
/// use coro_sys::{Events, Interest, Mode, Poll, Token};
/// use std::os::unix::net::UnixStream;
///
/// # fn main() -> std::io::Result<()> {
/// let poll = Poll::new()?;
/// let (near, far) = UnixStream::pair()?;
/// poll.registry().register(&near, Token(0), Interest::READABLE, Mode::Edge)?;
/// drop(far);
/// let mut events = Events::with_capacity(1);
/// poll.poll(&mut events, None)?;
/// let event = events.iter().next().expect("one event");
/// assert!(event.is_read_closed() && event.is_write_closed());
/// assert!(event.is_readable() && event.is_writable() && !event.is_urgent());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Event {
    flags: u32,
    token: Token,
}

impl Event {
    /// The token given at registration.
    #[must_use]
    pub const fn token(&self) -> Token {
        self.token
    }

    /// Whether a read would not block: data, the end of the stream, or an error.
    #[must_use]
    pub const fn is_readable(&self) -> bool {
        self.any(libc::EPOLLIN | libc::EPOLLRDHUP | libc::EPOLLHUP | libc::EPOLLERR)
    }

    /// Whether there is urgent data (`MSG_OOB`). A read of the other data ends where it stands.
    #[must_use]
    pub const fn is_urgent(&self) -> bool {
        self.any(libc::EPOLLPRI)
    }

    /// Whether a write would not block: room, a hang-up, or an error.
    #[must_use]
    pub const fn is_writable(&self) -> bool {
        self.any(libc::EPOLLOUT | libc::EPOLLHUP | libc::EPOLLERR)
    }

    /// Whether the peer will send no more.
    #[must_use]
    pub const fn is_read_closed(&self) -> bool {
        self.any(libc::EPOLLRDHUP | libc::EPOLLHUP)
    }

    /// Whether nothing can be sent any more.
    #[must_use]
    pub const fn is_write_closed(&self) -> bool {
        self.any(libc::EPOLLHUP) || self.is_error()
    }

    /// Whether the source has an error to be fetched.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        self.any(libc::EPOLLERR)
    }

    const fn any(&self, flags: libc::c_int) -> bool {
        self.flags & flags as u32 != 0
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Event")
            .field("token", &self.token)
            .field("readable", &self.is_readable())
            .field("writable", &self.is_writable())
            .field("read_closed", &self.is_read_closed())
            .field("write_closed", &self.is_write_closed())
            .field("urgent", &self.is_urgent())
            .field("error", &self.is_error())
            .finish()
    }
}

/// The buffer into which [`Poll::poll`](crate::Poll::poll) puts what is ready.
///
/// It is allocated once. When more sources are ready than it holds, the rest follow at the
/// next poll.
///
/// # Examples
///
/// ```
/// use coro_sys::Events;
///
/// let events = Events::with_capacity(64);
/// assert!(events.is_empty());
/// ```
pub struct Events {
    pub(crate) buffer: Box<[epoll::RawEvent]>,
    pub(crate) length: usize,
}

impl Events {
    /// A buffer for `capacity` events at a time.
    ///
    /// # Panics
    ///
    /// When `capacity` is zero: the kernel refuses an empty buffer.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(coro_sys::Events::with_capacity(64).len(), 0);
    /// ```
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Events {
        assert!(capacity > 0, "a buffer of events needs room for one");
        let empty = epoll::RawEvent { events: 0, u64: 0 };
        Events {
            buffer: vec![empty; capacity].into_boxed_slice(),
            length: 0,
        }
    }

    /// How many events the last poll reported.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether the last poll reported none, as at a time-out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The events of the last poll, in the kernel's order.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            events: self.buffer[..self.length].iter(),
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self).finish()
    }
}

impl<'a> IntoIterator for &'a Events {
    type Item = Event;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Iterates over the events of one poll; made by [`Events::iter`].
///
/// # Examples
///
/// ```
/// let events = coro_sys::Events::with_capacity(1);
/// assert_eq!(events.iter().count(), 0);
/// ```
pub struct Iter<'a> {
    events: std::slice::Iter<'a, epoll::RawEvent>,
}

impl Iterator for Iter<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let raw = self.events.next()?;
        Some(Event {
            flags: raw.events,
            token: Token(raw.u64),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.events.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}
