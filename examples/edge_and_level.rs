//! Edge-triggered against level-triggered: the same bytes in the same socket, asked for twice.
//!
//! ```text
//! cargo run --example edge_and_level
//! ```
//!
//! A *level* is reported as long as there is something to read. An *edge* is reported when
//! something arrives, once. Who stops reading before the socket is empty is told again by the
//! first, and waits for ever with the second: so with edges one reads until the socket says that
//! it would block. The runtime uses edges: a socket is registered once for its life, and one event
//! costs one wake-up even if the reader takes its time.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use coro_sys::{Events, Interest, Mode, Poll, Token};

fn show(name: &str, mode: Mode) -> io::Result<()> {
    let poll = Poll::new()?;
    let mut events = Events::with_capacity(4);
    let (mut near, mut far) = UnixStream::pair()?;
    near.set_nonblocking(true)?;
    poll.registry()
        .register(&near, Token(0), Interest::READABLE, mode)?;
    let mut reported = |what: &str| -> io::Result<()> {
        // Everything here has happened before we ask: there is nothing to wait for.
        poll.poll(&mut events, Some(Duration::ZERO))?;
        println!(
            "  {what}: {}",
            if events.is_empty() {
                "nothing"
            } else {
                "an event"
            }
        );
        Ok(())
    };

    println!("{name}:");
    far.write_all(b"six...")?;
    reported("six bytes have arrived")?;
    near.read_exact(&mut [0; 3])?;
    reported("three of them are read")?;
    far.write_all(b"!")?;
    reported("one more arrives")?;
    // Until it would block: the way to read with edges.
    let mut total = 0;
    loop {
        match near.read(&mut [0; 2]) {
            Ok(length) => total += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    reported(&format!("all {total} that were left are read"))
}

fn main() -> io::Result<()> {
    show("level", Mode::Level)?;
    show("edge", Mode::Edge)
}
