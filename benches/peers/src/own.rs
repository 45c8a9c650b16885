//! The columns of this project's own runtime.

use std::future::Future;
use std::net::TcpListener;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use coro_runtime::time::{sleep_until, Sleep};

use crate::harness::*;
use crate::rt::*;

pub struct Join<T>(coro_runtime::JoinHandle<T>);

impl<T> Future for Join<T> {
    type Output = T;
    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0)
            .poll(context)
            .map(|output| output.unwrap())
    }
}

/// The runtime of one thread.
pub struct Own;

impl Rt for Own {
    type Handle<T: Send + 'static> = Join<T>;
    fn block_on<F: Future>(future: F) -> F::Output {
        coro_runtime::block_on(future)
    }
    fn spawn<F>(future: F) -> Join<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        Join(coro_runtime::spawn(future))
    }
}

impl RtTimer for Own {
    type Sleep = Sleep;
    fn sleep_until(time: Instant) -> Sleep {
        sleep_until(time)
    }
}

/// The runtime of two threads.
pub struct OwnMt2;

impl OwnMt2 {
    fn build() -> coro_runtime::MultiThreadRuntime {
        coro_runtime::Builder::new()
            .worker_threads(2)
            .build_multi_thread()
            .unwrap()
    }
}

impl Rt for OwnMt2 {
    type Handle<T: Send + 'static> = Join<T>;
    fn block_on<F: Future>(future: F) -> F::Output {
        OwnMt2::build().block_on(future)
    }
    fn spawn<F>(future: F) -> Join<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        Join(coro_runtime::spawn(future))
    }
}

pub fn serve_two(port: &dyn Fn(u16)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    port(listener.local_addr().unwrap().port());
    OwnMt2::build().block_on(async { coro_runtime::spawn(echo(listener)).await.unwrap() });
}

pub fn blocking(c: &Cfg, batch: bool) -> Figures {
    let n = c.n;
    Own::block_on(async move {
        coro_runtime::spawn_blocking(|| ()).await.unwrap();
        let cpu = cpu_ns();
        let start = Instant::now();
        if batch {
            let work: Vec<_> = (0..n)
                .map(|i| coro_runtime::spawn_blocking(move || std::hint::black_box(i)))
                .collect();
            for work in work {
                work.await.unwrap();
            }
        } else {
            for i in 0..n {
                coro_runtime::spawn_blocking(move || std::hint::black_box(i))
                    .await
                    .unwrap();
            }
        }
        let wall = start.elapsed().as_nanos() as f64;
        vec![
            ("ns/op", wall / n as f64),
            ("cpu ns/op", (cpu_ns() - cpu) as f64 / n as f64),
        ]
    })
}

async fn echo(listener: TcpListener) {
    let listener = coro_runtime::net::TcpListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let _ = stream.set_nodelay(true);
        coro_runtime::spawn(async move {
            let mut buffer = [0; 1024];
            loop {
                match stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => return,
                    Ok(length) => {
                        if stream.write_all(&buffer[..length]).await.is_err() {
                            return;
                        }
                    }
                }
            }
        });
    }
}

pub fn serve_one(port: &dyn Fn(u16)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    port(listener.local_addr().unwrap().port());
    coro_runtime::block_on(echo(listener));
}

pub fn poll_wake(c: &Cfg) -> Figures {
    use coro_sys::{Events, Poll, Token, Waker};
    let poll = Poll::new().unwrap();
    let waker = Waker::new(poll.registry(), Token(0)).unwrap();
    let mut events = Events::with_capacity(16);
    let start = Instant::now();
    for _ in 0..c.n {
        waker.wake().unwrap();
        poll.poll(&mut events, None).unwrap();
        assert_eq!(events.len(), 1);
    }
    vec![("ns/op", start.elapsed().as_nanos() as f64 / c.n as f64)]
}
