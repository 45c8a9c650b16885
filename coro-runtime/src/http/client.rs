//! Sends requests.

use std::time::Duration;

use super::Limits;
use super::error::Error;
use super::head;
use super::message::{Request, Response};
use super::url::Url;
use super::wire::Wire;
use crate::net::TcpStream;
use crate::time::timeout;

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
    Client::new().get(url).await
}

/// How requests are sent: their limits in time and size.
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
#[derive(Clone, Debug)]
pub struct Client {
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    limits: Limits,
}

impl Client {
    /// A client that gives a request 30 seconds, of which 10 to connect, and takes heads of
    /// 64 KiB and bodies of 16 MiB.
    #[must_use]
    pub fn new() -> Client {
        Client {
            timeout: Some(Duration::from_secs(30)),
            connect_timeout: Some(Duration::from_secs(10)),
            limits: Limits::default(),
        }
    }

    /// How long a request may take, from the look-up of the name to the last byte of the
    /// reply; `None` for as long as it likes.
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

    /// How many bytes the head of a reply may have, together with those of the interim
    /// replies before it.
    #[must_use]
    pub fn max_head(mut self, bytes: usize) -> Client {
        self.limits.head = bytes;
        self
    }

    /// How many bytes the body of a reply may have.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Client {
        self.limits.body = bytes;
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
        let url = Url::parse(&request.target)?;
        let bytes = head::write_request(&url, &request)?;
        let exchange = self.exchange(&url, &request.method, &bytes);
        match self.timeout {
            Some(duration) => timeout(duration, exchange)
                .await
                .unwrap_or(Err(Error::TimedOut)),
            None => exchange.await,
        }
    }

    /// Sends `bytes`, which are a request with `method`, and reads the reply.
    #[coro::coroutine]
    async fn exchange(&self, url: &Url, method: &str, bytes: &[u8]) -> Result<Response, Error> {
        let mut wire = Wire::new(self.connect(url).await?);
        // A server may reply, and close, before it has read all of a request. So its reply
        // comes first, and that it could not be sent the rest comes second.
        let sent = wire.stream().write_all(bytes).await;
        match (self.read_response(&mut wire, method).await, sent) {
            (Ok(response), _) => Ok(response),
            (Err(_), Err(error)) => Err(Error::of_connection(error)),
            (Err(error), Ok(())) => Err(error),
        }
    }

    #[coro::coroutine]
    async fn connect(&self, url: &Url) -> Result<TcpStream, Error> {
        let connecting = TcpStream::connect((url.host.as_str(), url.port));
        let connected = match self.connect_timeout {
            Some(duration) => timeout(duration, connecting)
                .await
                .map_err(|_| Error::ConnectTimedOut)?,
            None => connecting.await,
        };
        connected.map_err(Error::of_connecting)
    }

    /// Reads the reply to a request with `method`, and skips the interim ones before it.
    #[coro::coroutine]
    async fn read_response(&self, wire: &mut Wire, method: &str) -> Result<Response, Error> {
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
            if head.status < 200 {
                continue;
            }
            let framing = head.framing(method)?;
            let body = wire.read_body(framing, self.limits.body).await?;
            return Ok(Response {
                status: head.status,
                reason: head.reason,
                headers: head.headers,
                body,
            });
        }
    }
}

impl Default for Client {
    fn default() -> Client {
        Client::new()
    }
}
