//! A connection, and what was read from it ahead.

use std::io;

use super::body::{Decoder, Framing};
use super::error::Error;
use crate::net::TcpStream;

/// How much is read at a time, at least.
const PIECE: usize = 8 * 1024;

/// Finds a head at the front of bytes, and tells its length.
pub(super) type Parser<T> = fn(&[u8]) -> Result<Option<(T, usize)>, Error>;

/// A connection over which messages go.
pub(super) struct Wire {
    stream: TcpStream,
    buffer: Buffer,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Wire {
        Wire {
            stream,
            buffer: Buffer::default(),
        }
    }

    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Whether something was read that nobody has asked for yet.
    pub(super) fn has_unread(&self) -> bool {
        !self.buffer.unread().is_empty()
    }

    /// Reads on. Zero means that the peer sends no more.
    #[coro::coroutine]
    pub(super) async fn fill(&mut self) -> io::Result<usize> {
        let count = self.stream.read(self.buffer.space()).await?;
        self.buffer.end += count;
        Ok(count)
    }

    /// Drops what was read.
    pub(super) fn discard(&mut self) {
        self.buffer.consume(self.buffer.unread().len());
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
            if self.fill().await.map_err(Error::of_connection)? == 0 {
                let begun = self.has_unread();
                return if begun {
                    Err(Error::CutShort)
                } else {
                    Ok(None)
                };
            }
        }
    }

    /// Reads a body of at most `limit` bytes.
    #[coro::coroutine]
    pub(super) async fn read_body(
        &mut self,
        framing: Framing,
        limit: usize,
    ) -> Result<Vec<u8>, Error> {
        let mut decoder = Decoder::new(framing, limit)?;
        let mut body = Vec::new();
        loop {
            let used = decoder.decode(self.buffer.unread(), &mut body)?;
            self.buffer.consume(used);
            if decoder.is_done() {
                return Ok(body);
            }
            if self.fill().await.map_err(Error::of_connection)? == 0 {
                decoder.end()?;
                return Ok(body);
            }
        }
    }
}

/// Bytes that were read and not used yet, with room for more behind them.
#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
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
