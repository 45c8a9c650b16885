//! Blocking calls of `std` on the threads for that.

use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::spawn_blocking;
use crate::task::JoinHandle;

/// How much one call moves at most.
const PIECE: usize = 1 << 20;

/// Has a thread of the pool do `work`. Given up, it does not begin, or goes on unseen.
#[coro::coroutine]
pub(crate) async fn unblock<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Work that is under way on a thread of the pool.
#[derive(Debug)]
pub(crate) struct Call<T>(JoinHandle<io::Result<T>>);

impl<T: Send + 'static> Call<T> {
    pub(crate) fn start(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Call<T> {
        Call(spawn_blocking(work))
    }

    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let outcome = ready!(Pin::new(&mut self.0).poll(context));
        Poll::Ready(outcome.map_err(io::Error::other)?)
    }
}

/// Reads from what can only be read by calls that block. A read that is given up loses nothing: what
/// it brings is there for the next one.
#[derive(Debug)]
pub(crate) struct Reader<T> {
    source: Arc<T>,
    call: Option<Call<Vec<u8>>>,
    /// What was read, and how much of it was handed out.
    bytes: Vec<u8>,
    used: usize,
}

impl<T> Reader<T> {
    pub(crate) fn new(source: Arc<T>) -> Reader<T> {
        Reader {
            source,
            call: None,
            bytes: Vec::new(),
            used: 0,
        }
    }

    /// Says that `count` more of the bytes were handed out.
    pub(crate) fn consume(&mut self, count: usize) {
        self.used += count;
        debug_assert!(self.used <= self.bytes.len());
    }

    /// Waits for a read that was given up. What was read and not handed out, which is forgotten.
    pub(crate) fn poll_settle(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        ready!(self.poll_call(context))?;
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.drain(..std::mem::take(&mut self.used));
        Poll::Ready(Ok(bytes))
    }

    fn poll_call(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(call) = &mut self.call else {
            return Poll::Ready(Ok(()));
        };
        let outcome = ready!(call.poll(context));
        self.call = None;
        self.bytes = outcome?;
        self.used = 0;
        Poll::Ready(Ok(()))
    }
}

impl<T: Send + Sync + 'static> Reader<T>
where
    for<'a> &'a T: Read,
{
    /// What was read and not handed out; if that is nothing, up to `wanted` bytes are read. None
    /// means the end.
    pub(crate) fn poll_fill(
        &mut self,
        context: &mut Context<'_>,
        wanted: usize,
    ) -> Poll<io::Result<&[u8]>> {
        if self.call.is_none() && self.used == self.bytes.len() && wanted > 0 {
            let source = Arc::clone(&self.source);
            let mut bytes = std::mem::take(&mut self.bytes);
            self.used = 0;
            self.call = Some(Call::start(move || {
                bytes.resize(wanted.min(PIECE), 0);
                let count = (&*source).read(&mut bytes)?;
                bytes.truncate(count);
                Ok(bytes)
            }));
        }
        ready!(self.poll_call(context))?;
        Poll::Ready(Ok(&self.bytes[self.used..]))
    }

    /// Reads into `buffer`.
    pub(crate) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let bytes = ready!(self.poll_fill(context, buffer.len()))?;
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Poll::Ready(Ok(count))
    }
}

/// Writes what can only be written by calls that block: they go on while the task does, and how they
/// have ended is told by the next one.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    call: Option<Call<()>>,
}

impl Writer {
    /// Waits for the write under way.
    pub(crate) fn poll_settle(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(call) = &mut self.call else {
            return Poll::Ready(Ok(()));
        };
        let outcome = ready!(call.poll(context));
        self.call = None;
        Poll::Ready(outcome)
    }

    /// Has `write` called with `bytes`, or the first of them, behind the write under way. Tells with
    /// how many.
    pub(crate) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        write: impl FnOnce(&[u8]) -> io::Result<()> + Send + 'static,
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_settle(context))?;
        let bytes = bytes[..bytes.len().min(PIECE)].to_vec();
        let count = bytes.len();
        self.call = Some(Call::start(move || write(&bytes)));
        Poll::Ready(Ok(count))
    }
}
