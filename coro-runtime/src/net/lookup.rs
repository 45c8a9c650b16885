//! The system's resolver, which can only block, on the pool for what blocks.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use crate::{blocking, context};

/// Looks a name up.
///
/// A look-up that is given up goes on in its thread until the resolver answers, or does not
/// begin.
///
/// # Panics
///
/// When no runtime runs on this thread.
#[coro::coroutine]
pub(super) async fn lookup(name: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    let answer = {
        let shared = context::shared()
            .expect("a name was looked up outside of a runtime: await it inside `block_on`");
        blocking::run(&shared, move || {
            let addresses = (name.as_str(), port).to_socket_addrs()?;
            Ok(addresses.collect())
        })?
    };
    match answer.await {
        Ok(addresses) => addresses,
        Err(error) => Err(io::Error::other(error)),
    }
}
