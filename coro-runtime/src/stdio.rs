//! Standard input and output.

use std::io::{self, BufRead, Read, Write};

use crate::blocking_io::unblock;

/// The standard input of the process; see [`Stdin`].
///
/// # Examples
///
/// See [`Stdin`].
#[must_use]
pub fn stdin() -> Stdin {
    Stdin(())
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
///     stdout().write_all(b"hello\n").await?;
///     stdout().flush().await
/// })
/// # }
/// ```
#[must_use]
pub fn stdout() -> Stdout {
    Stdout(())
}

/// The standard input of the process, read by threads for blocking work.
///
/// A read that is given up goes on in its thread, and what it brings is lost: use one task to
/// read. The process can end while it waits.
///
/// # Examples
///
/// ```no_run
/// use coro_runtime::io::stdin;
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     while let Some(line) = stdin().read_line().await? {
///         println!("{}", line.to_uppercase());
///     }
///     Ok(())
/// })
/// # }
/// ```
#[derive(Debug)]
pub struct Stdin(());

impl Stdin {
    /// The next line without its end, or `None` at the end of the input.
    ///
    /// # Errors
    ///
    /// `InvalidData` when it is not UTF-8, and those of the system.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[coro::coroutine]
    pub async fn read_line(&mut self) -> io::Result<Option<String>> {
        unblock(|| io::stdin().lock().lines().next().transpose()).await
    }

    /// Reads up to `limit` bytes, as soon as there are any. None means the end of the input.
    ///
    /// # Errors
    ///
    /// Those of the system.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[coro::coroutine]
    pub async fn read(&mut self, limit: usize) -> io::Result<Vec<u8>> {
        unblock(move || {
            let mut bytes = vec![0; limit];
            let count = io::stdin().lock().read(&mut bytes)?;
            bytes.truncate(count);
            Ok(bytes)
        })
        .await
    }
}

/// The standard output of the process, written by threads for blocking work.
///
/// It shares the buffer of [`std::io::stdout`], which is written at the end of a line, or by
/// [`flush`](Stdout::flush).
///
/// # Examples
///
/// See [`stdout`].
#[derive(Debug)]
pub struct Stdout(());

impl Stdout {
    /// Writes all of `bytes`.
    ///
    /// # Errors
    ///
    /// `BrokenPipe` when nobody reads, and others of the system.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[coro::coroutine]
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let bytes = bytes.to_vec();
        unblock(move || io::stdout().lock().write_all(&bytes)).await
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    ///
    /// Those of [`write_all`](Stdout::write_all).
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[coro::coroutine]
    pub async fn flush(&mut self) -> io::Result<()> {
        unblock(|| io::stdout().lock().flush()).await
    }
}
