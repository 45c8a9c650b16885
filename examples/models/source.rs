//! Client and computation in one source: coroutines, and in direct style plain functions.
//!
//! What `TcpStream` and `yield_now` are, the module around says.

use std::io;

use super::{TcpStream, yield_now};
use crate::job::{self, Order};

#[coro::coroutine(direct = fetch_directly)]
pub(crate) fn fetch(order: Order, number: usize) -> io::Result<u64> {
    let stream = wait!(TcpStream::connect(order.server(number)))?;
    wait!(stream.write_all(order.request))?;
    let mut reply = [0; job::REPLY];
    let mut length = 0;
    loop {
        match wait!(stream.read(&mut reply[length..]))? {
            0 => return job::message(&reply[..length]),
            read => length += read,
        }
    }
}

#[coro::coroutine(direct = compute_directly)]
pub(crate) fn compute(number: usize) -> io::Result<u64> {
    let mut state = job::seed(number);
    for _ in 0..job::ROUNDS {
        state = job::round(state);
        wait!(yield_now());
    }
    Ok(state)
}
