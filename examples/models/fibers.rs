//! Fibers: a stack for each, and the runtime switches between them on one thread.

use std::io;

use coro::runtime::fiber::Builder;

use crate::job::Order;
use crate::suspending::{compute_directly, fetch_directly};
use crate::tasks;

pub(crate) fn fetch_all(order: Order, clients: usize) -> io::Result<u64> {
    tasks::all(clients, |number| {
        Builder::new().future(move || fetch_directly(order, number))
    })
}

pub(crate) fn compute_all(computations: usize) -> io::Result<u64> {
    tasks::all(computations, |number| {
        Builder::new().future(move || compute_directly(number))
    })
}
