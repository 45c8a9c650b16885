//! The traits of other ecosystems, behind features.
//!
//! | feature | what |
//! | --- | --- |
//! | `tokio` | `tokio::io::{AsyncRead, AsyncWrite}` for all that has those of `futures-io`: connections and their halves, files, pipes of children, standard input and output |
//! | `hyper` | `hyper::rt::{Read, Write}` for connections and their halves, [`Timer`] and [`Executor`] |
//!
//! Without a feature its dependency is not built. The traits of `futures-io` need none: see
//! [`io`](crate::io).

#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "tokio")]
mod tokio;

#[cfg(feature = "hyper")]
pub use self::hyper::{Executor, Timer};

/// How much of a buffer is filled at a time. What the peers lend may be large and is set to
/// zero before it is first read into, so more would often be set in vain.
#[cfg(any(feature = "hyper", feature = "tokio"))]
const PIECE: usize = 16 * 1024;
