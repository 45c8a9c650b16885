//! A socket that takes connections.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};

use super::address::ToSocketAddrs;
use super::tcp_stream::TcpStream;
use crate::io::{Direction, Done, Registered};

/// How many connections may wait to be accepted. The kernel's own limit may be lower.
const BACKLOG: u32 = 4096;

/// A TCP socket that takes connections.
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
///     let (_server, address) = listener.accept().await?;
///     assert_eq!(address, client.local_addr()?);
///     Ok(())
/// })
/// # }
/// ```
pub struct TcpListener {
    socket: Registered<std::net::TcpListener>,
}

impl TcpListener {
    /// Listens on `address`; if it stands for several, on the first that works.
    ///
    /// Port 0 lets the kernel choose a free one: see [`local_addr`](TcpListener::local_addr).
    ///
    /// # Errors
    ///
    /// `AddrInUse`, `PermissionDenied`, `AddrNotAvailable`, or that of the look-up.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[coro::coroutine]
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
        let host = address.host()?;
        let addresses = host.resolve().await?;
        let mut last = None;
        for address in addresses {
            match coro_sys::socket::listen(address, BACKLOG) {
                Ok(listener) => return TcpListener::adopt(listener),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::Error::other("there was no address to listen on")))
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
    /// use coro_runtime::net::TcpListener;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::from_std(listener)?;
    ///     assert_ne!(listener.local_addr()?.port(), 0);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<TcpListener> {
        listener.set_nonblocking(true)?;
        TcpListener::adopt(listener)
    }

    #[track_caller]
    fn adopt(listener: std::net::TcpListener) -> io::Result<TcpListener> {
        Ok(TcpListener {
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
    /// a little before the next attempt. `ConnectionAborted` when the peer was too quick to
    /// leave.
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send + '_ {
        self.socket
            .attempt(Direction::Read, |socket: &std::net::TcpListener| {
                let (stream, address) = coro_sys::socket::accept(socket)?;
                Ok(Done {
                    value: (TcpStream::adopt(stream)?, address),
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
    pub fn as_std(&self) -> &std::net::TcpListener {
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

impl AsFd for TcpListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get().as_fd()
    }
}

impl fmt::Debug for TcpListener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.get().fmt(formatter)
    }
}
