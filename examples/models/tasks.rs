//! Any futures as tasks of one runtime, on one thread.

use std::future::Future;
use std::io;

use coro::runtime::Runtime;

pub(crate) fn all<F>(count: usize, future: impl Fn(usize) -> io::Result<F>) -> io::Result<u64>
where
    F: Future<Output = io::Result<u64>> + 'static,
{
    let runtime = Runtime::new()?;
    let start = |number| Ok(runtime.spawn_local(future(number)?));
    let tasks: Vec<_> = (0..count).map(start).collect::<io::Result<_>>()?;
    let mut total = 0_u64;
    for task in tasks {
        total = total.wrapping_add(runtime.block_on(task).expect("no task panics")?);
    }
    Ok(total)
}
