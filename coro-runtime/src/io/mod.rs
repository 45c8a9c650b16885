//! The reactor: what the kernel says of sockets, and who waits for it.

mod reactor;
mod readiness;
mod registered;
mod slab;

pub(crate) use reactor::Reactor;
pub(crate) use readiness::Direction;
pub(crate) use registered::{Done, Registered};
