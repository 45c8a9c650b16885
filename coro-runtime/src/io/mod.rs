//! Reading and writing: the traits that runtimes share, and what is built on them.
//!
//! The traits are those of `futures-io`, and what is built on them is `futures-lite`'s. Both
//! know no runtime, so they work with sockets of any. The sockets of [`net`](crate::net)
//! have methods of their own for plain reading and writing, which need no trait.
//!
//! # Examples
//!
//! ```
//! use coro_runtime::io::{AsyncBufReadExt, BufReader, StreamExt};
//! use coro_runtime::net::{TcpListener, TcpStream};
//!
//! # fn main() -> std::io::Result<()> {
//! coro_runtime::block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let client = TcpStream::connect(listener.local_addr()?).await?;
//!     let (server, _) = listener.accept().await?;
//!     client.write_all(b"one\ntwo\n").await?;
//!     drop(client);
//!
//!     let mut lines = BufReader::new(server).lines();
//!     let mut all = Vec::new();
//!     while let Some(line) = lines.next().await {
//!         all.push(line?);
//!     }
//!     assert_eq!(all, ["one", "two"]);
//!     Ok(())
//! })
//! # }
//! ```

mod async_fd;
mod copy_bidirectional;
mod reactor;
mod readiness;
mod registered;
mod slab;
mod stream;

pub use crate::stdio::{Stdin, Stdout, stdin, stdout};
pub use async_fd::AsyncFd;
pub use copy_bidirectional::copy_bidirectional;
pub use futures_lite::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite,
    AsyncWriteExt, BufReader, BufWriter, Cursor, Lines, copy, empty, repeat, sink,
};
pub use futures_lite::stream::{Stream, StreamExt};
pub(crate) use reactor::Reactor;
pub(crate) use readiness::Direction;
pub(crate) use registered::{Done, Registered};
pub(crate) use stream::StreamSocket;
