//! OS threads: a stack for each, and the kernel decides who runs.

use std::future::{Ready, ready};
use std::io::{self, Read, Write};
use std::net::{self, SocketAddr};
use std::thread;

use crate::job::Order;

// The same text as for fibers and coroutines.
#[allow(clippy::duplicate_mod)]
#[path = "source.rs"]
mod source;

pub(crate) fn fetch_all(order: Order, clients: usize) -> io::Result<u64> {
    all(clients, move |number| source::fetch_directly(order, number))
}

pub(crate) fn compute_all(computations: usize) -> io::Result<u64> {
    all(computations, source::compute_directly)
}

fn all<Body>(count: usize, body: Body) -> io::Result<u64>
where
    Body: Fn(usize) -> io::Result<u64> + Copy + Send + 'static,
{
    let start = |number| thread::Builder::new().spawn(move || body(number));
    let threads: Vec<_> = (0..count).map(start).collect::<io::Result<_>>()?;
    let mut total = 0_u64;
    for thread in threads {
        total = total.wrapping_add(thread.join().expect("no thread panics")?);
    }
    Ok(total)
}

/// A connection that blocks the thread, so that its futures are ready when they are made.
struct TcpStream(net::TcpStream);

impl TcpStream {
    fn connect(server: SocketAddr) -> Ready<io::Result<TcpStream>> {
        ready(net::TcpStream::connect(server).map(TcpStream))
    }

    fn write_all(&self, bytes: &[u8]) -> Ready<io::Result<()>> {
        ready((&self.0).write_all(bytes))
    }

    fn read(&self, buffer: &mut [u8]) -> Ready<io::Result<usize>> {
        ready((&self.0).read(buffer))
    }
}

fn yield_now() -> Ready<()> {
    thread::yield_now();
    ready(())
}
