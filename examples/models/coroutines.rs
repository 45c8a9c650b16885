//! `#[coroutine]`: a state machine for each, made by the macro.

use std::io;

use crate::job::Order;
use crate::suspending::{compute, fetch};
use crate::tasks;

pub(crate) fn fetch_all(order: Order, clients: usize) -> io::Result<u64> {
    tasks::all(clients, |number| Ok(fetch(order, number)))
}

pub(crate) fn compute_all(computations: usize) -> io::Result<u64> {
    tasks::all(computations, |number| Ok(compute(number)))
}
