//! State machines by hand: what the other two make of a function, written out.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use coro::runtime::io::{AsyncRead, AsyncWrite};
use coro::runtime::net::TcpStream;
use pin_project_lite::pin_project;

use crate::job::{self, Order};
use crate::tasks;

pub(crate) fn fetch_all(order: Order, clients: usize) -> io::Result<u64> {
    tasks::all(clients, |number| {
        Ok(Fetch::Connect {
            connecting: TcpStream::connect(order.server(number)),
            order,
        })
    })
}

pub(crate) fn compute_all(computations: usize) -> io::Result<u64> {
    tasks::all(computations, |number| {
        Ok(Compute {
            state: job::seed(number),
            rounds: 0,
        })
    })
}

pin_project! {
    #[project = FetchAt]
    #[project_replace = FetchOwned]
    enum Fetch<Connecting> {
        Connect {
            #[pin]
            connecting: Connecting,
            order: Order,
        },
        Write {
            stream: TcpStream,
            left: &'static [u8],
        },
        Read {
            stream: TcpStream,
            reply: [u8; job::REPLY],
            length: usize,
        },
        Done,
    }
}

impl<Connecting> Future for Fetch<Connecting>
where
    Connecting: Future<Output = io::Result<TcpStream>>,
{
    type Output = io::Result<u64>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<u64>> {
        loop {
            let next = match self.as_mut().project() {
                FetchAt::Connect { connecting, order } => Fetch::Write {
                    stream: ready!(connecting.poll(context))?,
                    left: order.request,
                },
                FetchAt::Write { stream, left } => {
                    while !left.is_empty() {
                        let written = ready!(Pin::new(&mut &*stream).poll_write(context, left))?;
                        *left = &left[written..];
                    }
                    match self.as_mut().project_replace(Fetch::Done) {
                        FetchOwned::Write { stream, .. } => Fetch::Read {
                            stream,
                            reply: [0; job::REPLY],
                            length: 0,
                        },
                        _ => unreachable!("it is writing"),
                    }
                }
                FetchAt::Read {
                    stream,
                    reply,
                    length,
                } => loop {
                    let free = &mut reply[*length..];
                    match ready!(Pin::new(&mut &*stream).poll_read(context, free))? {
                        0 => {
                            let message = job::message(&reply[..*length]);
                            self.set(Fetch::Done);
                            return Poll::Ready(message);
                        }
                        read => *length += read,
                    }
                },
                FetchAt::Done => panic!("a fetch was polled after its end"),
            };
            self.set(next);
        }
    }
}

struct Compute {
    state: u64,
    rounds: u32,
}

impl Future for Compute {
    type Output = io::Result<u64>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<u64>> {
        if self.rounds == job::ROUNDS {
            return Poll::Ready(Ok(self.state));
        }
        self.state = job::round(self.state);
        self.rounds += 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
