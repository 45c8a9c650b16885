//! Sockets that suspend the task instead of blocking the thread.
//!
//! # Examples
//!
//! ```
//! use coro_runtime::net::{TcpListener, TcpStream};
//!
//! # fn main() -> std::io::Result<()> {
//! coro_runtime::block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let client = TcpStream::connect(listener.local_addr()?).await?;
//!     let (server, _) = listener.accept().await?;
//!
//!     client.write_all(b"hello").await?;
//!     let mut buffer = [0; 5];
//!     server.read_exact(&mut buffer).await?;
//!     assert_eq!(&buffer, b"hello");
//!     Ok(())
//! })
//! # }
//! ```

mod address;
mod connection;
mod lookup;
mod split;
mod tcp_listener;
mod tcp_stream;
mod traits;
mod udp_socket;
mod unix_listener;
mod unix_stream;

pub use address::ToSocketAddrs;
pub use connection::{Connection, Socket};
pub use split::{ReadHalf, WriteHalf};
pub use tcp_listener::TcpListener;
pub use tcp_stream::TcpStream;
pub use udp_socket::UdpSocket;
pub use unix_listener::UnixListener;
pub use unix_stream::UnixStream;
