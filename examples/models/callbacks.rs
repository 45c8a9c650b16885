//! Callbacks: no stack and no state machine, but a closure for what comes next.

use std::cell::RefCell;
use std::io;
use std::net::TcpStream;
use std::rc::Rc;

use crate::event_loop::EventLoop;
use crate::job::{self, Order};

pub(crate) fn fetch_all(order: Order, clients: usize) -> io::Result<u64> {
    let mut events = EventLoop::new()?;
    let total = Total::new();
    for number in 0..clients {
        fetch(&mut events, order, number, total.clone());
    }
    events.run()?;
    total.take()
}

pub(crate) fn compute_all(computations: usize) -> io::Result<u64> {
    let mut events = EventLoop::new()?;
    let total = Total::new();
    for number in 0..computations {
        let total = total.clone();
        events.soon(move |events| compute(events, job::seed(number), 0, total));
    }
    events.run()?;
    total.take()
}

fn fetch(events: &mut EventLoop, order: Order, number: usize, total: Total) {
    events.connect(
        order.server(number),
        move |events, connected| match connected {
            Err(error) => total.add(Err(error)),
            Ok(stream) => {
                events.write_all(stream, order.request, |events, written| match written {
                    Err(error) => total.add(Err(error)),
                    Ok(stream) => read(events, stream, [0; job::REPLY], 0, total),
                })
            }
        },
    );
}

fn read(
    events: &mut EventLoop,
    stream: TcpStream,
    reply: [u8; job::REPLY],
    length: usize,
    total: Total,
) {
    events.read(
        stream,
        reply,
        length,
        move |events, read_to| match read_to {
            Err(error) => total.add(Err(error)),
            Ok((_, (reply, end))) if end == length => total.add(job::message(&reply[..end])),
            Ok((stream, (reply, end))) => read(events, stream, reply, end, total),
        },
    );
}

fn compute(events: &mut EventLoop, state: u64, rounds: u32, total: Total) {
    if rounds == job::ROUNDS {
        return total.add(Ok(state));
    }
    let state = job::round(state);
    events.soon(move |events| compute(events, state, rounds + 1, total));
}

/// The sum of what all bring, or the first error.
#[derive(Clone)]
struct Total(Rc<RefCell<io::Result<u64>>>);

impl Total {
    fn new() -> Total {
        Total(Rc::new(RefCell::new(Ok(0))))
    }

    fn add(&self, outcome: io::Result<u64>) {
        let mut total = self.0.borrow_mut();
        match (&mut *total, outcome) {
            (Ok(total), Ok(value)) => *total = total.wrapping_add(value),
            (total @ Ok(_), Err(error)) => *total = Err(error),
            (Err(_), _) => {}
        }
    }

    fn take(&self) -> io::Result<u64> {
        self.0.replace(Ok(0))
    }
}
