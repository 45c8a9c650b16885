//! A socket that sends and receives single messages.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{self, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd};

use coro_sys::fault::{self, Call};

use super::address::ToSocketAddrs;
use crate::io::{Direction, Done, Registered};

/// A UDP socket.
///
/// All operations take `&self`: one task may receive while another sends. Dropping the
/// future of an operation before it is ready loses no message.
///
/// # Examples
///
/// ```
/// use coro_runtime::net::UdpSocket;
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let server = UdpSocket::bind("127.0.0.1:0").await?;
///     let client = UdpSocket::bind("127.0.0.1:0").await?;
///     client.send_to(b"hello", server.local_addr()?).await?;
///
///     let mut buffer = [0; 1500];
///     let (count, address) = server.recv_from(&mut buffer).await?;
///     assert_eq!(&buffer[..count], b"hello");
///     assert_eq!(address, client.local_addr()?);
///     Ok(())
/// })
/// # }
/// ```
pub struct UdpSocket {
    socket: Registered<net::UdpSocket>,
}

impl UdpSocket {
    /// Binds to `address`; if it stands for several, to the first that works.
    ///
    /// Port 0 lets the kernel choose a free one: see [`local_addr`](UdpSocket::local_addr).
    ///
    /// # Errors
    ///
    /// `AddrInUse`, `PermissionDenied`, `AddrNotAvailable`, or that of the look-up.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[coro::coroutine]
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<UdpSocket> {
        let host = address.host()?;
        let addresses = host.resolve().await?;
        // Binding does not block.
        UdpSocket::from_std(net::UdpSocket::bind(&*addresses)?)
    }

    /// Takes a socket over from `std`, and makes it non-blocking.
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
    /// use coro_runtime::net::UdpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let socket = UdpSocket::from_std(std::net::UdpSocket::bind("127.0.0.1:0")?)?;
    ///     socket.as_std().set_ttl(8)?;
    ///     assert!(socket.peer_addr().is_err());
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn from_std(socket: net::UdpSocket) -> io::Result<UdpSocket> {
        socket.set_nonblocking(true)?;
        Ok(UdpSocket {
            socket: Registered::new(socket, true)?,
        })
    }

    /// Chooses the peer for [`send`](UdpSocket::send) and [`recv`](UdpSocket::recv); if
    /// `address` stands for several, the first that works.
    ///
    /// # Errors
    ///
    /// Those of the look-up and of the choice of a route.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::UdpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let left = UdpSocket::bind("127.0.0.1:0").await?;
    ///     let right = UdpSocket::bind("127.0.0.1:0").await?;
    ///     left.connect(right.local_addr()?).await?;
    ///     right.connect(left.local_addr()?).await?;
    ///     left.send(b"hello").await?;
    ///     let mut buffer = [0; 16];
    ///     assert_eq!(right.recv(&mut buffer).await?, 5);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[coro::coroutine]
    pub async fn connect(&self, address: impl ToSocketAddrs) -> io::Result<()> {
        let host = address.host()?;
        let addresses = host.resolve().await?;
        // This only notes the peer, and does not block.
        self.socket.get().connect(&*addresses)
    }

    /// Receives a message, and tells its length and who sent it.
    ///
    /// What does not fit into `buffer` is lost.
    ///
    /// # Errors
    ///
    /// `ConnectionRefused` when a message sent before found no receiver.
    pub fn recv_from<'a>(
        &'a self,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> + Send + 'a {
        self.receive(move |socket| socket.recv_from(buffer))
    }

    /// Receives a message as [`recv_from`](UdpSocket::recv_from) does, and leaves it there.
    ///
    /// # Errors
    ///
    /// Those of [`recv_from`](UdpSocket::recv_from).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::UdpSocket;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let socket = UdpSocket::bind("127.0.0.1:0").await?;
    ///     socket.send_to(b"hello", socket.local_addr()?).await?;
    ///     let mut buffer = [0; 16];
    ///     assert_eq!(socket.peek_from(&mut buffer).await?.0, 5);
    ///     assert_eq!(socket.recv_from(&mut buffer).await?.0, 5);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn peek_from<'a>(
        &'a self,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> + Send + 'a {
        self.receive(move |socket| socket.peek_from(buffer))
    }

    /// Receives a message from the peer that [`connect`](UdpSocket::connect) has chosen.
    ///
    /// # Errors
    ///
    /// Those of [`recv_from`](UdpSocket::recv_from).
    pub fn recv<'a>(
        &'a self,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.receive(move |socket| socket.recv(buffer))
    }

    /// Sends a message to `address`. It is sent as a whole or not at all.
    ///
    /// # Errors
    ///
    /// `EMSGSIZE` when it is too long, and those of the network.
    pub fn send_to<'a>(
        &'a self,
        message: &'a [u8],
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.transmit(move |socket| socket.send_to(message, address))
    }

    /// Sends a message to the peer that [`connect`](UdpSocket::connect) has chosen.
    ///
    /// # Errors
    ///
    /// Those of [`send_to`](UdpSocket::send_to), and `NotConnected` when there is no peer.
    pub fn send<'a>(
        &'a self,
        message: &'a [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.transmit(move |socket| socket.send(message))
    }

    fn receive<'a, T>(
        &'a self,
        operation: impl FnMut(&net::UdpSocket) -> io::Result<T> + Send + Unpin + 'a,
    ) -> impl Future<Output = io::Result<T>> + Send + 'a {
        self.attempt(Direction::Read, Call::Receive, operation)
    }

    fn transmit<'a>(
        &'a self,
        operation: impl FnMut(&net::UdpSocket) -> io::Result<usize> + Send + Unpin + 'a,
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.attempt(Direction::Write, Call::Send, operation)
    }

    fn attempt<'a, T>(
        &'a self,
        direction: Direction,
        call: Call,
        mut operation: impl FnMut(&net::UdpSocket) -> io::Result<T> + Send + Unpin + 'a,
    ) -> impl Future<Output = io::Result<T>> + Send + 'a {
        self.socket
            .attempt(direction, move |socket: &net::UdpSocket| {
                fault::limit(call, socket.as_fd(), 0)?;
                // The length of one message says nothing about whether there is another.
                let exhausted = false;
                let value = operation(socket)?;
                Ok(Done { value, exhausted })
            })
    }

    /// The address it is bound to.
    ///
    /// # Errors
    ///
    /// None is expected.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get().local_addr()
    }

    /// The address of the peer.
    ///
    /// # Errors
    ///
    /// `NotConnected` when none was chosen.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get().peer_addr()
    }

    /// The socket of `std`, for its options. It does not block.
    #[must_use]
    pub fn as_std(&self) -> &net::UdpSocket {
        self.socket.get()
    }
}

impl AsFd for UdpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get().as_fd()
    }
}

impl fmt::Debug for UdpSocket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.get().fmt(formatter)
    }
}
