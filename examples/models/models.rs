//! The six ways, each with what it takes to write them.

use std::io;

use crate::job::Order;
use crate::{async_fn, callbacks, coroutines, fibers, state_machines, threads};

/// One way to do both jobs.
pub(crate) struct Model {
    pub(crate) name: &'static str,
    pub(crate) fetch_all: fn(Order, usize) -> io::Result<u64>,
    pub(crate) compute_all: fn(usize) -> io::Result<u64>,
    sources: &'static [&'static str],
}

const SOURCE: &str = include_str!("source.rs");
const SUSPENDING: &str = include_str!("suspending.rs");
const TASKS: &str = include_str!("tasks.rs");

pub(crate) const MODELS: [Model; 6] = [
    Model {
        name: "OS threads",
        fetch_all: threads::fetch_all,
        compute_all: threads::compute_all,
        sources: &[SOURCE, include_str!("threads.rs")],
    },
    Model {
        name: "fibers",
        fetch_all: fibers::fetch_all,
        compute_all: fibers::compute_all,
        sources: &[SOURCE, SUSPENDING, TASKS, include_str!("fibers.rs")],
    },
    Model {
        name: "callbacks",
        fetch_all: callbacks::fetch_all,
        compute_all: callbacks::compute_all,
        sources: &[include_str!("event_loop.rs"), include_str!("callbacks.rs")],
    },
    Model {
        name: "state machines",
        fetch_all: state_machines::fetch_all,
        compute_all: state_machines::compute_all,
        sources: &[TASKS, include_str!("state_machines.rs")],
    },
    Model {
        name: "#[coroutine]",
        fetch_all: coroutines::fetch_all,
        compute_all: coroutines::compute_all,
        sources: &[SOURCE, SUSPENDING, TASKS, include_str!("coroutines.rs")],
    },
    Model {
        name: "async fn",
        fetch_all: async_fn::fetch_all,
        compute_all: async_fn::compute_all,
        sources: &[TASKS, include_str!("async_fn.rs")],
    },
];

impl Model {
    /// The lines of code that a user of the model writes for both jobs, without blank lines and
    /// comments.
    pub(crate) fn lines(&self) -> usize {
        let lines = self.sources.iter().flat_map(|source| source.lines());
        let is_code = |line: &&str| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with("//")
        };
        lines.filter(is_code).count()
    }
}
