//! The two jobs, as far as they are the same for all models.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What one client does: it sends the request, and reads the reply until the server closes.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    port: u16,
    pub(crate) request: &'static [u8],
}

/// Where the server listens. The kernel lets only so many connections wait for each address, and
/// with one alone clients would wait for room.
pub(crate) const HOSTS: [Ipv4Addr; 4] = [
    Ipv4Addr::new(127, 0, 0, 1),
    Ipv4Addr::new(127, 0, 0, 2),
    Ipv4Addr::new(127, 0, 0, 3),
    Ipv4Addr::new(127, 0, 0, 4),
];

/// The longest reply that a client has room for.
pub(crate) const REPLY: usize = 256;

const MESSAGE: &str = "hello";

impl Order {
    /// The same order for all clients of this process, which therefore is never freed.
    pub(crate) fn new(port: u16, delay: Duration) -> Order {
        let request = format!(
            "GET /{}/{MESSAGE} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            delay.as_millis()
        );
        Order {
            port,
            request: request.leak().as_bytes(),
        }
    }

    /// The address for a client.
    pub(crate) fn server(self, number: usize) -> SocketAddr {
        (HOSTS[number % HOSTS.len()], self.port).into()
    }
}

/// The length of the message in a whole reply.
///
/// # Errors
///
/// When it is not the reply that was asked for.
pub(crate) fn message(reply: &[u8]) -> io::Result<u64> {
    if reply.starts_with(b"HTTP/1.1 200 ") && reply.ends_with(MESSAGE.as_bytes()) {
        Ok(MESSAGE.len() as u64)
    } else {
        let text = String::from_utf8_lossy(reply);
        Err(io::Error::other(format!("the server replies {text:?}")))
    }
}

/// What so many clients get together.
pub(crate) fn messages(clients: usize) -> u64 {
    clients as u64 * MESSAGE.len() as u64
}

/// How long the server waits: long enough for the last client to come before the first leaves.
pub(crate) fn delay(clients: usize) -> Duration {
    Duration::from_micros(250).saturating_mul(u32::try_from(clients.max(1000)).unwrap_or(u32::MAX))
}

/// How often each computation gives way to the others.
pub(crate) const ROUNDS: u32 = 100;

/// What is computed between two times of giving way: about 200 ns of dependent steps.
pub(crate) fn round(mut state: u64) -> u64 {
    for _ in 0..100 {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    state
}

/// What so many computations give together, computed one after another.
pub(crate) fn results(computations: usize) -> u64 {
    let result = |number: usize| (0..ROUNDS).fold(seed(number), |state, _| round(state));
    (0..computations).map(result).fold(0, u64::wrapping_add)
}

/// What a computation starts from.
pub(crate) fn seed(number: usize) -> u64 {
    number as u64 + 1
}
