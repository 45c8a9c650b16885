//! What can go wrong with a request.

use std::fmt;
use std::io;

/// Why a request failed. The variant names the cause.
///
/// # Examples
///
/// ```
/// use coro_runtime::http::{self, Error};
///
/// # fn main() -> std::io::Result<()> {
/// let unused = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
/// let error = coro_runtime::block_on(http::get(&format!("http://{unused}/"))).unwrap_err();
/// assert!(matches!(error, Error::Refused(_)));
/// assert_eq!(error.to_string(), "the connection was refused");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The URL is malformed or of a kind that is not supported.
    Url {
        /// The URL as it was given.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The request cannot be sent as it is.
    Request(&'static str),
    /// Nobody listens at the address.
    Refused(io::Error),
    /// There is no connection for another reason: an unknown name, no route, no descriptor.
    Connect(io::Error),
    /// There was no connection in the time allowed for it.
    ConnectTimedOut,
    /// The peer has given the connection up.
    Reset(io::Error),
    /// The connection ended in the middle of a message, or before it.
    CutShort,
    /// The head of a message breaks the rules of the protocol.
    MalformedHead(&'static str),
    /// The chunks of a body break the rules of the protocol.
    MalformedChunk(&'static str),
    /// The body is in a coding that is not supported.
    UnsupportedCoding,
    /// The head has more bytes than allowed.
    HeadTooLarge {
        /// How many bytes are allowed.
        limit: usize,
    },
    /// The head has more than 128 fields.
    TooManyFields,
    /// The body has more bytes than allowed.
    BodyTooLarge {
        /// How many bytes are allowed.
        limit: usize,
    },
    /// The whole was not done in the time allowed for it.
    TimedOut,
    /// The peer was silent for longer than it may be.
    Stalled,
    /// The replies lead from one place to the next, and the limit was reached.
    TooManyRedirects {
        /// How many are followed.
        limit: usize,
    },
    /// The stream from which a body was to be sent has failed.
    Source(io::Error),
    /// The connection failed in another way.
    Io(io::Error),
}

impl Error {
    /// What a failure of a connection means.
    pub(super) fn of_connection(error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Error::Reset(error),
            _ => Error::Io(error),
        }
    }

    /// What a failure to connect means.
    pub(super) fn of_connecting(error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Error::Refused(error),
            _ => Error::Connect(error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Url { url, reason } => write!(formatter, "the URL {url:?} {reason}"),
            Error::Request(reason) => write!(formatter, "the request {reason}"),
            Error::Refused(_) => formatter.write_str("the connection was refused"),
            Error::Connect(error) => write!(formatter, "there is no connection: {error}"),
            Error::ConnectTimedOut => formatter.write_str("connecting took too long"),
            Error::Reset(_) => formatter.write_str("the peer reset the connection"),
            Error::CutShort => formatter.write_str("the message was cut short"),
            Error::MalformedHead(reason) => write!(formatter, "the head is malformed: {reason}"),
            Error::MalformedChunk(reason) => write!(formatter, "a chunk is malformed: {reason}"),
            Error::UnsupportedCoding => {
                formatter.write_str("the body is in a transfer coding that is not supported")
            }
            Error::HeadTooLarge { limit } => {
                write!(formatter, "the head has more than {limit} bytes")
            }
            Error::TooManyFields => formatter.write_str("the head has more than 128 fields"),
            Error::BodyTooLarge { limit } => {
                write!(formatter, "the body has more than {limit} bytes")
            }
            Error::TimedOut => formatter.write_str("the request took too long"),
            Error::Stalled => formatter.write_str("the peer was silent for too long"),
            Error::TooManyRedirects { limit } => {
                write!(formatter, "there were more than {limit} redirects")
            }
            Error::Source(error) => write!(formatter, "the body to be sent failed: {error}"),
            Error::Io(error) => write!(formatter, "the connection failed: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Refused(error)
            | Error::Connect(error)
            | Error::Reset(error)
            | Error::Source(error)
            | Error::Io(error) => Some(error),
            Error::Url { .. }
            | Error::Request(_)
            | Error::ConnectTimedOut
            | Error::CutShort
            | Error::MalformedHead(_)
            | Error::MalformedChunk(_)
            | Error::UnsupportedCoding
            | Error::HeadTooLarge { .. }
            | Error::TooManyFields
            | Error::BodyTooLarge { .. }
            | Error::Stalled
            | Error::TooManyRedirects { .. }
            | Error::TimedOut => None,
        }
    }
}
