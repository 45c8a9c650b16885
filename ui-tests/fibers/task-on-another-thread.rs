//! A fiber that is a task stays on its thread as well: `spawn` would let it move.

use coro::runtime::fiber::{Builder, wait};
use coro::runtime::{spawn, yield_now};

fn main() {
    let task = Builder::new().future(|| wait(yield_now())).unwrap();
    spawn(task);
}
