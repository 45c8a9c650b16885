//! A descriptor of the user's own.

use std::fmt;
use std::future::Future;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::task::{Context, Poll};

use super::readiness::Direction;
use super::registered::{Done, Registered};

/// Watches a descriptor for which this crate has no type: a datagram socket, a device, an `inotify`,
/// the socket of a C library.
///
/// The descriptor must not block (`O_NONBLOCK`). An operation on it is tried as soon as the kernel has
/// reported it as ready, and again as often as it fails with
/// [`WouldBlock`](io::ErrorKind::WouldBlock). Any number of tasks may wait at a time, in either direction.
///
/// # Examples
///
/// ```
/// use coro_runtime::io::AsyncFd;
/// use std::os::unix::net::UnixDatagram;
///
/// # fn main() -> std::io::Result<()> {
/// let (left, right) = UnixDatagram::pair()?;
/// left.set_nonblocking(true)?;
/// right.set_nonblocking(true)?;
/// coro_runtime::block_on(async {
///     let (left, right) = (AsyncFd::new(left)?, AsyncFd::new(right)?);
///     let mut buffer = [0; 16];
///     let received = right.read_with(|socket| socket.recv(&mut buffer));
///     let sent = left.write_with(|socket| socket.send(b"hello"));
///     assert_eq!(coro_runtime::try_join!(received, sent).await?, (5, 5));
///     assert_eq!(&buffer[..5], b"hello");
///     Ok(())
/// })
/// # }
/// ```
pub struct AsyncFd<T: AsFd> {
    registered: Registered<T>,
}

impl<T: AsFd> AsyncFd<T> {
    /// Watches `io` until it is dropped.
    ///
    /// # Errors
    ///
    /// Those of `epoll_ctl`: `PermissionDenied` for files and directories, which have no events (see
    /// [`fs`](crate::fs)), `AlreadyExists` for a descriptor that this runtime watches already.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::io::AsyncFd;
    /// use std::io::ErrorKind;
    ///
    /// coro_runtime::block_on(async {
    ///     let file = std::fs::File::open("/proc/self/exe").unwrap();
    ///     assert_eq!(AsyncFd::new(file).unwrap_err().kind(), ErrorKind::PermissionDenied);
    /// });
    /// ```
    #[track_caller]
    pub fn new(io: T) -> io::Result<AsyncFd<T>> {
        Ok(AsyncFd {
            registered: Registered::new(io, true)?,
        })
    }

    /// What is watched. An operation on it may fail with `WouldBlock`.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// let (reader, _writer) = std::os::unix::net::UnixStream::pair()?;
    /// reader.set_nonblocking(true)?;
    /// coro_runtime::block_on(async {
    ///     let watched = coro_runtime::io::AsyncFd::new(reader)?;
    ///     assert!(watched.get_ref().take_error()?.is_none());
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn get_ref(&self) -> &T {
        self.registered.get()
    }

    /// Does `operation`, which reads or accepts, as soon as it does not block.
    ///
    /// Dropping the future before it is ready leaves the descriptor as it is.
    ///
    /// # Errors
    ///
    /// Those of `operation`, but for `WouldBlock` and `Interrupted`, after which it is tried again; and an
    /// error when the runtime has shut down.
    ///
    /// # Examples
    ///
    /// See [`AsyncFd`].
    pub fn read_with<R>(
        &self,
        operation: impl FnMut(&T) -> io::Result<R> + Unpin,
    ) -> impl Future<Output = io::Result<R>> {
        self.registered.attempt(Direction::Read, done(operation))
    }

    /// Does `operation`, which writes, as soon as it does not block. See
    /// [`read_with`](AsyncFd::read_with).
    ///
    /// # Errors
    ///
    /// Those of [`read_with`](AsyncFd::read_with).
    ///
    /// # Examples
    ///
    /// See [`AsyncFd`].
    pub fn write_with<R>(
        &self,
        operation: impl FnMut(&T) -> io::Result<R> + Unpin,
    ) -> impl Future<Output = io::Result<R>> {
        self.registered.attempt(Direction::Write, done(operation))
    }

    /// Polls for an `operation` that reads, for those who implement traits such as
    /// [`AsyncRead`](super::AsyncRead).
    ///
    /// Nothing is kept between two polls: of those who poll so for one direction, the last is woken.
    ///
    /// # Errors
    ///
    /// Those of [`read_with`](AsyncFd::read_with).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::io::AsyncFd;
    /// use std::future::poll_fn;
    /// use std::io::{Read, Write};
    /// use std::os::unix::net::UnixStream;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let (near, far) = UnixStream::pair()?;
    /// near.set_nonblocking(true)?;
    /// far.set_nonblocking(true)?;
    /// coro_runtime::block_on(async {
    ///     let (near, far) = (AsyncFd::new(near)?, AsyncFd::new(far)?);
    ///     let write = poll_fn(|context| {
    ///         near.poll_write_with(context, |mut stream| stream.write(b"hello"))
    ///     });
    ///     assert_eq!(write.await?, 5);
    ///     let mut buffer = [0; 16];
    ///     let read = poll_fn(|context| {
    ///         far.poll_read_with(context, |mut stream| stream.read(&mut buffer))
    ///     });
    ///     assert_eq!(read.await?, 5);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn poll_read_with<R>(
        &self,
        context: &mut Context<'_>,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.registered
            .poll(Direction::Read, context, done(operation))
    }

    /// Polls for an `operation` that writes. See [`poll_read_with`](AsyncFd::poll_read_with).
    ///
    /// # Errors
    ///
    /// Those of [`read_with`](AsyncFd::read_with).
    ///
    /// # Examples
    ///
    /// See [`poll_read_with`](AsyncFd::poll_read_with).
    pub fn poll_write_with<R>(
        &self,
        context: &mut Context<'_>,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.registered
            .poll(Direction::Write, context, done(operation))
    }
}

/// Nothing is known of how much an operation has left: the next one finds out.
fn done<T, R>(
    mut operation: impl FnMut(&T) -> io::Result<R>,
) -> impl FnMut(&T) -> io::Result<Done<R>> {
    move |io| {
        Ok(Done {
            value: operation(io)?,
            exhausted: false,
        })
    }
}

impl<T: AsFd> AsFd for AsyncFd<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.registered.get().as_fd()
    }
}

impl<T: AsFd + fmt::Debug> fmt::Debug for AsyncFd<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("AsyncFd")
            .field(self.registered.get())
            .finish()
    }
}
