//! The columns of this project's own runtime.

use std::future::Future;
use std::time::Instant;

use coro_runtime::time::{Sleep, sleep_until};

use crate::rt::*;

type Join<T> = Unwrapped<coro_runtime::JoinHandle<T>>;

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
        Unwrapped(coro_runtime::spawn(future))
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
    pub fn build() -> coro_runtime::MultiThreadRuntime {
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
        Unwrapped(coro_runtime::spawn(future))
    }
}
