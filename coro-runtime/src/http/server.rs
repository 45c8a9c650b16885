//! Answers requests.

use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::time::Duration;

use super::Limits;
use super::error::Error;
use super::head::{self, RequestHead};
use super::message::{Request, Response};
use super::wire::Wire;
use crate::net::{TcpListener, TcpStream};
use crate::spawn;
use crate::time::{sleep, timeout};

/// How long to wait before the next attempt when there is no descriptor for a connection.
const PAUSE: Duration = Duration::from_millis(20);

/// For how long, and how often, to read what a client still sends to a connection that is
/// about to be closed.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_READS: usize = 64;

/// Answers requests with the outcome of `handler`, with the limits of [`Server::new`].
///
/// # Errors
///
/// See [`Server::serve`].
///
/// # Examples
///
/// See [the module](crate::http).
#[coro::coroutine]
pub async fn serve<H, F>(listener: TcpListener, handler: H) -> io::Result<()>
where
    H: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    Server::new().serve(listener, handler).await
}

/// How requests are received: their limits in time and size.
///
/// # Examples
///
/// ```
/// use coro_runtime::http::{self, Request, Response, Server};
/// use coro_runtime::net::TcpListener;
///
/// async fn handle(_request: Request) -> Response {
///     Response::new(204)
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// coro_runtime::block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let url = format!("http://{}/a-long-path", listener.local_addr()?);
///     let server = Server::new().max_head(16);
///     let task = coro_runtime::spawn(async move { server.serve(listener, handle).await });
///
///     assert_eq!(http::get(&url).await?.status(), 431);
///     task.abort();
///     Ok(())
/// })
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    limits: Limits,
    read_timeout: Duration,
}

impl Server {
    /// A server that waits a minute for a request, and takes heads of 64 KiB and bodies of
    /// 16 MiB.
    #[must_use]
    pub fn new() -> Server {
        Server {
            limits: Limits::default(),
            read_timeout: Duration::from_secs(60),
        }
    }

    /// How long a client may take to send a request, head or body, and how long it may keep
    /// a connection open between two.
    #[must_use]
    pub fn read_timeout(mut self, duration: Duration) -> Server {
        self.read_timeout = duration;
        self
    }

    /// How many bytes the head of a request may have.
    #[must_use]
    pub fn max_head(mut self, bytes: usize) -> Server {
        self.limits.head = bytes;
        self
    }

    /// How many bytes the body of a request may have.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Server {
        self.limits.body = bytes;
        self
    }

    /// Answers requests with the outcome of `handler`, until it is dropped.
    ///
    /// Each connection is a task of its own, which ends with the connection or with the
    /// runtime. Requests on one connection are answered in turn. What is no request is
    /// answered with the status that says so, and its connection is closed; so is one whose
    /// handler panics. When there is no descriptor left, connections wait until there is.
    ///
    /// # Errors
    ///
    /// When the listener itself fails, as at the shutdown of its runtime.
    #[coro::coroutine]
    pub async fn serve<H, F>(self, listener: TcpListener, handler: H) -> io::Result<()>
    where
        H: Fn(Request) -> F + Clone + Send + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    spawn(connection(self.clone(), stream, handler.clone()));
                }
                Err(error) => match Failure::of(&error) {
                    Failure::Connection => {}
                    Failure::Resources => sleep(PAUSE).await,
                    Failure::Listener => return Err(error),
                },
            }
        }
    }
}

impl Default for Server {
    fn default() -> Server {
        Server::new()
    }
}

/// What an error of `accept` concerns.
enum Failure {
    /// The connection that was to be accepted, and no other.
    Connection,
    /// The means of the process or the system, for a while.
    Resources,
    Listener,
}

impl Failure {
    fn of(error: &io::Error) -> Failure {
        match error.raw_os_error() {
            Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::ENOBUFS | libc::ENOSPC) => {
                Failure::Resources
            }
            None | Some(libc::EBADF | libc::EINVAL | libc::ENOTSOCK | libc::EOPNOTSUPP) => {
                Failure::Listener
            }
            // An error that the network has left on the new connection.
            Some(_) => Failure::Connection,
        }
    }
}

/// Answers the requests of one client.
#[coro::coroutine]
async fn connection<H, F>(server: Server, stream: TcpStream, handler: H)
where
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    // A reply is written in one piece, so there is nothing to hold it back for.
    let _ = stream.set_nodelay(true);
    let mut wire = Wire::new(stream);
    let failure = loop {
        let (head, request) = match server.receive(&mut wire).await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(error) => break error,
        };
        let method = request.method.clone();
        let response = handler(request).await;
        let keeps_alive = head.keeps_alive();
        let connection = match (keeps_alive, head.minor_version) {
            (false, _) => Some("close"),
            (true, 0) => Some("keep-alive"),
            (true, _) => None,
        };
        let sent = respond(&wire, &response, &method, connection).await;
        if sent.is_err() || !keeps_alive {
            return;
        }
    };
    if let Some(status) = status_of(&failure) {
        let response = Response::plain(status, format!("{failure}\n"));
        if respond(&wire, &response, "GET", Some("close"))
            .await
            .is_ok()
        {
            let _ = timeout(LINGER, linger(&mut wire)).await;
        }
    }
}

impl Server {
    /// Reads a request. `None` when the client sends no more, or was silent for too long.
    #[coro::coroutine]
    async fn receive(&self, wire: &mut Wire) -> Result<Option<(RequestHead, Request)>, Error> {
        let reading = wire.read_head(self.limits.head, head::parse_request);
        let read = match timeout(self.read_timeout, reading).await {
            Ok(read) => read?,
            Err(_) if wire.has_unread() => return Err(Error::TimedOut),
            Err(_) => return Ok(None),
        };
        let Some((mut head, _)) = read else {
            return Ok(None);
        };
        let body = match timeout(self.read_timeout, self.receive_body(&head, wire)).await {
            Ok(body) => body?,
            Err(_) => return Err(Error::TimedOut),
        };
        let request = Request {
            method: std::mem::take(&mut head.method),
            target: std::mem::take(&mut head.target),
            headers: head.headers.clone(),
            body,
        };
        Ok(Some((head, request)))
    }

    #[coro::coroutine]
    async fn receive_body(&self, head: &RequestHead, wire: &mut Wire) -> Result<Vec<u8>, Error> {
        let framing = head.framing()?;
        if head.expects_continue() && !wire.has_unread() && framing.fits(self.limits.body) {
            let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
            let written = wire.stream().write_all(go_on).await;
            written.map_err(Error::of_connection)?;
        }
        wire.read_body(framing, self.limits.body).await
    }
}

/// Sends a reply; one that cannot be sent as it is becomes a failure of the server.
#[coro::coroutine]
async fn respond(
    wire: &Wire,
    response: &Response,
    method: &str,
    connection: Option<&str>,
) -> io::Result<()> {
    let bytes = head::write_response(response, method, connection).unwrap_or_else(|reason| {
        let failure = Response::plain(500, format!("the reply {reason}\n"));
        head::write_response(&failure, method, connection).unwrap_or_default()
    });
    wire.stream().write_all(&bytes).await
}

/// The status that tells a client what was wrong with its request, if it can be told.
fn status_of(error: &Error) -> Option<u16> {
    match error {
        Error::MalformedHead(_) | Error::MalformedChunk(_) | Error::CutShort => Some(400),
        Error::TimedOut => Some(408),
        Error::BodyTooLarge { .. } => Some(413),
        Error::HeadTooLarge { .. } | Error::TooManyFields => Some(431),
        Error::UnsupportedCoding => Some(501),
        Error::Reset(_) | Error::Io(_) => None,
        // These are a client's, and never come of reading a request.
        Error::Url { .. }
        | Error::Request(_)
        | Error::Refused(_)
        | Error::Connect(_)
        | Error::ConnectTimedOut => None,
    }
}

/// Says that no more will be sent, and reads until the client says so too: to close a
/// connection to which bytes are still coming would destroy the reply on its way.
#[coro::coroutine]
async fn linger(wire: &mut Wire) -> io::Result<()> {
    wire.stream().shutdown(Shutdown::Write)?;
    for _ in 0..LINGER_READS {
        wire.discard();
        if wire.fill().await? == 0 {
            break;
        }
    }
    Ok(())
}
