//! Answers requests.

use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

use super::Limits;
use super::body::Decoder;
use super::error::Error;
use super::head::{self, Form, RequestHead};
use super::incoming::{Home, Incoming};
use super::message::{Request, Response};
use super::outgoing::{self, Reply};
use super::wire::Wire;
use crate::net::{TcpListener, TcpStream};
use crate::spawn;
use crate::sync::oneshot;
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
/// use std::time::Duration;
///
/// async fn handle(_request: Request) -> Response {
///     Response::new(204)
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// coro_runtime::block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let url = format!("http://{}/a-long-path", listener.local_addr()?);
///     let server = Server::new()
///         .max_head(16)
///         .max_body(1024)
///         .header_timeout(Duration::from_secs(5))
///         .read_timeout(Duration::from_secs(10))
///         .write_timeout(Duration::from_secs(10))
///         .keep_alive(Duration::from_secs(30));
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
    header_timeout: Duration,
    read_timeout: Duration,
    write_timeout: Duration,
    keep_alive: Duration,
}

impl Server {
    /// A server that waits a minute for a head, a body, the next request and for its reply to be
    /// taken, and takes heads of 64 KiB and bodies of 16 MiB.
    #[must_use]
    pub fn new() -> Server {
        Server {
            limits: Limits::default(),
            header_timeout: Duration::from_secs(60),
            read_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(60),
            keep_alive: Duration::from_secs(60),
        }
    }

    /// How long a client may take to send a head, the first one counted from the connection.
    #[must_use]
    pub fn header_timeout(mut self, duration: Duration) -> Server {
        self.header_timeout = duration;
        self
    }

    /// How long a client may take to send a body; for one that comes as a stream, how long it may
    /// be silent in it.
    #[must_use]
    pub fn read_timeout(mut self, duration: Duration) -> Server {
        self.read_timeout = duration;
        self
    }

    /// How long a client may take for a reply, counted from its start; for the body of a
    /// [`Reply::stream`], for how long it may take nothing of what is there for it.
    #[must_use]
    pub fn write_timeout(mut self, duration: Duration) -> Server {
        self.write_timeout = duration;
        self
    }

    /// For how long a client may keep its connection between two requests.
    #[must_use]
    pub fn keep_alive(mut self, duration: Duration) -> Server {
        self.keep_alive = duration;
        self
    }

    /// How many bytes the head of a request may have.
    #[must_use]
    pub fn max_head(mut self, bytes: usize) -> Server {
        self.limits.head = bytes;
        self
    }

    /// How many bytes the body of a request may have, also if it comes as a stream. If this is not
    /// said, 16 MiB, and a stream as many as it likes.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Server {
        self.limits.body = Some(bytes);
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
        let (limit, patience) = (self.limits.whole_body(), self.read_timeout);
        let whole = move |request: Request, body: Incoming| {
            let handler = handler.clone();
            async move {
                let request = read_body(request, body, limit, patience).await?;
                Ok(Reply::from(handler(request).await))
            }
        };
        self.accept(listener, limit, whole).await
    }

    /// Answers requests as [`serve`](Server::serve) does, with bodies that come as streams, and
    /// replies whose bodies may be streams too.
    ///
    /// The handler gets each request as soon as its head is there. An error that it returns is
    /// answered with the status that says so, if it can be. Behind a body that was not read to its
    /// end the connection is closed.
    ///
    /// # Errors
    ///
    /// Those of [`serve`](Server::serve).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::{Client, Error, Incoming, Reply, Request, Response, Server};
    /// use coro_runtime::net::TcpListener;
    ///
    /// /// Sends back what comes in, while it comes in.
    /// async fn echo(_request: Request, body: Incoming) -> Result<Reply, Error> {
    ///     Ok(Reply::stream(Response::new(200), body.into_stream()))
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let url = format!("http://{}/", listener.local_addr()?);
    ///     coro_runtime::spawn(Server::new().serve_streaming(listener, echo));
    ///
    ///     let request = Request::new("POST", url).with_body("hello");
    ///     assert_eq!(Client::new().send(request).await?.text(), "hello");
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[coro::coroutine]
    pub async fn serve_streaming<H, F>(self, listener: TcpListener, handler: H) -> io::Result<()>
    where
        H: Fn(Request, Incoming) -> F + Clone + Send + 'static,
        F: Future<Output = Result<Reply, Error>> + Send + 'static,
    {
        let limit = self.limits.streamed_body();
        self.accept(listener, limit, handler).await
    }

    /// Answers requests whose bodies have at most `limit` bytes.
    #[coro::coroutine]
    async fn accept<H, F>(self, listener: TcpListener, limit: usize, handler: H) -> io::Result<()>
    where
        H: Fn(Request, Incoming) -> F + Clone + Send + 'static,
        F: Future<Output = Result<Reply, Error>> + Send + 'static,
    {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    spawn(connection(self.clone(), stream, limit, handler.clone()));
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

/// Reads the body of a request before its handler is called. The connection then goes back to its
/// task.
#[coro::coroutine]
async fn read_body(
    mut request: Request,
    mut body: Incoming,
    limit: usize,
    patience: Duration,
) -> Result<Request, Error> {
    request.body = match timeout(patience, body.read_to_end(limit)).await {
        Ok(body) => body?,
        Err(_) => return Err(Error::TimedOut),
    };
    Ok(request)
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
async fn connection<H, F>(server: Server, stream: TcpStream, limit: usize, handler: H)
where
    H: Fn(Request, Incoming) -> F,
    F: Future<Output = Result<Reply, Error>>,
{
    // A reply is written in as few pieces as there are, so there is nothing to hold it back for.
    let _ = stream.set_nodelay(true);
    let mut wire = Wire::new(stream, None);
    let mut is_first = true;
    loop {
        let stream = Arc::clone(wire.stream());
        let head = match server.next_head(&mut wire, is_first).await {
            Ok(Some(head)) => head,
            Ok(None) => return,
            Err(error) => return server.refuse(&stream, &error).await,
        };
        is_first = false;
        let decoder = head
            .framing()
            .and_then(|framing| Decoder::new(framing, limit));
        let decoder = match decoder {
            Ok(decoder) => decoder,
            Err(error) => return server.refuse(&stream, &error).await,
        };
        let exchange = Exchange::of(&head);
        let awaits_leave = head.expects_continue() && !wire.has_unread();
        wire.set_patience(Some(server.read_timeout));
        let (home, mut returned) = oneshot::channel();
        let body = Incoming::new(wire, decoder, Home::Server(Some(home))).with_leave(awaits_leave);
        let request = Request {
            method: head.method,
            target: head.target,
            headers: head.headers,
            body: Vec::new(),
        };
        let reply = match handler(request, body).await {
            Ok(reply) => reply,
            Err(error) => return server.refuse(&stream, &error).await,
        };
        // Most bodies have been read by now; where one is still being read, as by a reply that
        // sends it back, its end is hoped for.
        let early = returned.try_recv().ok().flatten();
        let is_read = early.as_ref().is_none_or(|(_, is_done)| *is_done);
        let Ok(keeps_alive) = server.respond(&stream, reply, &exchange, is_read).await else {
            return;
        };
        let back = match early {
            Some(back) => Some(back),
            None => returned.await.ok(),
        };
        match back {
            Some((back, true)) if keeps_alive => wire = back,
            // What the client still sends would destroy the reply on its way.
            Some((_, false)) => return linger(&stream).await,
            _ => return,
        }
        wire.set_patience(None);
    }
}

/// What of a request matters to its reply.
struct Exchange {
    method: String,
    minor_version: u8,
    keeps_alive: bool,
}

impl Exchange {
    fn of(head: &RequestHead) -> Exchange {
        Exchange {
            method: head.method.clone(),
            minor_version: head.minor_version,
            keeps_alive: head.keeps_alive(),
        }
    }
}

impl Server {
    /// Reads the head of a request. `None` when the client sends no more, or was silent for too
    /// long.
    #[coro::coroutine]
    async fn next_head(
        &self,
        wire: &mut Wire,
        is_first: bool,
    ) -> Result<Option<RequestHead>, Error> {
        if !is_first && !wire.has_unread() {
            let filled = timeout(self.keep_alive, wire.fill()).await;
            if filled.unwrap_or(Ok(0))? == 0 {
                return Ok(None);
            }
        }
        let reading = wire.read_head(self.limits.head, head::parse_request);
        match timeout(self.header_timeout, reading).await {
            Ok(read) => Ok(read?.map(|(head, _)| head)),
            Err(_) if wire.has_unread() => Err(Error::TimedOut),
            Err(_) => Ok(None),
        }
    }

    /// Sends a reply, and tells whether the connection can be used again. One that cannot be sent
    /// as it is becomes a failure of the server.
    #[coro::coroutine]
    async fn respond(
        &self,
        stream: &TcpStream,
        reply: Reply,
        exchange: &Exchange,
        is_read: bool,
    ) -> Result<bool, Error> {
        let Reply { response, pieces } = reply;
        let form = match (&pieces, exchange.minor_version) {
            (None, _) => Form::Whole,
            (Some(_), 0) => Form::UntilClose,
            (Some(_), _) => Form::Chunked,
        };
        let keeps_alive = exchange.keeps_alive && is_read && form != Form::UntilClose;
        let connection = match (keeps_alive, exchange.minor_version) {
            (false, _) => Some("close"),
            (true, 0) => Some("keep-alive"),
            (true, _) => None,
        };
        let method = exchange.method.as_str();
        let has_body = method != "HEAD" && !head::is_bodiless(response.status);
        let head = head::write_response(&response, method, connection, form);
        let is_valid = head.is_ok();
        let bytes = head.unwrap_or_else(|reason| {
            let failure = Response::plain(500, format!("the reply {reason}\n"));
            head::write_response(&failure, method, connection, Form::Whole).unwrap_or_default()
        });
        self.write(stream, &bytes).await?;
        if let Some(pieces) = pieces.filter(|_| is_valid && has_body) {
            let line = outgoing::Line {
                stream,
                patience: Some(self.write_timeout),
            };
            outgoing::send(line, &[], Some(pieces), form == Form::Chunked).await?;
        }
        Ok(keeps_alive)
    }

    #[coro::coroutine]
    async fn write(&self, stream: &TcpStream, bytes: &[u8]) -> Result<(), Error> {
        let written = timeout(self.write_timeout, stream.write_all(bytes)).await;
        written
            .map_err(|_| Error::TimedOut)?
            .map_err(Error::of_connection)
    }

    /// Tells a client what was wrong with its request, if it can be told, before the connection is
    /// closed.
    #[coro::coroutine]
    async fn refuse(&self, stream: &TcpStream, error: &Error) {
        let Some(status) = status_of(error) else {
            return;
        };
        let response = Response::plain(status, format!("{error}\n"));
        let bytes = head::write_response(&response, "GET", Some("close"), Form::Whole);
        if self.write(stream, &bytes.unwrap_or_default()).await.is_ok() {
            linger(stream).await;
        }
    }
}

/// The status that tells a client what was wrong with its request, if it can be told.
fn status_of(error: &Error) -> Option<u16> {
    match error {
        Error::MalformedHead(_) | Error::MalformedChunk(_) | Error::CutShort => Some(400),
        Error::TimedOut | Error::Stalled => Some(408),
        Error::BodyTooLarge { .. } => Some(413),
        Error::HeadTooLarge { .. } | Error::TooManyFields => Some(431),
        Error::UnsupportedCoding => Some(501),
        Error::Reset(_) | Error::Io(_) => None,
        // These are a client's: they come of what a handler itself has asked for.
        Error::Url { .. }
        | Error::Request(_)
        | Error::Refused(_)
        | Error::Connect(_)
        | Error::ConnectTimedOut
        | Error::TooManyRedirects { .. }
        | Error::Source(_) => Some(500),
    }
}

/// Says that no more will be sent, and reads until the client says so too: to close a
/// connection to which bytes are still coming would destroy the reply on its way.
#[coro::coroutine]
async fn linger(stream: &TcpStream) {
    if stream.shutdown(Shutdown::Write).is_ok() {
        let _ = timeout(LINGER, skip(stream)).await;
    }
}

#[coro::coroutine]
async fn skip(stream: &TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; 8 * 1024];
    for _ in 0..LINGER_READS {
        if stream.read(&mut buffer).await? == 0 {
            break;
        }
    }
    Ok(())
}
