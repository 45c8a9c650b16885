//! A message on its way out.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_lite::stream::{Stream, StreamExt};

use super::error::Error;
use super::message::Response;
use crate::net::TcpStream;
use crate::time::timeout;

/// The pieces of a body that is made while it is sent.
pub(super) type Pieces = Pin<Box<dyn Stream<Item = io::Result<Vec<u8>>> + Send>>;

/// What a server sends: a reply, whole or with a body that is made while it is sent.
///
/// # Examples
///
/// ```
/// use coro_runtime::http::{Reply, Response};
///
/// let whole = Reply::from(Response::plain(200, "hello"));
/// let pieces = ["hel", "lo"].map(|piece| Ok(piece.as_bytes().to_vec()));
/// let streamed = Reply::stream(Response::new(200), futures_lite::stream::iter(pieces));
/// # drop((whole, streamed));
/// ```
pub struct Reply {
    pub(super) response: Response,
    pub(super) pieces: Option<Pieces>,
}

impl Reply {
    /// A reply with the status and the fields of `response`, whose body is `pieces`.
    ///
    /// They are sent in chunks, each as soon as it is there; the client's pace is theirs. An
    /// error cuts the connection, so that the client notices.
    ///
    /// # Examples
    ///
    /// See [`Reply`].
    pub fn stream(
        response: Response,
        pieces: impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static,
    ) -> Reply {
        Reply {
            response,
            pieces: Some(Box::pin(pieces)),
        }
    }
}

impl From<Response> for Reply {
    fn from(response: Response) -> Reply {
        Reply {
            response,
            pieces: None,
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Reply")
            .field("response", &self.response)
            .field("streams", &self.pieces.is_some())
            .finish()
    }
}

/// Where a message goes, and for how long the peer may take nothing of it.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) stream: &'a TcpStream,
    pub(super) patience: Option<Duration>,
}

impl Line<'_> {
    #[coro::coroutine]
    async fn write(self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let writing = self.stream.write(bytes);
            let written = match self.patience {
                Some(patience) => timeout(patience, writing)
                    .await
                    .map_err(|_| Error::Stalled)?,
                None => writing.await,
            };
            match written.map_err(Error::of_connection)? {
                0 => return Err(Error::Io(io::ErrorKind::WriteZero.into())),
                count => bytes = &bytes[count..],
            }
        }
        Ok(())
    }
}

/// Sends `bytes`, and behind them `pieces`; with `chunked` each with its length before it.
#[coro::coroutine]
pub(super) async fn send(
    line: Line<'_>,
    bytes: &[u8],
    pieces: Option<Pieces>,
    chunked: bool,
) -> Result<(), Error> {
    line.write(bytes).await?;
    let Some(mut pieces) = pieces else {
        return Ok(());
    };
    loop {
        let piece = match pieces.next().await {
            // An empty chunk would be the last.
            Some(Ok(piece)) if piece.is_empty() => continue,
            Some(Ok(piece)) if chunked => chunk(&piece),
            Some(Ok(piece)) => piece,
            Some(Err(error)) => return Err(Error::Source(error)),
            None => break,
        };
        line.write(&piece).await?;
    }
    if chunked {
        line.write(b"0\r\n\r\n").await?;
    }
    Ok(())
}

/// A piece of a body as it is sent.
fn chunk(piece: &[u8]) -> Vec<u8> {
    let size = format!("{:x}\r\n", piece.len());
    [size.as_bytes(), piece, b"\r\n"].concat()
}

/// The future of [`send`], with all that it uses.
type Sending = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A request that is sent while its reply is read: a server may reply before it has read all.
#[derive(Default)]
pub(super) struct Upload {
    sending: Option<Sending>,
    /// Why it ended early.
    failure: Option<Error>,
}

impl Upload {
    pub(super) fn new(stream: Arc<TcpStream>, bytes: Vec<u8>, pieces: Option<Pieces>) -> Upload {
        Upload {
            sending: Some(Box::pin(async move {
                let line = Line {
                    stream: &stream,
                    // Who reads the reply meanwhile has a patience of its own.
                    patience: None,
                };
                send(line, &bytes, pieces, true).await
            })),
            failure: None,
        }
    }

    /// Whether all was sent.
    pub(super) fn is_done(&self) -> bool {
        self.sending.is_none() && self.failure.is_none()
    }

    /// Goes on. That the connection failed is no error yet: the server may have replied before.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Result<(), Error> {
        if let Some(sending) = &mut self.sending
            && let Poll::Ready(sent) = sending.as_mut().poll(context)
        {
            self.sending = None;
            match sent {
                Ok(()) => {}
                Err(error @ Error::Source(_)) => return Err(error),
                Err(error) => self.failure = Some(error),
            }
        }
        Ok(())
    }

    /// Fails if the request could not be sent: that is why there is no reply.
    pub(super) fn failure(&mut self) -> Result<(), Error> {
        self.failure.take().map_or(Ok(()), Err)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Upload")
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}
