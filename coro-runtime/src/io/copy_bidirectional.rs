//! Two streams that are each other's other end.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

/// How much is on its way in one direction at most.
const PIECE: usize = 8 * 1024;

/// Copies all that comes out of each stream to the other, as a proxy does, until both have ended. Tells how
/// many bytes went from `left` to `right`, and back.
///
/// Where one ends, the other is closed for writing, and the opposite direction goes on. Dropping the
/// future before it is ready loses what was read and not written, up to 8 KiB in each direction.
///
/// # Errors
///
/// The first one of either stream. The other direction is then given up.
///
/// # Examples
///
/// ```
/// use coro_runtime::io::copy_bidirectional;
/// use coro_runtime::net::UnixStream;
/// use std::net::Shutdown;
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let (client, mut left) = UnixStream::pair()?;
///     let (mut right, server) = UnixStream::pair()?;
///     let proxy = coro_runtime::spawn(async move {
///         copy_bidirectional(&mut left, &mut right).await
///     });
///
///     client.write_all(b"hello").await?;
///     client.shutdown(Shutdown::Write)?;
///     let mut buffer = [0; 5];
///     server.read_exact(&mut buffer).await?;
///     server.write_all(b"good bye").await?;
///     drop(server);
///     assert_eq!(proxy.await.unwrap()?, (5, 8));
///     Ok(())
/// })
/// # }
/// ```
#[coro::coroutine]
pub async fn copy_bidirectional<Left, Right>(
    left: &mut Left,
    right: &mut Right,
) -> io::Result<(u64, u64)>
where
    Left: AsyncRead + AsyncWrite + Unpin + ?Sized,
    Right: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    let mut there = Direction::new();
    let mut back = Direction::new();
    let both = poll_fn(|context| {
        let arrived = there.poll(context, &mut *left, &mut *right)?;
        let returned = back.poll(context, &mut *right, &mut *left)?;
        match (arrived, returned) {
            (Poll::Ready(()), Poll::Ready(())) => Poll::Ready(io::Result::Ok(())),
            _ => Poll::Pending,
        }
    });
    both.await?;
    Ok((there.total, back.total))
}

/// One of the two directions.
struct Direction {
    buffer: Box<[u8]>,
    /// What of the buffer was read, and not written yet.
    start: usize,
    end: usize,
    total: u64,
    /// Something was written since the last flush.
    flush: bool,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    Copying,
    Closing,
    Closed,
}

impl Direction {
    fn new() -> Direction {
        Direction {
            buffer: vec![0; PIECE].into_boxed_slice(),
            start: 0,
            end: 0,
            total: 0,
            flush: false,
            stage: Stage::Copying,
        }
    }

    fn poll<From, To>(
        &mut self,
        context: &mut Context<'_>,
        from: &mut From,
        to: &mut To,
    ) -> Poll<io::Result<()>>
    where
        From: AsyncRead + Unpin + ?Sized,
        To: AsyncWrite + Unpin + ?Sized,
    {
        loop {
            match self.stage {
                Stage::Copying if self.start < self.end => {
                    let bytes = &self.buffer[self.start..self.end];
                    let count = ready!(Pin::new(&mut *to).poll_write(context, bytes))?;
                    if count == 0 {
                        return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                    }
                    self.start += count;
                    self.total += count as u64;
                    self.flush = true;
                }
                Stage::Copying => match Pin::new(&mut *from).poll_read(context, &mut self.buffer) {
                    Poll::Ready(Ok(0)) => self.stage = Stage::Closing,
                    Poll::Ready(Ok(count)) => (self.start, self.end) = (0, count),
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => {
                        // Nothing more comes for now, so what was written is not held back.
                        if self.flush {
                            ready!(Pin::new(&mut *to).poll_flush(context))?;
                            self.flush = false;
                        }
                        return Poll::Pending;
                    }
                },
                Stage::Closing => {
                    ready!(Pin::new(&mut *to).poll_close(context))?;
                    self.stage = Stage::Closed;
                }
                Stage::Closed => return Poll::Ready(Ok(())),
            }
        }
    }
}
