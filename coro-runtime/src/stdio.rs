//! Standard input and output.

use std::future::poll_fn;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_io::{AsyncBufRead, AsyncRead, AsyncWrite};
use futures_lite::io::{AsyncBufReadExt, AsyncWriteExt};

use crate::blocking_io::{Reader, Writer};

/// How much of the input is read at a time.
const PIECE: usize = 8 * 1024;

/// The standard input of the process; see [`Stdin`].
///
/// # Examples
///
/// See [`Stdin`].
#[must_use]
pub fn stdin() -> Stdin {
    Stdin(Reader::new(Arc::new(io::stdin())))
}

/// The standard output of the process; see [`Stdout`].
///
/// # Examples
///
/// ```
/// use coro_runtime::io::stdout;
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let mut output = stdout();
///     output.write_all(b"hello\n").await?;
///     output.flush().await
/// })
/// # }
/// ```
#[must_use]
pub fn stdout() -> Stdout {
    Stdout(Writer::default())
}

/// The standard input of the process, read by threads for blocking work.
///
/// It has the traits [`AsyncRead`] and [`AsyncBufRead`]. Make one and keep it: what one of them
/// has read ahead, the others do not see. A read that is given up goes on in its thread, and what
/// it brings is there for the next one; the process can end while it waits. Reading panics when no
/// runtime runs on the thread.
///
/// # Examples
///
/// ```no_run
/// use coro_runtime::io::stdin;
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let mut input = stdin();
///     while let Some(line) = input.next_line().await? {
///         println!("{}", line.to_uppercase());
///     }
///     Ok(())
/// })
/// # }
/// ```
#[derive(Debug)]
pub struct Stdin(Reader<io::Stdin>);

impl Stdin {
    /// The next line without its end, or `None` at the end of the input.
    ///
    /// Given up before it is ready, it may lose a part of a line; the stream
    /// [`lines`](AsyncBufReadExt::lines) does not.
    ///
    /// # Errors
    ///
    /// `InvalidData` when it is not UTF-8, and those of the system.
    #[coro::coroutine]
    pub async fn next_line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        if self.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        if line.ends_with('\n') {
            line.pop();
            if line.ends_with('\r') {
                line.pop();
            }
        }
        Ok(Some(line))
    }

    /// Reads some bytes, as soon as there are any. Zero means the end of the input, or an empty
    /// `buffer`.
    ///
    /// # Errors
    ///
    /// Those of the system.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let mut buffer = [0; 1024];
    ///     let count = coro_runtime::io::stdin().read(&mut buffer).await?;
    ///     println!("{count} bytes");
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[coro::coroutine]
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|context| self.0.poll_read(context, buffer)).await
    }
}

impl AsyncRead for Stdin {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_read(context, buffer)
    }
}

impl AsyncBufRead for Stdin {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_mut().0.poll_fill(context, PIECE)
    }

    fn consume(mut self: Pin<&mut Self>, count: usize) {
        self.0.consume(count);
    }
}

/// The standard output of the process, written by threads for blocking work.
///
/// It has the trait [`AsyncWrite`]. What is written goes out while the task goes on, by way of
/// [`std::io::stdout`], whose buffer is emptied each time; [`flush`](Stdout::flush) waits until it is
/// out. Writing panics when no runtime runs on the thread.
///
/// # Examples
///
/// See [`stdout`].
#[derive(Debug)]
pub struct Stdout(Writer);

impl Stdout {
    /// Writes all of `bytes`, and waits until they are out.
    ///
    /// # Errors
    ///
    /// `BrokenPipe` when nobody reads, and others of the system, of an earlier write too.
    #[coro::coroutine]
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        AsyncWriteExt::write_all(self, bytes).await?;
        self.flush().await
    }

    /// Waits until all that was written is out.
    ///
    /// # Errors
    ///
    /// Those of [`write_all`](Stdout::write_all).
    #[coro::coroutine]
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|context| self.0.poll_settle(context)).await
    }
}

/// How a write has ended is told by the next operation. Closing waits, and closes nothing.
impl AsyncWrite for Stdout {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_write(context, bytes, |bytes| {
            let mut output = io::stdout().lock();
            output.write_all(bytes)?;
            output.flush()
        })
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_settle(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
