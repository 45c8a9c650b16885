//! A body that is received piece by piece.

use std::io;

use futures_lite::stream::{self, Stream};

use super::body::Decoder;
use super::error::Error;
use super::pool::Lease;
use super::wire::Wire;
use crate::sync::oneshot;

/// A body that is received piece by piece, by a client or a server.
///
/// No more than a buffer of it is held at a time, and the peer is held back while nobody reads.
/// Dropping it before its end closes the connection, as a rule.
///
/// # Examples
///
/// See [`Client::open`](super::Client::open) and
/// [`Server::serve_streaming`](super::Server::serve_streaming).
#[derive(Debug)]
pub struct Incoming {
    /// `None` once the connection has failed or gone home.
    wire: Option<Wire>,
    decoder: Decoder,
    /// The body ended with the connection.
    ended: bool,
    /// The client waits for leave to send the body.
    awaits_leave: bool,
    home: Home,
}

/// Where the connection goes behind the body.
#[derive(Debug)]
pub(super) enum Home {
    /// To the client's pool, if it can be used again.
    Pool(Option<Lease>),
    /// To the server's task, in any state, and whether the whole body was read.
    Server(Option<oneshot::Sender<(Wire, bool)>>),
}

impl Incoming {
    pub(super) fn new(wire: Wire, decoder: Decoder, home: Home) -> Incoming {
        let mut incoming = Incoming {
            wire: Some(wire),
            decoder,
            ended: false,
            awaits_leave: false,
            home,
        };
        if incoming.decoder.is_done() {
            incoming.go_home();
        }
        incoming
    }

    pub(super) fn with_leave(mut self, awaits_leave: bool) -> Incoming {
        self.awaits_leave = awaits_leave;
        self
    }

    /// The next piece, as soon as it is there; `None` behind the last one. A piece is never
    /// empty.
    ///
    /// # Errors
    ///
    /// See [`Error`]. After one there is nothing more to read, and each further call fails.
    ///
    /// # Examples
    ///
    /// See [`Client::open`](super::Client::open).
    #[coro::coroutine]
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let piece = self.next_piece().await;
        match &piece {
            Ok(Some(_)) => {}
            Ok(None) => self.go_home(),
            Err(_) => self.fail(),
        }
        piece
    }

    /// Reads the rest of the body. `limit` is how many bytes it may have.
    ///
    /// # Errors
    ///
    /// [`Error::BodyTooLarge`], and those of [`chunk`](Incoming::chunk).
    ///
    /// # Examples
    ///
    /// See [`Client::open_with`](super::Client::open_with).
    #[coro::coroutine]
    pub async fn read_to_end(&mut self, limit: usize) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if piece.len() > limit - body.len() {
                self.fail();
                return Err(Error::BodyTooLarge { limit });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    /// The pieces as a stream, as [`Reply::stream`](super::Reply::stream) and
    /// [`Client::open_with`](super::Client::open_with) take them.
    ///
    /// # Examples
    ///
    /// See [`Server::serve_streaming`](super::Server::serve_streaming).
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Vec<u8>>> + Send {
        stream::unfold(Some(self), |incoming| async {
            let mut incoming = incoming?;
            match incoming.chunk().await {
                Ok(piece) => Some((Ok(piece?), Some(incoming))),
                Err(error) => Some((Err(io::Error::other(error)), None)),
            }
        })
    }

    #[coro::coroutine]
    async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, Error> {
        loop {
            if self.decoder.is_done() || self.ended {
                return Ok(None);
            }
            let wire = self.wire.as_mut().ok_or(Error::CutShort)?;
            let mut piece = Vec::new();
            let used = self.decoder.decode(wire.unread(), &mut piece)?;
            wire.consume(used);
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
            if self.decoder.is_done() {
                continue;
            }
            if std::mem::take(&mut self.awaits_leave) {
                let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
                let written = wire.stream().write_all(go_on).await;
                written.map_err(Error::of_connection)?;
            }
            if wire.fill().await? == 0 {
                self.decoder.end()?;
                self.ended = true;
            }
        }
    }

    /// Gives the connection back, if that has not been done.
    fn go_home(&mut self) {
        let is_done = self.decoder.is_done();
        let Some(wire) = self.wire.take() else {
            return;
        };
        match &mut self.home {
            Home::Pool(lease) => {
                if let Some(lease) = lease.take().filter(|_| is_done) {
                    lease.give_back(wire);
                }
            }
            Home::Server(sender) => {
                if let Some(sender) = sender.take() {
                    // Without a receiver the server has given the connection up.
                    let _ = sender.send((wire, is_done));
                }
            }
        }
    }

    /// Notes that nothing more can be read: a client closes, a server still has its reply to
    /// send.
    fn fail(&mut self) {
        match self.home {
            Home::Pool(_) => self.wire = None,
            Home::Server(_) => self.go_home(),
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.go_home();
    }
}
