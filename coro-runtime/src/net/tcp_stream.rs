//! A connection.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd};

use super::address::ToSocketAddrs;
use super::split::{ReadHalf, WriteHalf, split};
use crate::io::{Direction, Done, Registered};

/// A TCP connection.
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
/// use coro_runtime::net::{TcpListener, TcpStream};
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let stream = TcpStream::connect(listener.local_addr()?).await?;
///     assert_eq!(stream.peer_addr()?, listener.local_addr()?);
///     Ok(())
/// })
/// # }
/// ```
pub struct TcpStream {
    pub(super) socket: Registered<std::net::TcpStream>,
}

impl TcpStream {
    /// Connects to `address`; if it stands for several, to the first that answers.
    ///
    /// # Errors
    ///
    /// That of the last address tried, or of the look-up. There is no time limit but the
    /// kernel's: see [`timeout`](crate::time::timeout).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::TcpStream;
    /// use std::io::ErrorKind;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let unused = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    /// let error = coro_runtime::block_on(TcpStream::connect(unused)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    /// # Ok(())
    /// # }
    /// ```
    #[coro::coroutine]
    pub async fn connect(address: impl ToSocketAddrs) -> io::Result<TcpStream> {
        let host = address.host()?;
        let addresses = host.resolve().await?;
        let mut last = None;
        for address in addresses {
            match connect_to(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::Error::other("there was no address to connect to")))
    }

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
    pub fn from_std(stream: std::net::TcpStream) -> io::Result<TcpStream> {
        stream.set_nonblocking(true)?;
        TcpStream::adopt(stream)
    }

    /// Registers a connected, non-blocking socket.
    pub(super) fn adopt(stream: std::net::TcpStream) -> io::Result<TcpStream> {
        Ok(TcpStream {
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
    /// Those of [`write`](TcpStream::write).
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
    /// `UnexpectedEof` when the stream ends before, and those of [`read`](TcpStream::read).
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
    pub fn into_split(self) -> (ReadHalf<TcpStream>, WriteHalf<TcpStream>) {
        split(self)
    }

    /// Ends one direction, or both. The peer's reads then see the end of the stream.
    ///
    /// # Errors
    ///
    /// `NotConnected` when the peer has given the connection up.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.socket.get().shutdown(how)
    }

    /// The address of this end.
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
    /// `NotConnected` when the peer has given the connection up.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get().peer_addr()
    }

    /// Whether small writes are sent at once (`TCP_NODELAY`), rather than held back to be
    /// sent together.
    ///
    /// # Errors
    ///
    /// None is expected.
    pub fn set_nodelay(&self, enabled: bool) -> io::Result<()> {
        self.socket.get().set_nodelay(enabled)
    }
}

/// Connects to one address.
#[coro::coroutine]
async fn connect_to(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream {
        socket: Registered::new(coro_sys::socket::connect(address)?, false)?,
    };
    stream.connected().await?;
    Ok(stream)
}

impl TcpStream {
    /// Waits for the outcome of the attempt to connect.
    fn connected(&self) -> impl Future<Output = io::Result<()>> + Send + '_ {
        self.socket
            .attempt(Direction::Write, |socket: &std::net::TcpStream| {
                if let Some(error) = socket.take_error()? {
                    return Err(error);
                }
                match socket.peer_addr() {
                    Ok(_) => Ok(Done {
                        value: (),
                        exhausted: false,
                    }),
                    // The event was not about the outcome: there is none yet.
                    Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                        Err(io::ErrorKind::WouldBlock.into())
                    }
                    Err(error) => Err(error),
                }
            })
    }
}

impl AsFd for TcpStream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get().as_fd()
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.get().fmt(formatter)
    }
}
