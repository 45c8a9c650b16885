//! A connection over TCP.

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use super::address::ToSocketAddrs;
use super::connection::Connection;
use crate::io::{Direction, Done, Registered};

/// A TCP connection.
///
/// [`Connection`] has what it shares with others: reading, writing, halves.
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
///     stream.set_nodelay(true)?;
///     assert_eq!(stream.peer_addr()?, listener.local_addr()?);
///     assert!(stream.local_addr()?.ip().is_loopback());
///     Ok(())
/// })
/// # }
/// ```
pub type TcpStream = Connection<std::net::TcpStream>;

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
    let stream = Connection {
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
