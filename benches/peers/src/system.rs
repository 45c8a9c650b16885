//! The layer under the runtime: readiness pollers, wakers, blocking pools, and combinators.

use std::future::{Future, pending};
use std::hint::black_box;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;

use mio::unix::SourceFd;
use rustix::event::{EventfdFlags, epoll, eventfd};

use crate::harness::*;
use crate::own::Own;
use crate::rt::*;

pub fn declare(r: &mut Registry) {
    r.bench(
        "poll_wake",
        300_000,
        "Waker::wake from the polling thread, then poll returns it (per cycle).",
    );
    r.bench(
        "poll_reg",
        300_000,
        "Register and deregister one pipe end (per pair).",
    );
    r.bench(
        "poll_event",
        300_000,
        "With 1,000 idle pipes registered: write a byte, poll, read it (per cycle).",
    );
    r.bench(
        "blocking_seq",
        20_000,
        "Blocking pool: submit a trivial closure and await it, one at a time.",
    );
    r.bench(
        "blocking_batch",
        50_000,
        "Blocking pool: submit n trivial closures, then await all (per closure).",
    );
    r.bench(
        "join_all_1000",
        200,
        "join_all over 1,000 children that each yield once, n times (per child).",
    );
    r.bench(
        "select2",
        1_000_000,
        "Select between a ready-after-one-yield future and a pending one (per select).",
    );
}

/// How many descriptors are registered in `poll_event`.
const IDLE: usize = 1000;

fn pipes() -> Vec<(PipeReader, PipeWriter)> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    (0..IDLE).map(|_| pipe().unwrap()).collect()
}

/// Writes a byte into each pipe by turns; `next` waits until one can be read, and tells its number.
fn events(n: u64, pipes: &[(PipeReader, PipeWriter)], mut next: impl FnMut() -> usize) -> Figures {
    per_op(n, || {
        for k in 0..n as usize {
            (&pipes[k % IDLE].1).write_all(&[1]).unwrap();
            (&pipes[next()].0).read_exact(&mut [0]).unwrap();
        }
    })
}

mod with_mio {
    use super::*;
    use mio::{Events, Interest, Poll, Token, Waker};

    pub fn wake(c: &Cfg) -> Figures {
        let mut poll = Poll::new().unwrap();
        let waker = Waker::new(poll.registry(), Token(1)).unwrap();
        let mut events = Events::with_capacity(1024);
        per_op(c.n, || {
            for _ in 0..c.n {
                waker.wake().unwrap();
                poll.poll(&mut events, None).unwrap();
            }
        })
    }

    pub fn register(c: &Cfg) -> Figures {
        let poll = Poll::new().unwrap();
        let (reader, _writer) = pipe().unwrap();
        let fd = reader.as_raw_fd();
        per_op(c.n, || {
            for _ in 0..c.n {
                poll.registry()
                    .register(&mut SourceFd(&fd), Token(5), Interest::READABLE)
                    .unwrap();
                poll.registry().deregister(&mut SourceFd(&fd)).unwrap();
            }
        })
    }

    pub fn event(c: &Cfg) -> Figures {
        let mut poll = Poll::new().unwrap();
        let mut found = Events::with_capacity(1024);
        let pipes = pipes();
        for (i, (reader, _)) in pipes.iter().enumerate() {
            let fd = reader.as_raw_fd();
            poll.registry()
                .register(&mut SourceFd(&fd), Token(i), Interest::READABLE)
                .unwrap();
        }
        events(c.n, &pipes, || {
            poll.poll(&mut found, None).unwrap();
            found.iter().next().unwrap().token().0
        })
    }
}

mod with_polling {
    use super::*;
    use polling::{Event, Events, PollMode, Poller};

    pub fn wake(c: &Cfg) -> Figures {
        let poller = Poller::new().unwrap();
        let mut events = Events::new();
        per_op(c.n, || {
            for _ in 0..c.n {
                poller.notify().unwrap();
                events.clear();
                poller.wait(&mut events, None).unwrap();
            }
        })
    }

    pub fn register(c: &Cfg) -> Figures {
        let poller = Poller::new().unwrap();
        let (reader, _writer) = pipe().unwrap();
        per_op(c.n, || {
            for _ in 0..c.n {
                // SAFETY: the source is deleted in the next line, before it is dropped.
                unsafe { poller.add(&reader, Event::readable(5)).unwrap() };
                poller.delete(&reader).unwrap();
            }
        })
    }

    pub fn event(c: &Cfg) -> Figures {
        let pipes = pipes();
        let poller = Poller::new().unwrap();
        let mut found = Events::new();
        for (i, (reader, _)) in pipes.iter().enumerate() {
            // SAFETY: the pipes outlive the poller, which is made after them.
            unsafe {
                poller
                    .add_with_mode(reader, Event::readable(i), PollMode::Edge)
                    .unwrap()
            };
        }
        events(c.n, &pipes, || {
            found.clear();
            poller.wait(&mut found, None).unwrap();
            found.iter().next().unwrap().key
        })
    }
}

/// The system calls themselves.
mod floor {
    use super::*;
    use epoll::{CreateFlags, Event, EventData, EventFlags};

    const READABLE: EventFlags = EventFlags::IN.union(EventFlags::ET);

    pub fn wake(c: &Cfg) -> Figures {
        let epoll = epoll::create(CreateFlags::CLOEXEC).unwrap();
        let waker = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).unwrap();
        epoll::add(&epoll, &waker, EventData::new_u64(1), READABLE).unwrap();
        let mut events = [MaybeUninit::<Event>::uninit(); 64];
        per_op(c.n, || {
            for _ in 0..c.n {
                rustix::io::write(&waker, &1_u64.to_ne_bytes()).unwrap();
                epoll::wait(&epoll, &mut events, None).unwrap();
            }
        })
    }

    pub fn register(c: &Cfg) -> Figures {
        let epoll = epoll::create(CreateFlags::CLOEXEC).unwrap();
        let (reader, _writer) = pipe().unwrap();
        per_op(c.n, || {
            for _ in 0..c.n {
                epoll::add(&epoll, &reader, EventData::new_u64(1), READABLE).unwrap();
                epoll::delete(&epoll, &reader).unwrap();
            }
        })
    }

    pub fn event(c: &Cfg) -> Figures {
        let epoll = epoll::create(CreateFlags::CLOEXEC).unwrap();
        let pipes = pipes();
        for (i, (reader, _)) in pipes.iter().enumerate() {
            epoll::add(&epoll, reader, EventData::new_u64(i as u64), READABLE).unwrap();
        }
        let mut found = [MaybeUninit::<Event>::uninit(); 64];
        events(c.n, &pipes, || {
            let (found, _) = epoll::wait(&epoll, &mut found, None).unwrap();
            found[0].data.u64() as usize
        })
    }
}

mod with_coro {
    use super::*;
    use coro_sys::{Events, Interest, Mode, Poll, Token, Waker};

    pub fn wake(c: &Cfg) -> Figures {
        let poll = Poll::new().unwrap();
        let waker = Waker::new(poll.registry(), Token(0)).unwrap();
        let mut events = Events::with_capacity(16);
        per_op(c.n, || {
            for _ in 0..c.n {
                waker.wake().unwrap();
                poll.poll(&mut events, None).unwrap();
                assert_eq!(events.len(), 1);
            }
        })
    }

    pub fn register(c: &Cfg) -> Figures {
        let poll = Poll::new().unwrap();
        let (reader, _writer) = pipe().unwrap();
        per_op(c.n, || {
            for _ in 0..c.n {
                poll.registry()
                    .register(&reader, Token(5), Interest::READABLE, Mode::Edge)
                    .unwrap();
                poll.registry().deregister(&reader).unwrap();
            }
        })
    }

    pub fn event(c: &Cfg) -> Figures {
        let poll = Poll::new().unwrap();
        let mut found = Events::with_capacity(64);
        let pipes = pipes();
        for (i, (reader, _)) in pipes.iter().enumerate() {
            let token = Token(i as u64);
            poll.registry()
                .register(reader, token, Interest::READABLE, Mode::Edge)
                .unwrap();
        }
        events(c.n, &pipes, || {
            poll.poll(&mut found, None).unwrap();
            (&found).into_iter().next().unwrap().token().0 as usize
        })
    }
}

/// Has a pool do `n` trivial calls, which `submit` hands to it: one after another, or all at once,
/// when the pool has its threads already.
fn blocking<R: Rt, F: Future>(c: &Cfg, batch: bool, submit: fn(u64) -> F) -> Figures {
    let n = c.n;
    R::block_on(async move {
        submit(0).await;
        let all = async || {
            let meter = Meter::start();
            let calls: Vec<_> = (0..n).map(submit).collect();
            for call in calls {
                call.await;
            }
            meter
        };
        if batch {
            let cold = all().await.wall_ns() / n as f64;
            let mut figures = all().await.per(n);
            figures.push(("cold first batch ns/op", cold));
            return figures;
        }
        let meter = Meter::start();
        for i in 0..n {
            submit(i).await;
        }
        meter.per(n)
    })
}

/// `n` times `body`, in which `each` things are done, on this thread.
fn repeated<F: Future>(n: u64, each: u64, body: impl Fn() -> F) -> Figures {
    futures_lite::future::block_on(async move {
        let meter = Meter::start();
        for _ in 0..n {
            body().await;
        }
        meter.per(n * each)
    })
}

fn join(c: &Cfg) -> Figures {
    repeated(c.n, 1000, || {
        futures::future::join_all((0..1000).map(|_| yield_once()))
    })
}
fn join_coro(c: &Cfg) -> Figures {
    repeated(c.n, 1000, || {
        coro_runtime::join_all((0..1000).map(|_| yield_once()))
    })
}
fn join_unordered(c: &Cfg) -> Figures {
    repeated(c.n, 1000, async || {
        use futures::StreamExt;
        let mut all: futures::stream::FuturesUnordered<_> =
            (0..1000).map(|_| yield_once()).collect();
        while all.next().await.is_some() {}
    })
}
fn join_set(c: &Cfg) -> Figures {
    let n = c.n;
    TokioCt::block_on(async move {
        let meter = Meter::start();
        for _ in 0..n {
            let mut set = tokio::task::JoinSet::new();
            for _ in 0..1000 {
                set.spawn(yield_once());
            }
            while set.join_next().await.is_some() {}
        }
        meter.per(n * 1000)
    })
}

fn select_futures(c: &Cfg) -> Figures {
    repeated(c.n, 1, async || {
        use futures::FutureExt;
        let mut a = yield_once().fuse();
        let mut b = pending::<()>().fuse();
        futures::select_biased! { _ = a => {}, _ = b => {} }
    })
}
fn select_tokio(c: &Cfg) -> Figures {
    repeated(c.n, 1, async || {
        tokio::select! { _ = yield_once() => {}, _ = pending::<()>() => {} }
    })
}
fn select_coro(c: &Cfg) -> Figures {
    repeated(c.n, 1, async || {
        coro_runtime::select! { _ = yield_once() => {}, _ = pending::<()>() => {} }.await
    })
}
fn select_lite(c: &Cfg) -> Figures {
    repeated(c.n, 1, || {
        futures_lite::future::or(yield_once(), pending::<()>())
    })
}
fn select_floor(c: &Cfg) -> Figures {
    repeated(c.n, 1, yield_once)
}

pub fn columns(r: &mut Registry) {
    r.col("poll_wake", "mio", with_mio::wake);
    r.col("poll_wake", "polling", with_polling::wake);
    r.col("poll_wake", "raw eventfd ET (floor)", floor::wake);
    r.col("poll_wake", "coro", with_coro::wake);
    r.col("poll_reg", "mio", with_mio::register);
    r.col("poll_reg", "polling", with_polling::register);
    r.col("poll_reg", "raw epoll_ctl (floor)", floor::register);
    r.col("poll_reg", "coro", with_coro::register);
    r.col("poll_event", "mio", with_mio::event);
    r.col("poll_event", "polling (edge)", with_polling::event);
    r.col("poll_event", "raw epoll ET (floor)", floor::event);
    r.col("poll_event", "coro", with_coro::event);
    macro_rules! blocking_columns {
        ($name:literal, $runtime:ty, $submit:path) => {
            r.col("blocking_seq", $name, |c| {
                blocking::<$runtime, _>(c, false, |i| $submit(move || black_box(i)))
            });
            r.col("blocking_batch", $name, |c| {
                blocking::<$runtime, _>(c, true, |i| $submit(move || black_box(i)))
            });
        };
    }
    blocking_columns!("tokio spawn_blocking", TokioCt, tokio::task::spawn_blocking);
    blocking_columns!("blocking::unblock", SmolLocal, blocking::unblock);
    blocking_columns!("coro spawn_blocking", Own, coro_runtime::spawn_blocking);
    r.col("join_all_1000", "futures join_all", join);
    r.col("join_all_1000", "FuturesUnordered", join_unordered);
    r.col("join_all_1000", "tokio JoinSet", join_set);
    r.col("join_all_1000", "coro join_all", join_coro);
    r.col("select2", "tokio::select!", select_tokio);
    r.col("select2", "futures select_biased!", select_futures);
    r.col("select2", "futures-lite or", select_lite);
    r.col("select2", "coro select!", select_coro);
    r.col("select2", "no select (floor)", select_floor);
}
