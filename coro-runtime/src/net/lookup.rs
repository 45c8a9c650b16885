//! The system's resolver, which can only block, on the runtime's threads for that.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use crate::runtime::Handle;
use crate::task::AbortHandle;

/// Looks a name up.
///
/// A look-up that is given up does not begin, or goes on in its thread until the resolver
/// answers.
///
/// # Panics
///
/// When no runtime runs on this thread.
#[coro::coroutine]
pub(super) async fn lookup(name: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    let runtime = Handle::try_current()
        .expect("a name was looked up outside of a runtime: await it inside `block_on`");
    let work = runtime.spawn_blocking(move || {
        let addresses = (name.as_str(), port).to_socket_addrs()?;
        io::Result::Ok(addresses.collect())
    });
    let _given_up = GiveUp(work.abort_handle());
    work.await.map_err(io::Error::other)?
}

/// Aborts a task that is not awaited any more.
struct GiveUp(AbortHandle);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.abort();
    }
}
