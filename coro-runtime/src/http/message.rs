//! Requests and replies.

use std::borrow::Cow;

use super::headers::Headers;

/// What a client asks of a server.
///
/// # Examples
///
/// ```
/// use coro_runtime::http::Request;
///
/// let request = Request::new("POST", "http://localhost/notes?draft=1")
///     .header("content-type", "text/plain")
///     .with_body("remember the milk");
/// assert_eq!(request.method(), "POST");
/// assert_eq!(request.target(), "http://localhost/notes?draft=1");
/// assert_eq!(request.headers().get("content-type"), Some("text/plain"));
/// assert_eq!(request.body(), b"remember the milk");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
}

impl Request {
    /// A request without header fields or body. For a client, `target` is a URL.
    #[must_use]
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Request {
        Request {
            method: method.into(),
            target: target.into(),
            headers: Headers::default(),
            body: Vec::new(),
        }
    }

    /// A request to get what is at `target`.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::Request;
    ///
    /// assert_eq!(Request::get("http://localhost/").method(), "GET");
    /// ```
    #[must_use]
    pub fn get(target: impl Into<String>) -> Request {
        Request::new("GET", target)
    }

    /// Adds a header field.
    ///
    /// `content-length`, `transfer-encoding` and `connection` are not sent as they stand
    /// here: the connection sets them by itself.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Request {
        self.headers.push(name, value);
        self
    }

    /// Replaces the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self
    }

    /// `GET`, `POST` and so on.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// What is asked for: a URL on the way out, and as the client sent it on the way in,
    /// which is a path with or without a query as a rule.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The target without its query.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::Request;
    ///
    /// assert_eq!(Request::get("/a/b?c").path(), "/a/b");
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// What follows the first question mark of the target.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::http::Request;
    ///
    /// assert_eq!(Request::get("/a/b?c").query(), Some("c"));
    /// ```
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        Some(self.target.split_once('?')?.1)
    }

    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The body, which is empty if there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// What a server replies.
///
/// # Examples
///
/// ```
/// use coro_runtime::http::Response;
///
/// let response = Response::plain(404, "there is no such page");
/// assert_eq!(response.status(), 404);
/// assert!(!response.is_success());
/// assert_eq!(response.reason(), "Not Found");
/// assert_eq!(response.headers().get("content-type"), Some("text/plain; charset=utf-8"));
/// assert_eq!(response.text(), "there is no such page");
///
/// let response = Response::new(200).header("content-type", "image/gif").with_body(*b"GIF89a");
/// assert_eq!(response.body(), b"GIF89a");
/// assert_eq!(response.into_body().len(), 6);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
}

impl Response {
    /// A reply without header fields or body.
    #[must_use]
    pub fn new(status: u16) -> Response {
        Response {
            status,
            reason: reason(status).to_owned(),
            headers: Headers::default(),
            body: Vec::new(),
        }
    }

    /// A reply of plain text.
    #[must_use]
    pub fn plain(status: u16, text: impl Into<String>) -> Response {
        Response::new(status)
            .header("content-type", "text/plain; charset=utf-8")
            .with_body(text.into())
    }

    /// Adds a header field.
    ///
    /// `content-length`, `transfer-encoding` and `connection` are not sent as they stand
    /// here: the connection sets them by itself.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Response {
        self.headers.push(name, value);
        self
    }

    /// Replaces the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Response {
        self.body = body.into();
        self
    }

    /// The three digits that tell the outcome.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is from 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The status in words, as the server put it. It may be empty.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The body, taken out of its chunks. It is empty if there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, by value.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The body as text, with replacement characters where it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// The usual words for a status.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
