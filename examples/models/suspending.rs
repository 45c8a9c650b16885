//! The source with the futures of the runtime, for fibers and coroutines.

use coro::runtime::net::TcpStream;
use coro::runtime::yield_now;

// Twice on purpose: what it means depends on where it is.
#[allow(clippy::duplicate_mod)]
#[path = "source.rs"]
mod source;

pub(crate) use source::{compute, compute_directly, fetch, fetch_directly};
