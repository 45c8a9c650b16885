//! A socket in the file system that takes connections.

use std::fmt;
use std::future::Future;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;

use coro_sys::fault::{self, Call};

use super::unix_stream::UnixStream;
use crate::io::{Direction, Done, Registered};

/// A socket in the file system that takes connections.
///
/// The file stays when the listener is dropped: who makes it removes it.
///
/// # Examples
///
/// ```
/// use coro_runtime::net::{UnixListener, UnixStream};
///
/// # fn main() -> std::io::Result<()> {
/// let path = std::env::temp_dir().join(format!("coro-example-{}", std::process::id()));
/// let result = coro_runtime::block_on(async {
///     let listener = UnixListener::bind(&path)?;
///     assert_eq!(listener.local_addr()?.as_pathname(), Some(&*path));
///     let client = UnixStream::connect(&path).await?;
///     let (server, _) = listener.accept().await?;
///     client.write_all(b"hello").await?;
///     let mut buffer = [0; 5];
///     server.read_exact(&mut buffer).await?;
///     assert_eq!(&buffer, b"hello");
///     Ok(())
/// });
/// std::fs::remove_file(&path)?;
/// result
/// # }
/// ```
pub struct UnixListener {
    socket: Registered<net::UnixListener>,
}

impl UnixListener {
    /// Makes a socket at `path`, where nothing may be yet, and listens on it.
    ///
    /// # Errors
    ///
    /// `AddrInUse` when there is something, `PermissionDenied`, `NotFound` when there is no
    /// such directory.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[track_caller]
    pub fn bind(path: impl AsRef<Path>) -> io::Result<UnixListener> {
        UnixListener::from_std(net::UnixListener::bind(path)?)
    }

    /// Takes a listener over from `std`, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// Those of `epoll_ctl`.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::UnixListener;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let path = std::env::temp_dir().join(format!("coro-from-std-{}", std::process::id()));
    /// let listener = std::os::unix::net::UnixListener::bind(&path)?;
    /// std::fs::remove_file(&path)?;
    /// coro_runtime::block_on(async {
    ///     let listener = UnixListener::from_std(listener)?;
    ///     assert!(listener.local_addr()?.as_pathname().is_some());
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn from_std(listener: net::UnixListener) -> io::Result<UnixListener> {
        listener.set_nonblocking(true)?;
        Ok(UnixListener {
            socket: Registered::new(listener, true)?,
        })
    }

    /// Takes the next connection, as soon as there is one, and tells its peer's address.
    ///
    /// Dropping the future before it is ready loses no connection.
    ///
    /// # Errors
    ///
    /// `EMFILE` when the table of descriptors is full: the connection stays queued, so wait
    /// a little before the next attempt.
    pub fn accept(&self) -> impl Future<Output = io::Result<(UnixStream, SocketAddr)>> + Send + '_ {
        self.socket
            .attempt(Direction::Read, |socket: &net::UnixListener| {
                fault::limit(Call::Accept, socket.as_fd(), 0)?;
                let (stream, address) = socket.accept()?;
                Ok(Done {
                    value: (UnixStream::from_std(stream)?, address),
                    exhausted: false,
                })
            })
    }

    /// The socket of `std`, for its options. It does not block.
    ///
    /// # Examples
    ///
    /// See [`Connection::as_std`](super::Connection::as_std).
    #[must_use]
    pub fn as_std(&self) -> &net::UnixListener {
        self.socket.get()
    }

    /// The address it listens on.
    ///
    /// # Errors
    ///
    /// None is expected.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get().local_addr()
    }
}

impl AsFd for UnixListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get().as_fd()
    }
}

impl fmt::Debug for UnixListener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.get().fmt(formatter)
    }
}
