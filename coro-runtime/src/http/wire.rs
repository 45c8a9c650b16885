//! A connection, and what was read from it ahead.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_io::AsyncRead;

use super::error::Error;
use super::outgoing::{Pieces, Upload};
use crate::net::TcpStream;
use crate::time::timeout;

/// How much is read at a time, at least.
const PIECE: usize = 8 * 1024;

/// Finds a head at the front of bytes, and tells its length.
pub(super) type Parser<T> = fn(&[u8]) -> Result<Option<(T, usize)>, Error>;

/// A connection over which messages go.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Arc<TcpStream>,
    buffer: Buffer,
    /// For how long the peer may be silent.
    patience: Option<Duration>,
    /// What is sent while something is read.
    upload: Upload,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, patience: Option<Duration>) -> Wire {
        Wire {
            stream: Arc::new(stream),
            buffer: Buffer::default(),
            patience,
            upload: Upload::default(),
        }
    }

    pub(super) fn stream(&self) -> &Arc<TcpStream> {
        &self.stream
    }

    /// For how long the peer may be silent from now on.
    pub(super) fn set_patience(&mut self, patience: Option<Duration>) {
        self.patience = patience;
    }

    /// Sends a request while its reply is read.
    pub(super) fn upload(&mut self, bytes: Vec<u8>, pieces: Option<Pieces>) {
        self.upload = Upload::new(Arc::clone(&self.stream), bytes, pieces);
    }

    /// Whether it can carry another request: all was sent, and nothing has come that nobody
    /// asked for, not even the end.
    pub(super) fn is_idle(&self) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        let mut stream = &*self.stream;
        self.upload.is_done()
            && !self.has_unread()
            && Pin::new(&mut stream)
                .poll_read(&mut context, &mut [0; 1])
                .is_pending()
    }

    /// Whether something was read that nobody has asked for yet.
    pub(super) fn has_unread(&self) -> bool {
        !self.unread().is_empty()
    }

    /// What was read and not used yet.
    pub(super) fn unread(&self) -> &[u8] {
        self.buffer.unread()
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.buffer.consume(count);
    }

    /// Reads on, and sends meanwhile. Zero means that the peer sends no more.
    #[coro::coroutine]
    pub(super) async fn fill(&mut self) -> Result<usize, Error> {
        let count = {
            let read = pin!(self.stream.read(self.buffer.space()));
            let upload = &mut self.upload;
            let filling = Filling { read, upload };
            match self.patience {
                Some(patience) => timeout(patience, filling)
                    .await
                    .unwrap_or(Err(Error::Stalled))?,
                None => filling.await?,
            }
        };
        self.buffer.end += count;
        Ok(count)
    }

    /// Reads a head of at most `limit` bytes, and tells how many it has.
    ///
    /// `None` means that the connection ended where no head had begun.
    #[coro::coroutine]
    pub(super) async fn read_head<T>(
        &mut self,
        limit: usize,
        parse: Parser<T>,
    ) -> Result<Option<(T, usize)>, Error> {
        let mut search = Search::default();
        let mut skipped = 0;
        loop {
            skipped += self.buffer.skip_line_ends();
            let unread = self.buffer.unread();
            let room = limit.saturating_sub(skipped);
            if search.is_worthwhile(unread)
                && let Some((head, length)) = parse(&unread[..unread.len().min(room)])?
            {
                self.buffer.consume(length);
                return Ok(Some((head, skipped + length)));
            }
            if unread.len() > room || skipped > limit {
                return Err(Error::HeadTooLarge { limit });
            }
            if self.fill().await? == 0 {
                let begun = self.has_unread();
                return if begun {
                    Err(Error::CutShort)
                } else {
                    self.upload.failure()?;
                    Ok(None)
                };
            }
        }
    }
}

/// Reads, and sends meanwhile.
struct Filling<'a, F> {
    read: Pin<&'a mut F>,
    upload: &'a mut Upload,
}

impl<F: Future<Output = io::Result<usize>>> Future for Filling<'_, F> {
    type Output = Result<usize, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.upload.poll(context)?;
        let read = self.read.as_mut().poll(context);
        read.map_err(Error::of_connection)
    }
}

/// Bytes that were read and not used yet, with room for more behind them.
#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl fmt::Debug for Buffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.unread().len())
    }
}

impl Buffer {
    fn unread(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    fn consume(&mut self, count: usize) {
        self.start += count;
        debug_assert!(self.start <= self.end);
    }

    /// The room behind the bytes, which is at least a piece.
    fn space(&mut self) -> &mut [u8] {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
        }
        if self.bytes.len() - self.end < PIECE {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.bytes.len() - self.end < PIECE {
                self.bytes.resize(2 * self.end + PIECE, 0);
            }
        }
        &mut self.bytes[self.end..]
    }

    /// Skips empty lines, which may stand before a head. Returns how many bytes they have.
    fn skip_line_ends(&mut self) -> usize {
        let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let count = self.unread().iter().take_while(is_end).count();
        self.consume(count);
        count
    }
}

/// Decides when the bytes of a head are worth parsing, so that a head that comes byte by
/// byte is not parsed once for each.
///
/// It is parsed when its end is there, and, so that rubbish is noticed before that, whenever
/// it has doubled.
#[derive(Default)]
struct Search {
    searched: usize,
    parsed: usize,
}

impl Search {
    fn is_worthwhile(&mut self, bytes: &[u8]) -> bool {
        // An empty line may have begun in what was searched before.
        let fresh = &bytes[self.searched.saturating_sub(2)..];
        self.searched = bytes.len();
        let is_whole = fresh.windows(2).any(|pair| pair == b"\n\n")
            || fresh.windows(3).any(|three| three == b"\n\r\n");
        if is_whole || bytes.len() >= 2 * self.parsed.max(1) {
            self.parsed = bytes.len();
            return true;
        }
        false
    }
}
