//! The two directions of a connection, for two owners.

use std::fmt;
use std::io::{self, IoSlice, IoSliceMut};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_io::{AsyncRead, AsyncWrite};

/// Makes two halves of a socket.
pub(super) fn split<S>(stream: S) -> (ReadHalf<S>, WriteHalf<S>)
where
    for<'a> &'a S: AsyncRead + AsyncWrite,
{
    let stream = Arc::new(stream);
    let read = ReadHalf {
        stream: Arc::clone(&stream),
    };
    let write = WriteHalf {
        stream: Some(stream),
    };
    (read, write)
}

/// The reading direction of a connection; made by
/// [`Connection::into_split`](super::Connection::into_split).
///
/// It is read through [`AsyncReadExt`](crate::io::AsyncReadExt).
///
/// # Examples
///
/// See [`Connection::into_split`](super::Connection::into_split).
pub struct ReadHalf<S> {
    stream: Arc<S>,
}

impl<S> ReadHalf<S> {
    /// The whole socket, to ask it for its addresses.
    #[must_use]
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// Puts the halves of one socket together again.
    ///
    /// # Errors
    ///
    /// The halves, when they are not of one socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::net::UnixStream;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let (stream, other) = UnixStream::pair()?;
    ///     let (read, write) = stream.into_split();
    ///     let stream = read.reunite(write).unwrap();
    ///     stream.write_all(b"whole").await?;
    ///     let mut buffer = [0; 5];
    ///     other.read_exact(&mut buffer).await
    /// })
    /// # }
    /// ```
    pub fn reunite(self, mut write: WriteHalf<S>) -> Result<S, (ReadHalf<S>, WriteHalf<S>)>
    where
        for<'a> &'a S: AsyncWrite,
    {
        match write.stream.take() {
            Some(stream) if Arc::ptr_eq(&self.stream, &stream) => {
                drop(self);
                Ok(Arc::into_inner(stream).expect("a socket has two halves, and both are here"))
            }
            stream => {
                write.stream = stream;
                Err((self, write))
            }
        }
    }
}

impl<S> AsyncRead for ReadHalf<S>
where
    for<'a> &'a S: AsyncRead,
{
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self.stream).poll_read(context, buffer)
    }

    fn poll_read_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self.stream).poll_read_vectored(context, buffers)
    }
}

impl<S: fmt::Debug> fmt::Debug for ReadHalf<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("ReadHalf")
            .field(&self.stream)
            .finish()
    }
}

/// The writing direction of a connection; made by
/// [`Connection::into_split`](super::Connection::into_split).
///
/// It is written through [`AsyncWriteExt`](crate::io::AsyncWriteExt). Dropping it ends the
/// direction: the peer then reads the end of the stream.
///
/// # Examples
///
/// See [`Connection::into_split`](super::Connection::into_split).
pub struct WriteHalf<S>
where
    for<'a> &'a S: AsyncWrite,
{
    /// `None` when the socket went back to its whole.
    stream: Option<Arc<S>>,
}

impl<S> WriteHalf<S>
where
    for<'a> &'a S: AsyncWrite,
{
    /// The whole socket, to ask it for its addresses.
    #[must_use]
    pub fn stream(&self) -> &S {
        let stream = self.stream.as_deref();
        stream.expect("only `reunite`, which consumes the half, takes the socket")
    }
}

impl<S> AsyncWrite for WriteHalf<S>
where
    for<'a> &'a S: AsyncWrite,
{
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream()).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream()).poll_write_vectored(context, buffers)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream()).poll_flush(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream()).poll_close(context)
    }
}

impl<S> Drop for WriteHalf<S>
where
    for<'a> &'a S: AsyncWrite,
{
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            // Our sockets close at once; and when they cannot, the peer has gone already.
            let _ = Pin::new(&mut &*stream).poll_close(&mut Context::from_waker(Waker::noop()));
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for WriteHalf<S>
where
    for<'a> &'a S: AsyncWrite,
{
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("WriteHalf")
            .field(&self.stream)
            .finish()
    }
}
