//! `async fn`: a state machine for each, made by rustc.

use std::io;

use coro::runtime::net::TcpStream;
use coro::runtime::yield_now;

use crate::job::{self, Order};
use crate::tasks;

pub(crate) fn fetch_all(order: Order, clients: usize) -> io::Result<u64> {
    tasks::all(clients, |number| Ok(fetch(order, number)))
}

pub(crate) fn compute_all(computations: usize) -> io::Result<u64> {
    tasks::all(computations, |number| Ok(compute(number)))
}

async fn fetch(order: Order, number: usize) -> io::Result<u64> {
    let stream = TcpStream::connect(order.server(number)).await?;
    stream.write_all(order.request).await?;
    let mut reply = [0; job::REPLY];
    let mut length = 0;
    loop {
        match stream.read(&mut reply[length..]).await? {
            0 => return job::message(&reply[..length]),
            read => length += read,
        }
    }
}

async fn compute(number: usize) -> io::Result<u64> {
    let mut state = job::seed(number);
    for _ in 0..job::ROUNDS {
        state = job::round(state);
        yield_now().await;
    }
    Ok(state)
}
