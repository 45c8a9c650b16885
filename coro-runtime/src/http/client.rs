//! Sends requests.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_lite::stream::Stream;

use super::Limits;
use super::body::{Decoder, Framing};
use super::error::Error;
use super::head::{self, ResponseHead};
use super::incoming::{Home, Incoming};
use super::message::{Request, Response};
use super::outgoing::Pieces;
use super::pool::{Lease, Pool, Settings};
use super::redirect;
use super::url::Url;
use super::wire::Wire;
use crate::net::TcpStream;
use crate::time::timeout;

/// How much of the body of a redirect is read, so that its connection can be used again.
const SKIPPED: usize = 64 * 1024;

/// Gets what is at `url`, with the limits of [`Client::new`].
///
/// # Errors
///
/// See [`Error`]. A status that means failure is none: the reply tells it.
///
/// # Examples
///
/// See [the module](crate::http).
#[coro::coroutine]
pub async fn get(url: &str) -> Result<Response, Error> {
    Client::new().max_idle(0).get(url).await
}

/// How requests are sent, with limits in time and size, and the connections that can be used
/// again. A clone shares them.
///
/// Only requests that may be repeated (`GET`, `HEAD`, `PUT`, `DELETE`, `OPTIONS`, `TRACE`), and whose
/// body is not a stream, take a connection that was used before: a server may close it at any time,
/// and then the request is sent once more, over a new one.
///
/// # Examples
///
/// ```
/// use coro_runtime::http::{Client, Error};
/// use std::time::Duration;
///
/// # fn main() -> std::io::Result<()> {
/// // It takes connections (the kernel does), and never replies.
/// let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
/// let url = format!("http://{}/", silent.local_addr()?);
///
/// let client = Client::new().timeout(Duration::from_millis(20));
/// let error = coro_runtime::block_on(client.get(&url)).unwrap_err();
/// assert!(matches!(error, Error::TimedOut));
/// # Ok(())
/// # }
/// ```
///
/// Other limits, of time, size and idle connections:
///
/// ```
/// use coro_runtime::http::{self, Client, Error, Request, Response};
/// use coro_runtime::net::TcpListener;
/// use std::time::Duration;
///
/// async fn long_head(_request: Request) -> Response {
///     Response::new(200).header("x-long", "x".repeat(5000))
/// }
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let url = format!("http://{}/", listener.local_addr()?);
///     coro_runtime::spawn(http::serve(listener, long_head));
///
///     let client = Client::new()
///         .connect_timeout(Duration::from_secs(1))
///         .read_timeout(Duration::from_secs(5))
///         .max_idle(4)
///         .idle_timeout(Duration::from_secs(2))
///         .max_head(1000);
///     let error = client.get(&url).await.unwrap_err();
///     assert!(matches!(error, Error::HeadTooLarge { limit: 1000 }));
///     Ok(())
/// })
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
    limits: Limits,
    redirects: usize,
    keep: Settings,
    pool: Arc<Pool>,
}

impl Client {
    /// A client that gives a request 30 seconds, of which 10 to connect, takes heads of 64 KiB and
    /// bodies of 16 MiB, follows 10 redirects, and keeps 32 connections for up to 15 seconds.
    #[must_use]
    pub fn new() -> Client {
        Client {
            timeout: Some(Duration::from_secs(30)),
            connect_timeout: Some(Duration::from_secs(10)),
            read_timeout: None,
            limits: Limits::default(),
            redirects: 10,
            keep: Settings {
                limit: 32,
                keep_alive: Duration::from_secs(15),
            },
            pool: Arc::default(),
        }
    }

    /// How long a request may take, from the look-up of the name to the last byte of the reply,
    /// redirects included; `None` for as long as it likes. Where the body comes as a stream, it
    /// counts to the end of the head.
    #[must_use]
    pub fn timeout(mut self, duration: impl Into<Option<Duration>>) -> Client {
        self.timeout = duration.into();
        self
    }

    /// How long connecting may take, the look-up of the name included; `None` for as long as
    /// it likes.
    #[must_use]
    pub fn connect_timeout(mut self, duration: impl Into<Option<Duration>>) -> Client {
        self.connect_timeout = duration.into();
        self
    }

    /// For how long a server may be silent in the middle of a reply, or before it; `None`, as in a
    /// new client, for as long as it likes.
    #[must_use]
    pub fn read_timeout(mut self, duration: impl Into<Option<Duration>>) -> Client {
        self.read_timeout = duration.into();
        self
    }

    /// How many redirects are followed. With none, a redirect is the reply; beyond the last one
    /// that is allowed it is an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::{self, Client, Error, Request, Response};
    /// use coro_runtime::net::TcpListener;
    ///
    /// async fn turn(_request: Request) -> Response {
    ///     Response::new(302).header("location", "/again")
    /// }
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let url = format!("http://{}/", listener.local_addr()?);
    ///     coro_runtime::spawn(http::serve(listener, turn));
    ///
    ///     let error = Client::new().max_redirects(3).get(&url).await.unwrap_err();
    ///     assert!(matches!(error, Error::TooManyRedirects { limit: 3 }));
    ///     assert_eq!(Client::new().max_redirects(0).get(&url).await.unwrap().status(), 302);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn max_redirects(mut self, count: usize) -> Client {
        self.redirects = count;
        self
    }

    /// How many idle connections are kept, to all servers together. With none, each request asks
    /// the server to close its connection.
    #[must_use]
    pub fn max_idle(mut self, count: usize) -> Client {
        self.keep.limit = count;
        self
    }

    /// For how long an idle connection is kept. It is closed then, by a task of the runtime that has
    /// used it, or earlier, when the client and its clones are dropped.
    #[must_use]
    pub fn idle_timeout(mut self, duration: Duration) -> Client {
        self.keep.keep_alive = duration;
        self
    }

    /// How many bytes the head of a reply may have, together with those of the interim
    /// replies before it.
    #[must_use]
    pub fn max_head(mut self, bytes: usize) -> Client {
        self.limits.head = bytes;
        self
    }

    /// How many bytes the body of a reply may have, also if it comes as a stream. If this is not
    /// said, 16 MiB, and a stream as many as it likes.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::{self, Client, Error, Request, Response};
    /// use coro_runtime::net::TcpListener;
    ///
    /// async fn large(_request: Request) -> Response {
    ///     Response::new(200).with_body(vec![0; 1000])
    /// }
    ///
    /// # fn main() -> std::io::Result<()> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let url = format!("http://{}/", listener.local_addr()?);
    ///     coro_runtime::spawn(http::serve(listener, large));
    ///
    ///     let error = Client::new().max_body(100).get(&url).await.unwrap_err();
    ///     assert!(matches!(error, Error::BodyTooLarge { limit: 100 }));
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Client {
        self.limits.body = Some(bytes);
        self
    }

    /// Gets what is at `url`.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    #[coro::coroutine]
    pub async fn get(&self, url: &str) -> Result<Response, Error> {
        self.send(Request::get(url)).await
    }

    /// Sends a request to the URL that is its target, and reads the reply.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::{self, Client, Request, Response};
    /// use coro_runtime::net::TcpListener;
    ///
    /// async fn echo(request: Request) -> Response {
    ///     Response::new(200).with_body(request.body())
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let url = format!("http://{}/", listener.local_addr()?);
    ///     coro_runtime::spawn(http::serve(listener, echo));
    ///
    ///     let request = Request::new("POST", url).with_body("hello");
    ///     let response = Client::new().send(request).await?;
    ///     assert_eq!(response.body(), b"hello");
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[coro::coroutine]
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        within(self.timeout, Error::TimedOut, self.send_at_leisure(request)).await
    }

    #[coro::coroutine]
    async fn send_at_leisure(&self, request: Request) -> Result<Response, Error> {
        let limit = self.limits.whole_body();
        let opened = self.follow(request, None, limit).await;
        let (mut response, mut body) = opened?;
        response.body = body.read_to_end(limit).await?;
        Ok(response)
    }

    /// Sends a request, and reads the head of the reply: its body comes as a stream.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::{self, Client, Request, Response};
    /// use coro_runtime::net::TcpListener;
    ///
    /// async fn long(_request: Request) -> Response {
    ///     Response::new(200).with_body(vec![0; 1_000_000])
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let url = format!("http://{}/", listener.local_addr()?);
    ///     coro_runtime::spawn(http::serve(listener, long));
    ///
    ///     let (response, mut body) = Client::new().open(Request::get(url)).await?;
    ///     assert_eq!(response.status(), 200);
    ///     let mut length = 0;
    ///     while let Some(piece) = body.chunk().await? {
    ///         length += piece.len();
    ///     }
    ///     assert_eq!(length, 1_000_000);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[coro::coroutine]
    pub async fn open(&self, request: Request) -> Result<(Response, Incoming), Error> {
        let exchange = self.follow(request, None, self.limits.streamed_body());
        within(self.timeout, Error::TimedOut, exchange).await
    }

    /// Sends a request whose body is `pieces`, in chunks, and reads the head of the reply as
    /// [`open`](Client::open) does.
    ///
    /// The rest of the request is sent while the reply is read, since a server may reply before it
    /// has read all. A redirect that wants the same body again is not followed.
    ///
    /// # Errors
    ///
    /// [`Error::Source`] when `pieces` fail, and see [`Error`].
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::{self, Client, Request, Response};
    /// use coro_runtime::net::TcpListener;
    ///
    /// async fn echo(request: Request) -> Response {
    ///     Response::new(200).with_body(request.body())
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// coro_runtime::block_on(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let url = format!("http://{}/", listener.local_addr()?);
    ///     coro_runtime::spawn(http::serve(listener, echo));
    ///
    ///     let pieces = futures_lite::stream::iter([Ok(b"hel".to_vec()), Ok(b"lo".to_vec())]);
    ///     let request = Request::new("POST", url);
    ///     let (_, mut body) = Client::new().open_with(request, pieces).await?;
    ///     assert_eq!(body.read_to_end(100).await?, b"hello");
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[coro::coroutine]
    pub async fn open_with<B>(
        &self,
        request: Request,
        pieces: B,
    ) -> Result<(Response, Incoming), Error>
    where
        B: Stream<Item = io::Result<Vec<u8>>> + Send + 'static,
    {
        let pieces: Pieces = Box::pin(pieces);
        let exchange = self.follow(request, Some(pieces), self.limits.streamed_body());
        within(self.timeout, Error::TimedOut, exchange).await
    }

    /// Sends a request, and those that the replies ask for.
    ///
    /// Boxed, so that the types of those who wait for it are not nested as deep as rustc goes.
    #[coro::coroutine(boxed, Send)]
    async fn follow(
        &self,
        mut request: Request,
        mut pieces: Option<Pieces>,
        limit: usize,
    ) -> Result<(Response, Incoming), Error> {
        let has_body = pieces.is_some();
        let mut followed = 0;
        loop {
            let url = Url::parse(&request.target)?;
            let exchange = self.exchange(&url, &request, pieces.take(), limit);
            let (response, mut body) = exchange.await?;
            if self.redirects == 0 {
                return Ok((response, body));
            }
            let Some(next) = redirect::next(&url, &request, &response, has_body)? else {
                return Ok((response, body));
            };
            if followed == self.redirects {
                let limit = self.redirects;
                return Err(Error::TooManyRedirects { limit });
            }
            followed += 1;
            request = next;
            // A body that is too long, or fails, costs its connection and no more.
            let _ = body.read_to_end(SKIPPED).await;
        }
    }

    /// Sends one request, over a connection that was used before if it may be.
    #[coro::coroutine]
    async fn exchange(
        &self,
        url: &Url,
        request: &Request,
        pieces: Option<Pieces>,
        limit: usize,
    ) -> Result<(Response, Incoming), Error> {
        let bytes = head::write_request(url, request, pieces.is_some(), self.keep.keeps())?;
        let method = request.method.as_str();
        let may_repeat = matches!(
            method,
            "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" | "TRACE"
        );
        if may_repeat && pieces.is_none() {
            while let Some(mut wire) = self.pool.take(url) {
                wire.upload(bytes.clone(), None);
                match self.read_head(&mut wire).await {
                    // It was closed when the request was on its way.
                    Err(Error::CutShort | Error::Reset(_)) if !wire.has_unread() => {}
                    head => return self.opened(url, method, wire, head?, limit),
                }
            }
        }
        let mut wire = Wire::new(self.connect(url).await?, self.read_timeout);
        wire.upload(bytes, pieces);
        let head = self.read_head(&mut wire).await?;
        self.opened(url, method, wire, head, limit)
    }

    /// The reply whose head has come.
    fn opened(
        &self,
        url: &Url,
        method: &str,
        wire: Wire,
        head: ResponseHead,
        limit: usize,
    ) -> Result<(Response, Incoming), Error> {
        let framing = head.framing(method)?;
        let keeps = self.keep.keeps() && head.keeps_alive() && framing != Framing::UntilClose;
        let lease = keeps.then(|| Lease {
            pool: Arc::clone(&self.pool),
            key: (url.host.clone(), url.port),
            settings: self.keep,
        });
        let decoder = Decoder::new(framing, limit)?;
        let response = Response {
            status: head.status,
            reason: head.reason,
            headers: head.headers,
            body: Vec::new(),
        };
        Ok((response, Incoming::new(wire, decoder, Home::Pool(lease))))
    }

    #[coro::coroutine]
    async fn connect(&self, url: &Url) -> Result<TcpStream, Error> {
        let connecting = async {
            let stream = TcpStream::connect((url.host.as_str(), url.port)).await;
            stream.map_err(Error::of_connecting)
        };
        let stream = within(self.connect_timeout, Error::ConnectTimedOut, connecting).await?;
        // A request is written in as few pieces as there are: nothing is to be held back.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }

    /// Reads the head of a reply, and skips the interim ones before it.
    #[coro::coroutine]
    async fn read_head(&self, wire: &mut Wire) -> Result<ResponseHead, Error> {
        let mut room = self.limits.head;
        loop {
            let read = wire.read_head(room, head::parse_response).await;
            let (head, length) = match read {
                Ok(head) => head.ok_or(Error::CutShort)?,
                Err(Error::HeadTooLarge { .. }) => {
                    let limit = self.limits.head;
                    return Err(Error::HeadTooLarge { limit });
                }
                Err(error) => return Err(error),
            };
            room -= length;
            if head.status == 101 {
                return Err(Error::MalformedHead("nobody asked for another protocol"));
            }
            if head.status >= 200 {
                return Ok(head);
            }
        }
    }
}

/// Awaits `future` for at most `duration`, if there is one.
#[coro::coroutine]
async fn within<T, F>(duration: Option<Duration>, late: Error, future: F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    match duration {
        Some(duration) => timeout(duration, future).await.unwrap_or(Err(late)),
        None => future.await,
    }
}

impl Default for Client {
    fn default() -> Client {
        Client::new()
    }
}
