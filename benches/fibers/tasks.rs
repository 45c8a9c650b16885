//! Fibers as tasks of a scheduler: ours, `may`'s, and the tasks of our runtime that are futures.
//!
//! Each candidate has one thread for its tasks.

use std::cell::Cell;
use std::env;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::process::{Child, Command};
use std::rc::Rc;
use std::task::{Poll, Waker};

use coro_runtime::fiber::{spawn_fiber, wait};
use coro_runtime::net::{TcpListener, TcpStream};
use coro_runtime::sync::{channel, mpsc};
use coro_runtime::{JoinHandle, block_on, join_all, spawn_local, yield_now};

use crate::candidates::{Candidate, MANY, Work};

/// Connections of the echo.
pub(crate) const CONNECTIONS: usize = 64;
/// Bytes of a message.
pub(crate) const MESSAGE: usize = 64;

pub(crate) fn works() -> Vec<Work> {
    vec![
        Work {
            name: "tasks: spawn one, join it",
            units: 100_000,
            alone: true,
            candidates: vec![
                Candidate("spawn_fiber", || Box::new(fibers::spawn)),
                #[cfg(feature = "may")]
                Candidate("may", || Box::new(crate::may_side::spawn)),
                Candidate("future on our runtime", || Box::new(futures::spawn)),
            ],
        },
        Work {
            name: "tasks: yield, 1,000 by turns",
            units: 1_000_000,
            alone: true,
            candidates: vec![
                Candidate("spawn_fiber", || Box::new(fibers::yields)),
                #[cfg(feature = "may")]
                Candidate("may", || Box::new(crate::may_side::yields)),
                Candidate("future on our runtime", || Box::new(futures::yields)),
            ],
        },
        Work {
            name: "tasks: ping-pong, each wakes the other, a turn",
            units: 200_000,
            alone: true,
            candidates: vec![
                Candidate("spawn_fiber", || Box::new(fibers::turns)),
                #[cfg(feature = "may")]
                Candidate("may", || Box::new(crate::may_side::turns)),
                Candidate("future on our runtime", || Box::new(futures::turns)),
            ],
        },
        Work {
            name: "tasks: ping-pong over two channels, a message",
            units: 200_000,
            alone: true,
            candidates: vec![
                Candidate("spawn_fiber", || Box::new(fibers::ping_pong)),
                #[cfg(feature = "may")]
                Candidate("may", || Box::new(crate::may_side::ping_pong)),
                Candidate("future on our runtime", || Box::new(futures::ping_pong)),
                Candidate("spawn_fiber, channels with many receivers", || {
                    Box::new(fibers::ping_pong_of_many)
                }),
                Candidate("future, channels with many receivers", || {
                    Box::new(futures::ping_pong_of_many)
                }),
            ],
        },
        Work {
            name: "tasks: echo, 64 connections, a message, without the client",
            units: 64_000,
            alone: true,
            candidates: vec![
                Candidate("spawn_fiber", || Box::new(fibers::echo)),
                #[cfg(feature = "may")]
                Candidate("may", || Box::new(crate::may_side::echo)),
                Candidate("future on our runtime", || Box::new(futures::echo)),
            ],
        },
    ]
}

/// The outputs of all of them together.
async fn sum(tasks: Vec<JoinHandle<u64>>) -> u64 {
    let outputs = join_all(tasks).await;
    outputs
        .into_iter()
        .map(|output| output.expect("no panic"))
        .sum()
}

/// Two that take turns, and wait for each other.
#[derive(Default)]
struct Turns {
    whose: Cell<usize>,
    waiting: Cell<Option<Waker>>,
}

impl Turns {
    /// Waits until it is this side's turn.
    fn turn(&self, side: usize) -> impl Future<Output = ()> {
        poll_fn(move |context| {
            if self.whose.get() == side {
                return Poll::Ready(());
            }
            self.waiting.set(Some(context.waker().clone()));
            Poll::Pending
        })
    }

    fn pass(&self, side: usize) {
        self.whose.set(1 - side);
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }
}

/// Spawns a block on a fiber, where `directly!` waits.
macro_rules! on_fiber {
    ($block:block) => {
        spawn_fiber(move || $block)
    };
}
macro_rules! directly {
    ($future:expr) => {
        wait($future)
    };
}

/// Spawns a block as a future, where `awaiting!` waits.
macro_rules! as_future {
    ($block:block) => {
        spawn_local(async move { $block })
    };
}
macro_rules! awaiting {
    ($future:expr) => {
        $future.await
    };
}

/// The work, in one of the two styles.
macro_rules! work {
    ($style:ident: $task:ident!, $wait:ident!) => {
        mod $style {
            use super::*;

            pub(super) fn spawn(units: u32) -> u64 {
                block_on(async {
                    let mut sum = 0;
                    for unit in 0..u64::from(units) {
                        sum += $task!({ unit }).await.expect("no panic");
                    }
                    sum
                })
            }

            pub(super) fn yields(units: u32) -> u64 {
                let each = u64::from(units) / MANY as u64;
                let one = |_| {
                    $task!({
                        for _ in 0..each {
                            $wait!(yield_now());
                        }
                        each
                    })
                };
                block_on(async { sum((0..MANY).map(one).collect()).await })
            }

            pub(super) fn turns(units: u32) -> u64 {
                let turns = Rc::new(Turns::default());
                let side = |side| {
                    let turns = Rc::clone(&turns);
                    $task!({
                        for _ in 0..units / 2 {
                            $wait!(turns.turn(side));
                            turns.pass(side);
                        }
                        u64::from(units)
                    })
                };
                block_on(async { sum(vec![side(0), side(1)]).await })
            }

            pub(super) fn ping_pong(units: u32) -> u64 {
                block_on(async {
                    let (to_pong, mut at_pong) = mpsc::unbounded::<u64>();
                    let (to_ping, mut at_ping) = mpsc::unbounded::<u64>();
                    let pong = $task!({
                        let mut sum = 0;
                        while let Ok(value) = $wait!(at_pong.recv()) {
                            sum += value;
                            to_ping.unbounded_send(value).expect("ping is there");
                        }
                        sum
                    });
                    let ping = $task!({
                        let mut sum = 0;
                        for unit in 0..u64::from(units) / 2 {
                            to_pong.unbounded_send(unit).expect("pong is there");
                            sum += $wait!(at_ping.recv()).expect("pong is there");
                        }
                        sum
                    });
                    sum(vec![ping, pong]).await
                })
            }

            pub(super) fn ping_pong_of_many(units: u32) -> u64 {
                block_on(async {
                    let (to_pong, at_pong) = channel::unbounded::<u64>();
                    let (to_ping, at_ping) = channel::unbounded::<u64>();
                    let pong = $task!({
                        let mut sum = 0;
                        while let Ok(value) = $wait!(at_pong.recv()) {
                            sum += value;
                            $wait!(to_ping.send(value)).expect("ping is there");
                        }
                        sum
                    });
                    let ping = $task!({
                        let mut sum = 0;
                        for unit in 0..u64::from(units) / 2 {
                            $wait!(to_pong.send(unit)).expect("pong is there");
                            sum += $wait!(at_ping.recv()).expect("pong is there");
                        }
                        sum
                    });
                    sum(vec![ping, pong]).await
                })
            }

            pub(super) fn echo(units: u32) -> u64 {
                let serve = |stream: TcpStream| {
                    $task!({
                        let mut buffer = [0; 4096];
                        let mut total = 0;
                        loop {
                            let length = $wait!(stream.read(&mut buffer)).expect("no error");
                            if length == 0 {
                                break total;
                            }
                            $wait!(stream.write_all(&buffer[..length])).expect("no error");
                            total += length as u64;
                        }
                    })
                };
                block_on(async {
                    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                    let mut client =
                        start_client(listener.local_addr().expect("an address"), units);
                    let mut tasks = Vec::with_capacity(CONNECTIONS);
                    for _ in 0..CONNECTIONS {
                        tasks.push(serve(listener.accept().await.expect("a connection").0));
                    }
                    let total = sum(tasks).await;
                    client.wait().expect("it ends");
                    total
                })
            }
        }
    };
}

work!(fibers: on_fiber!, directly!);
work!(futures: as_future!, awaiting!);

/// Starts the process that sends so many messages in all to the server at `address`.
pub(crate) fn start_client(address: SocketAddr, messages: u32) -> Child {
    Command::new(env::current_exe().expect("a program has a file"))
        .args(["echo-client", &address.to_string(), &messages.to_string()])
        .spawn()
        .expect("it starts")
}

/// What that process does.
pub(crate) fn client(address: SocketAddr, messages: usize) -> io::Result<()> {
    block_on(join_all((0..CONNECTIONS).map(|_| async move {
        let stream = TcpStream::connect(address).await?;
        let mut buffer = [7; MESSAGE];
        for _ in 0..messages / CONNECTIONS {
            stream.write_all(&buffer).await?;
            stream.read_exact(&mut buffer).await?;
        }
        Ok(())
    })))
    .into_iter()
    .collect()
}
