//! A server that takes its time: `GET /DELAY_MS/MESSAGE` answers MESSAGE after the delay.

use std::time::Duration;

use coro::runtime::http::{Request, Response};
use coro::runtime::time::sleep;

/// Answers one request.
#[coro::coroutine]
pub(crate) async fn answer(request: Request) -> Response {
    if !matches!(request.method(), "GET" | "HEAD") {
        return Response::plain(405, "only GET is known here\n").header("allow", "GET, HEAD");
    }
    let Some((delay, message)) = parse(request.path()) else {
        return Response::plain(404, "ask for /DELAY_MS/MESSAGE, as in /500/hello\n");
    };
    sleep(delay).await;
    Response::plain(200, message)
}

/// The delay and the message that a path asks for.
fn parse(path: &str) -> Option<(Duration, String)> {
    let (milliseconds, message) = path.strip_prefix('/')?.split_once('/')?;
    let delay = Duration::from_millis(milliseconds.parse().ok()?);
    Some((delay, percent_decode(message)))
}

/// `text` with `%20` and its kin replaced by the bytes that they stand for.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let code = match (byte, tail) {
            (b'%', &[high, low, ..]) => hex(high).zip(hex(low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &tail[2..];
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}
