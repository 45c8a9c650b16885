//! A connection, over any kind of socket that is a stream of bytes.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};

use super::split::{ReadHalf, WriteHalf, split};
use crate::io::{Registered, StreamSocket};

/// A connection over a socket `S` of `std`; see [`TcpStream`](super::TcpStream) and
/// [`UnixStream`](super::UnixStream), which are the two kinds.
///
/// All operations take `&self`: one task may read while another writes. Several that read
/// at a time each get some of the bytes.
///
/// # Panics
///
/// Connections are made, and registered, with the runtime of their thread; without one, the
/// call panics.
///
/// # Examples
///
/// ```
/// use coro_runtime::net::{Connection, Socket, UnixStream};
///
/// async fn greet<S: Socket>(connection: &Connection<S>) -> std::io::Result<()> {
///     connection.write_all(b"hello").await
/// }
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let (left, right) = UnixStream::pair()?;
///     greet(&left).await?;
///     let mut buffer = [0; 5];
///     right.read_exact(&mut buffer).await?;
///     assert_eq!(&buffer, b"hello");
///     Ok(())
/// })
/// # }
/// ```
pub struct Connection<S: Socket> {
    pub(super) socket: Registered<S>,
}

/// A socket of `std` that is a stream of bytes. It cannot be implemented outside of this
/// crate.
///
/// # Examples
///
/// See [`Connection`].
pub trait Socket: StreamSocket + fmt::Debug + 'static {
    /// What tells one end of a connection from another.
    type Address;

    #[doc(hidden)]
    fn set_nonblocking(&self) -> io::Result<()>;
    #[doc(hidden)]
    fn shutdown(&self, how: Shutdown) -> io::Result<()>;
    #[doc(hidden)]
    fn local_addr(&self) -> io::Result<Self::Address>;
    #[doc(hidden)]
    fn peer_addr(&self) -> io::Result<Self::Address>;
}

macro_rules! implement {
    ($($socket:ty, $address:ty;)*) => {$(
        impl Socket for $socket {
            type Address = $address;

            fn set_nonblocking(&self) -> io::Result<()> {
                <$socket>::set_nonblocking(self, true)
            }

            fn shutdown(&self, how: Shutdown) -> io::Result<()> {
                <$socket>::shutdown(self, how)
            }

            fn local_addr(&self) -> io::Result<$address> {
                <$socket>::local_addr(self)
            }

            fn peer_addr(&self) -> io::Result<$address> {
                <$socket>::peer_addr(self)
            }
        }
    )*};
}

implement! {
    std::net::TcpStream, std::net::SocketAddr;
    std::os::unix::net::UnixStream, std::os::unix::net::SocketAddr;
}

impl<S: Socket> Connection<S> {
    /// Takes a connection over from `std`, and makes it non-blocking.
    ///
    /// # Errors
    ///
    /// Those of `epoll_ctl`.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::TcpStream;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let stream = std::net::TcpStream::connect(listener.local_addr()?)?;
    /// coro_runtime::block_on(async {
    ///     let stream = TcpStream::from_std(stream)?;
    ///     stream.write_all(b"hello").await
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn from_std(socket: S) -> io::Result<Connection<S>> {
        socket.set_nonblocking()?;
        Connection::adopt(socket)
    }

    /// Registers a connected, non-blocking socket.
    #[track_caller]
    pub(super) fn adopt(socket: S) -> io::Result<Connection<S>> {
        Ok(Connection {
            socket: Registered::new(socket, true)?,
        })
    }

    /// Whether it belongs to the runtime of this thread.
    pub(crate) fn is_current(&self) -> bool {
        self.socket.is_current()
    }

    /// Reads some bytes, as soon as there are any.
    ///
    /// Zero means that the peer will send no more, or that `buffer` is empty. Dropping the
    /// future before it is ready loses no bytes.
    ///
    /// # Errors
    ///
    /// `ConnectionReset` when the peer has given the connection up.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::{TcpListener, TcpStream};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let client = TcpStream::connect(listener.local_addr()?).await?;
    ///     let (server, _) = listener.accept().await?;
    ///     client.write_all(b"abc").await?;
    ///     drop(client);
    ///
    ///     let mut buffer = [0; 16];
    ///     assert_eq!(server.read(&mut buffer).await?, 3);
    ///     assert_eq!(server.read(&mut buffer).await?, 0);
    ///     Ok(())
    /// })
    /// # }
    /// ```
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
    /// `BrokenPipe` or `ConnectionReset` when the peer has given the connection up.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::{TcpListener, TcpStream};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let client = TcpStream::connect(listener.local_addr()?).await?;
    ///     assert_eq!(client.write(b"abc").await?, 3);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn write<'a>(
        &'a self,
        bytes: &'a [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.socket.write(bytes)
    }

    /// Writes all of `bytes`.
    ///
    /// Dropping the future before it is ready leaves unknown how many were written.
    ///
    /// # Errors
    ///
    /// Those of [`write`](Connection::write).
    ///
    /// # Examples
    ///
    /// See [the module](crate::net).
    #[coro::coroutine]
    pub async fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write_all(bytes).await
    }

    /// Reads until `buffer` is full.
    ///
    /// # Errors
    ///
    /// `UnexpectedEof` when the stream ends before, and those of [`read`](Connection::read).
    ///
    /// # Examples
    ///
    /// See [the module](crate::net).
    #[coro::coroutine]
    pub async fn read_exact(&self, buffer: &mut [u8]) -> io::Result<()> {
        self.socket.read_exact(buffer).await
    }

    /// Makes two halves of it, one to read and one to write, which may have two owners.
    ///
    /// Within one task it is simpler to use `&stream` for both, since all operations take
    /// `&self`.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::io::{AsyncReadExt, AsyncWriteExt, copy};
    /// use coro_runtime::net::{TcpListener, TcpStream};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let client = TcpStream::connect(listener.local_addr()?).await?;
    ///     let (server, _) = listener.accept().await?;
    ///     let echo = coro_runtime::spawn(async move { copy(&server, &server).await });
    ///
    ///     let (mut read, mut write) = client.into_split();
    ///     let writer = coro_runtime::spawn(async move {
    ///         write.write_all(b"hello").await
    ///         // Dropped here, `write` tells the server that there is no more.
    ///     });
    ///     let mut text = String::new();
    ///     read.read_to_string(&mut text).await?;
    ///     assert_eq!(text, "hello");
    ///     writer.await.unwrap()?;
    ///     assert_eq!(echo.await.unwrap()?, 5);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn into_split(self) -> (ReadHalf<Connection<S>>, WriteHalf<Connection<S>>) {
        split(self)
    }

    /// Ends one direction, or both. The peer's reads then see the end of the stream.
    ///
    /// # Errors
    ///
    /// `NotConnected` when the peer has given the connection up.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::UnixStream;
    /// use std::net::Shutdown;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let (left, right) = UnixStream::pair()?;
    ///     left.shutdown(Shutdown::Write)?;
    ///     assert_eq!(right.read(&mut [0; 8]).await?, 0);
    ///     // The other direction is still open.
    ///     right.write_all(b"hello").await?;
    ///     assert_eq!(left.read(&mut [0; 8]).await?, 5);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.socket.get().shutdown(how)
    }

    /// The socket of `std`, for its options. It does not block.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::{TcpListener, TcpStream};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     listener.as_std().set_ttl(8)?;
    ///     let stream = TcpStream::connect(listener.local_addr()?).await?;
    ///     stream.as_std().set_ttl(8)?;
    ///     assert_eq!(stream.as_std().ttl()?, 8);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn as_std(&self) -> &S {
        self.socket.get()
    }

    /// The address of this end. That of a socket in the file system often has no name.
    ///
    /// # Errors
    ///
    /// None is expected.
    ///
    /// # Examples
    ///
    /// See [`TcpStream`](super::TcpStream).
    pub fn local_addr(&self) -> io::Result<S::Address> {
        self.socket.get().local_addr()
    }

    /// The address of the other end.
    ///
    /// # Errors
    ///
    /// `NotConnected` when the peer has given the connection up.
    ///
    /// # Examples
    ///
    /// See [`TcpStream`](super::TcpStream).
    pub fn peer_addr(&self) -> io::Result<S::Address> {
        self.socket.get().peer_addr()
    }
}

impl<S: Socket> AsFd for Connection<S> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get().as_fd()
    }
}

impl<S: Socket> fmt::Debug for Connection<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.get().fmt(formatter)
    }
}
