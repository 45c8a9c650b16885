//! The first part of a message: request line or status line, and header fields.

use super::body::Framing;
use super::error::Error;
use super::headers::{Headers, is_token};
use super::message::{Request, Response};
use super::url::Url;

/// How many header fields are taken.
const FIELDS: usize = 128;

/// What stands before a request's body.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub(super) method: String,
    pub(super) target: String,
    /// The digit after `HTTP/1.`.
    pub(super) minor_version: u8,
    pub(super) headers: Headers,
}

/// What stands before a reply's body.
#[derive(Debug)]
pub(super) struct ResponseHead {
    pub(super) status: u16,
    /// The digit after `HTTP/1.`.
    pub(super) minor_version: u8,
    pub(super) reason: String,
    pub(super) headers: Headers,
}

/// The head at the front of `bytes` and its length, or `None` if there is more to come.
pub(super) fn parse_request(bytes: &[u8]) -> Result<Option<(RequestHead, usize)>, Error> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let length = match request.parse(bytes).map_err(malformed)? {
        httparse::Status::Partial => return Ok(None),
        httparse::Status::Complete(length) => length,
    };
    let head = RequestHead {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        minor_version: request.version.unwrap_or_default(),
        headers: own(request.headers),
    };
    if head.minor_version > 0 && head.headers.get_all("host").count() != 1 {
        return Err(Error::MalformedHead("there must be one `host` field"));
    }
    Ok(Some((head, length)))
}

/// The head at the front of `bytes` and its length, or `None` if there is more to come.
pub(super) fn parse_response(bytes: &[u8]) -> Result<Option<(ResponseHead, usize)>, Error> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let length = match response.parse(bytes).map_err(malformed)? {
        httparse::Status::Partial => return Ok(None),
        httparse::Status::Complete(length) => length,
    };
    let status = response.code.unwrap_or_default();
    if status < 100 {
        return Err(Error::MalformedHead("the status is below 100"));
    }
    let head = ResponseHead {
        status,
        minor_version: response.version.unwrap_or_default(),
        reason: response.reason.unwrap_or_default().to_owned(),
        headers: own(response.headers),
    };
    Ok(Some((head, length)))
}

fn own(fields: &[httparse::Header<'_>]) -> Headers {
    let mut headers = Headers::default();
    for field in fields {
        headers.push(field.name, String::from_utf8_lossy(field.value));
    }
    headers
}

fn malformed(error: httparse::Error) -> Error {
    Error::MalformedHead(match error {
        httparse::Error::HeaderName => "a field has an invalid name",
        httparse::Error::HeaderValue => "a field has an invalid value",
        httparse::Error::NewLine => "a line has an invalid end",
        httparse::Error::Status => "the status is no number of three digits",
        httparse::Error::Token => "the request line is invalid",
        httparse::Error::Version => "the protocol is not HTTP/1",
        httparse::Error::TooManyHeaders => return Error::TooManyFields,
    })
}

impl RequestHead {
    /// Where the body ends.
    pub(super) fn framing(&self) -> Result<Framing, Error> {
        let length = content_length(&self.headers)?;
        if self.headers.get("transfer-encoding").is_none() {
            return Ok(length.map_or(Framing::Empty, Framing::Length));
        }
        // Two receivers that disagree on the end of a request can be played off against
        // each other, so what is ambiguous is refused.
        if length.is_some() || self.minor_version == 0 {
            return Err(Error::MalformedHead("the length of the body is ambiguous"));
        }
        chunked(&self.headers)
    }

    /// Whether the client may send another request on the same connection.
    pub(super) fn keeps_alive(&self) -> bool {
        keeps_alive(self.minor_version, &self.headers)
    }

    /// Whether the client waits for leave to send the body.
    pub(super) fn expects_continue(&self) -> bool {
        self.minor_version > 0 && self.headers.has_token("expect", "100-continue")
    }
}

impl ResponseHead {
    /// Whether the connection can carry another request.
    pub(super) fn keeps_alive(&self) -> bool {
        keeps_alive(self.minor_version, &self.headers)
    }

    /// Where the body of a reply to a request with `method` ends.
    pub(super) fn framing(&self, method: &str) -> Result<Framing, Error> {
        if method == "HEAD" || is_bodiless(self.status) {
            return Ok(Framing::Empty);
        }
        if self.headers.get("transfer-encoding").is_some() {
            return chunked(&self.headers);
        }
        let length = content_length(&self.headers)?;
        Ok(length.map_or(Framing::UntilClose, Framing::Length))
    }
}

/// Whether the sender of a head keeps its connection open behind the message.
fn keeps_alive(minor_version: u8, headers: &Headers) -> bool {
    match minor_version {
        0 => headers.has_token("connection", "keep-alive"),
        _ => !headers.has_token("connection", "close"),
    }
}

/// Whether replies with this status never have a body.
pub(super) fn is_bodiless(status: u16) -> bool {
    matches!(status, 100..=199 | 204 | 304)
}

fn chunked(headers: &Headers) -> Result<Framing, Error> {
    let mut codings = headers
        .get_all("transfer-encoding")
        .flat_map(|list| list.split(','));
    match (codings.next(), codings.next()) {
        (Some(coding), None) if coding.trim().eq_ignore_ascii_case("chunked") => {
            Ok(Framing::Chunked)
        }
        _ => Err(Error::UnsupportedCoding),
    }
}

/// The length of the body, if it is told. Told more than once, it must be the same.
fn content_length(headers: &Headers) -> Result<Option<u64>, Error> {
    let mut length = None;
    for text in headers
        .get_all("content-length")
        .flat_map(|list| list.split(','))
    {
        let text = text.trim();
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(number) = is_number.then(|| text.parse::<u64>().ok()).flatten() else {
            return Err(Error::MalformedHead("`content-length` is no number"));
        };
        if length.is_some_and(|length| length != number) {
            return Err(Error::MalformedHead("`content-length` contradicts itself"));
        }
        length = Some(number);
    }
    Ok(length)
}

/// A request as it is sent, body included unless it follows in chunks.
///
/// `keep_alive` tells whether the connection may be used again.
pub(super) fn write_request(
    url: &Url,
    request: &Request,
    chunked: bool,
    keep_alive: bool,
) -> Result<Vec<u8>, Error> {
    if !is_token(&request.method) {
        return Err(Error::Request("has a method that is not a token"));
    }
    if request.method == "CONNECT" {
        return Err(Error::Request("asks for a tunnel, which is not supported"));
    }
    request.headers.check().map_err(Error::Request)?;
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method, url.target);
    let defaults = [
        ("host", url.authority.as_str()),
        ("user-agent", concat!("coro/", env!("CARGO_PKG_VERSION"))),
        ("accept", "*/*"),
    ];
    for (name, value) in defaults {
        if request.headers.get(name).is_none() {
            write_field(&mut text, name, value);
        }
    }
    for (name, value) in request.headers.sent() {
        write_field(&mut text, name, value);
    }
    let has_body = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    if chunked {
        write_field(&mut text, "transfer-encoding", "chunked");
    } else if has_body || !request.body.is_empty() {
        write_field(&mut text, "content-length", &request.body.len().to_string());
    }
    if !keep_alive {
        write_field(&mut text, "connection", "close");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    if !chunked {
        bytes.extend_from_slice(&request.body);
    }
    Ok(bytes)
}

/// How the body of a reply is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// With the head.
    Whole,
    /// In chunks that follow.
    Chunked,
    /// In pieces that follow, to a client that knows no chunks: the connection ends it.
    UntilClose,
}

/// A reply as it is sent to a request with `method`, body included unless it follows.
///
/// `connection` is the field that tells what becomes of the connection, if it is not what
/// the client takes for granted.
pub(super) fn write_response(
    response: &Response,
    method: &str,
    connection: Option<&str>,
    form: Form,
) -> Result<Vec<u8>, &'static str> {
    if !(200..1000).contains(&response.status) {
        return Err("has a status that cannot be sent");
    }
    response.headers.check()?;
    let mut text = format!("HTTP/1.1 {} {}\r\n", response.status, response.reason);
    for (name, value) in response.headers.sent() {
        write_field(&mut text, name, value);
    }
    if let Some(connection) = connection {
        write_field(&mut text, "connection", connection);
    }
    let bodiless = is_bodiless(response.status);
    match form {
        _ if bodiless => {}
        Form::Whole => {
            let length = response.body.len().to_string();
            write_field(&mut text, "content-length", &length);
        }
        Form::Chunked => write_field(&mut text, "transfer-encoding", "chunked"),
        Form::UntilClose => {}
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    if !bodiless && method != "HEAD" && form == Form::Whole {
        bytes.extend_from_slice(&response.body);
    }
    Ok(bytes)
}

fn write_field(text: &mut String, name: &str, value: &str) {
    for part in [name, ": ", value, "\r\n"] {
        text.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response_framing(method: &str, status: u16, fields: &str) -> Result<Framing, Error> {
        let text = format!("HTTP/1.1 {status} X\r\n{fields}\r\n");
        let (head, length) = parse_response(text.as_bytes())?.expect("it is whole");
        assert_eq!(length, text.len());
        head.framing(method)
    }

    fn request_framing(version: u8, fields: &str) -> Result<Framing, Error> {
        let text = format!("POST / HTTP/1.{version}\r\nhost: a\r\n{fields}\r\n");
        let (head, _) = parse_request(text.as_bytes())?.expect("it is whole");
        head.framing()
    }

    #[test]
    fn the_end_of_a_reply_is_known() {
        let get = |fields| response_framing("GET", 200, fields).unwrap();
        assert_eq!(get(""), Framing::UntilClose);
        assert_eq!(get("content-length: 7\r\n"), Framing::Length(7));
        assert_eq!(
            get("content-length: 7, 7\r\nContent-Length:7\r\n"),
            Framing::Length(7)
        );
        assert_eq!(get("transfer-encoding: Chunked\r\n"), Framing::Chunked);
        let both = "content-length: 7\r\ntransfer-encoding: chunked\r\n";
        assert_eq!(get(both), Framing::Chunked);
        for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304), ("GET", 103)] {
            assert_eq!(
                response_framing(method, status, both).unwrap(),
                Framing::Empty
            );
        }
    }

    #[test]
    fn the_end_of_a_request_is_known() {
        assert_eq!(request_framing(1, "").unwrap(), Framing::Empty);
        let length = "content-length: 7\r\n";
        assert_eq!(request_framing(0, length).unwrap(), Framing::Length(7));
        let chunked = "transfer-encoding: chunked\r\n";
        assert_eq!(request_framing(1, chunked).unwrap(), Framing::Chunked);
        assert!(request_framing(0, chunked).is_err());
        assert!(request_framing(1, &format!("{chunked}{length}")).is_err());
    }

    #[test]
    fn a_doubtful_length_is_refused() {
        for wrong in [
            "",
            "+1",
            "-1",
            "1x",
            "0x1",
            "1 1",
            "1,2",
            "1,",
            "18446744073709551616",
        ] {
            let field = format!("content-length: {wrong}\r\n");
            assert!(response_framing("GET", 200, &field).is_err(), "{wrong}");
            assert!(request_framing(1, &field).is_err(), "{wrong}");
        }
        for coding in ["gzip", "gzip, chunked", "chunked, chunked", "identity", ""] {
            let field = format!("transfer-encoding: {coding}\r\n");
            let framing = response_framing("GET", 200, &field);
            assert!(matches!(framing, Err(Error::UnsupportedCoding)), "{coding}");
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let url = Url::parse("http://localhost:81/a b?c").unwrap();
        let request = Request::new("PUT", "")
            .header("x-y", "z")
            .with_body("hello");
        let bytes = write_request(&url, &request, false, false).unwrap();
        let (head, length) = parse_request(&bytes).unwrap().unwrap();
        assert_eq!(
            (head.method.as_str(), head.target.as_str()),
            ("PUT", "/a%20b?c")
        );
        assert_eq!(head.headers.get("host"), Some("localhost:81"));
        assert_eq!(head.headers.get("x-y"), Some("z"));
        assert_eq!(head.framing().unwrap(), Framing::Length(5));
        assert!(!head.keeps_alive());
        assert_eq!(&bytes[length..], b"hello");

        let response = Response::plain(200, "hello");
        let bytes = write_response(&response, "GET", None, Form::Whole).unwrap();
        let (head, length) = parse_response(&bytes).unwrap().unwrap();
        assert_eq!(head.framing("GET").unwrap(), Framing::Length(5));
        assert_eq!(&bytes[length..], b"hello");
        let bytes = write_response(&response, "HEAD", None, Form::Whole).unwrap();
        assert_eq!(bytes.len(), length);
        let bytes =
            write_response(&Response::new(204).with_body("x"), "GET", None, Form::Whole).unwrap();
        assert!(bytes.ends_with(b"\r\n\r\n"));
        assert!(write_response(&Response::new(100), "GET", None, Form::Whole).is_err());
    }
}
