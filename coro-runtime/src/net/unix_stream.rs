//! A connection within the machine.

use std::io;
use std::os::unix::net;
use std::path::Path;

use super::connection::Connection;

/// A connection to a process of this machine, through a socket in the file system.
///
/// [`Connection`] has what it shares with others: reading, writing, halves.
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
pub type UnixStream = Connection<net::UnixStream>;

impl UnixStream {
    /// Connects to the socket at `path`.
    ///
    /// The call waits, on the pool for what blocks, while the listener's queue is full: the
    /// kernel has no event for the end of that.
    ///
    /// # Errors
    ///
    /// `NotFound`, `ConnectionRefused` when nobody listens any more, `PermissionDenied`.
    ///
    /// # Examples
    ///
    /// See [`UnixListener`](super::UnixListener).
    #[coro::coroutine]
    pub async fn connect<P: AsRef<Path>>(path: P) -> io::Result<UnixStream> {
        let answer = {
            let path = path.as_ref().to_owned();
            crate::spawn_blocking(move || net::UnixStream::connect(path))
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
    ///
    /// # Examples
    ///
    /// See [`ReadHalf::reunite`](crate::net::ReadHalf::reunite).
    #[track_caller]
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let (left, right) = net::UnixStream::pair()?;
        Ok((UnixStream::from_std(left)?, UnixStream::from_std(right)?))
    }
}
