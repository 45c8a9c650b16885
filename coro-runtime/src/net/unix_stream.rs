//! A connection within the machine.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;

use super::split::{ReadHalf, WriteHalf, split};
use crate::io::Registered;
use crate::{blocking, context};

/// A connection to a process of this machine, through a socket in the file system.
///
/// As with [`TcpStream`](super::TcpStream), all operations take `&self`.
///
/// # Panics
///
/// Connections are made, and registered, with the runtime of their thread; without one, the
/// call panics.
///
/// # Examples
///
/// ```
/// use coro_runtime::net::UnixStream;
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let (left, right) = UnixStream::pair()?;
///     left.write_all(b"hello").await?;
///     let mut buffer = [0; 5];
///     right.read_exact(&mut buffer).await?;
///     assert_eq!(&buffer, b"hello");
///     Ok(())
/// })
/// # }
/// ```
pub struct UnixStream {
    pub(super) socket: Registered<net::UnixStream>,
}

impl UnixStream {
    /// Connects to the socket at `path`.
    ///
    /// The call waits, on the pool for what blocks, while the listener's queue is full: the
    /// kernel has no event for the end of that.
    ///
    /// # Errors
    ///
    /// `NotFound`, `ConnectionRefused` when nobody listens any more, `PermissionDenied`.
    #[coro::coroutine]
    pub async fn connect<P: AsRef<Path>>(path: P) -> io::Result<UnixStream> {
        let answer = {
            let path = path.as_ref().to_owned();
            let shared = context::shared()
                .expect("a socket was made outside of a runtime: call it inside `block_on`");
            blocking::run(&shared, move || net::UnixStream::connect(path))?
        };
        match answer.await {
            Ok(stream) => UnixStream::from_std(stream?),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// Two ends of a connection that has no name.
    ///
    /// # Errors
    ///
    /// `EMFILE` or `ENFILE` when the table of descriptors is full.
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let (left, right) = net::UnixStream::pair()?;
        Ok((UnixStream::from_std(left)?, UnixStream::from_std(right)?))
    }

    /// Takes a connection over from `std`, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// Those of `epoll_ctl`.
    pub fn from_std(stream: net::UnixStream) -> io::Result<UnixStream> {
        stream.set_nonblocking(true)?;
        Ok(UnixStream {
            socket: Registered::new(stream, true)?,
        })
    }

    /// Reads some bytes, as soon as there are any.
    ///
    /// Zero means that the peer will send no more, or that `buffer` is empty. Dropping the
    /// future before it is ready loses no bytes.
    ///
    /// # Errors
    ///
    /// `ConnectionReset` when the peer has given the connection up.
    pub fn read<'a>(
        &'a self,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.socket.read(buffer)
    }

    /// Writes some of `bytes`, as soon as there is room for any, and tells how many.
    ///
    /// # Errors
    ///
    /// `BrokenPipe` when the peer has given the connection up.
    pub fn write<'a>(
        &'a self,
        bytes: &'a [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.socket.write(bytes)
    }

    /// Reads until `buffer` is full.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` when the stream ends before, and those of [`read`](UnixStream::read).
    #[coro::coroutine]
    pub async fn read_exact(&self, buffer: &mut [u8]) -> io::Result<()> {
        self.socket.read_exact(buffer).await
    }

    /// Writes all of `bytes`.
    ///
    /// Dropping the future before it is ready leaves unknown how many were written.
    ///
    /// # Errors
    ///
    /// Those of [`write`](UnixStream::write).
    #[coro::coroutine]
    pub async fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write_all(bytes).await
    }

    /// Makes two halves of it, one to read and one to write, which may have two owners.
    #[must_use]
    pub fn into_split(self) -> (ReadHalf<UnixStream>, WriteHalf<UnixStream>) {
        split(self)
    }

    /// Ends one direction, or both. The peer's reads then see the end of the stream.
    ///
    /// # Errors
    ///
    /// `NotConnected` when there is no connection any more.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.socket.get().shutdown(how)
    }

    /// The address of this end, which often has no name.
    ///
    /// # Errors
    ///
    /// None is expected.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get().local_addr()
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// `NotConnected` when there is no connection any more.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get().peer_addr()
    }
}

impl AsFd for UnixStream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get().as_fd()
    }
}

impl fmt::Debug for UnixStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.get().fmt(formatter)
    }
}
