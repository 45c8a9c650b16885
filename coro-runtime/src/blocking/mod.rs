//! Work that blocks its thread, and the threads that are there for it.
//!
//! ```text
//! task ──submit──> queue ──> a thread of the pool runs the job
//!   ^                                        │
//!   └── Answer <── slot <── Completer <──────┘
//! ```
//!
//! The task waits in an [`Answer`]; dropping that before the job has begun makes the thread
//! skip it. A job that has begun cannot be stopped.

mod answer;
mod pool;

use std::io;
use std::sync::Arc;

pub(crate) use answer::Answer;
pub(crate) use pool::{Limits, Pool};

use crate::executor::Shared;

/// Runs `work` on a thread of the runtime's pool.
///
/// # Errors
///
/// That of starting a thread, when the pool has none.
pub(crate) fn run<T, W>(shared: &Arc<Shared>, work: W) -> io::Result<Answer<T>>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    let (completer, answer) = answer::pair(Arc::clone(shared));
    shared
        .blocking
        .submit(Box::new(move || completer.run(work)))?;
    Ok(answer)
}
