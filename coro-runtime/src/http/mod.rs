//! HTTP/1.1: a client and a small server.
//!
//! A request or a reply is read whole, head and body, or its body comes as a stream; both under
//! limits that its receiver sets, so nothing that a peer sends takes more memory or time than it
//! was given. There is no encryption, no compression, no cache and no cookie jar. The client keeps
//! connections for the next request and follows redirects.
//!
//! | file | what it knows |
//! | --- | --- |
//! | `url` | where a request goes |
//! | `message`, `headers` | requests and replies, as users make and see them |
//! | `head` | the first part of a message, as bytes |
//! | `body` | where a body ends, and how to take it out of its chunks |
//! | `wire` | a connection and what was read from it ahead |
//! | `incoming`, `outgoing` | bodies in pieces |
//! | `pool`, `redirect` | which connection a request takes, and where a reply sends it next |
//! | `client`, `server` | who says what, and when |
//!
//! # Examples
//!
//! ```
//! use coro_runtime::http::{self, Request, Response};
//! use coro_runtime::net::TcpListener;
//!
//! async fn greet(request: Request) -> Response {
//!     Response::plain(200, format!("hello, {}", &request.path()[1..]))
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! coro_runtime::block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let url = format!("http://{}/world", listener.local_addr()?);
//!     coro_runtime::spawn(http::serve(listener, greet));
//!
//!     let response = http::get(&url).await?;
//!     assert_eq!(response.status(), 200);
//!     assert_eq!(response.text(), "hello, world");
//!     Ok(())
//! })
//! # }
//! ```

mod body;
mod client;
mod error;
mod head;
mod headers;
mod incoming;
mod message;
mod outgoing;
mod pool;
mod redirect;
mod server;
mod url;
mod wire;

pub use client::{Client, get};
pub use error::Error;
pub use headers::Headers;
pub use incoming::Incoming;
pub use message::{Request, Response};
pub use outgoing::Reply;
pub use server::{Server, serve};

/// How much of a message its receiver takes, in bytes.
#[derive(Clone, Copy, Debug)]
struct Limits {
    head: usize,
    /// `None` if the user has not said.
    body: Option<usize>,
}

impl Limits {
    /// The limit of a body that is held in memory.
    fn whole_body(self) -> usize {
        self.body.unwrap_or(16 * 1024 * 1024)
    }

    /// The limit of a body that comes as a stream.
    fn streamed_body(self) -> usize {
        self.body.unwrap_or(usize::MAX)
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head: 64 * 1024,
            body: None,
        }
    }
}
