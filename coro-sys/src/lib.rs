//! System calls of the `coro` crate on Linux: epoll, eventfd, timerfd, sockets, and stacks.
//!
//! This crate holds mechanism and no policy. It decides neither what is watched, nor
//! for how long, nor what an event means: that is the business of `coro-runtime`.
//! Every call reports failure as an [`std::io::Error`] with the kernel's own code.
//!
//! | item | system calls |
//! | --- | --- |
//! | [`epoll`] | `epoll_create1`, `epoll_ctl`, `epoll_pwait2`, `epoll_wait` |
//! | [`Poll`], [`Registry`], [`Events`] | the same, behind owned types |
//! | [`Waker`] | `eventfd`, `write` |
//! | [`Timer`] | `timerfd_create`, `timerfd_settime` |
//! | [`socket`] | `socket`, `connect`, `bind`, `listen`, `accept4` |
//! | [`process`] | `pidfd_open`, `waitpid`, `fcntl` |
//! | [`signal`] | `sigaction`, `eventfd`, `write` |
//! | [`stack`] | `mmap`, `mprotect`, `madvise`, `mincore` |
//! | [`fiber`] | none: it switches from one stack to another |
//! | [`overflow`] | `sigaction`, `sigaltstack` |
//! | [`fault`] | none: where tests make the others fail |
//!
//! # Examples
//!
//! ```
//! use coro_sys::{Events, Interest, Mode, Poll, Token};
//! use std::io::Write;
//! use std::os::unix::net::UnixStream;
//!
//! # fn main() -> std::io::Result<()> {
//! let poll = Poll::new()?;
//! let mut events = Events::with_capacity(16);
//! let (mut near, far) = UnixStream::pair()?;
//! poll.registry().register(&far, Token(7), Interest::READABLE, Mode::Level)?;
//!
//! near.write_all(b"x")?;
//! poll.poll(&mut events, None)?;
//! let event = events.iter().next().expect("one event");
//! assert_eq!(event.token(), Token(7));
//! assert!(event.is_readable());
//! # Ok(())
//! # }
//! ```

mod arch;
pub mod epoll;
mod event;
pub mod fault;
pub mod fiber;
pub mod overflow;
mod poll;
pub mod process;
pub mod signal;
pub mod socket;
pub mod stack;
mod timer;
mod waker;

pub use event::{Event, Events, Interest, Iter, Mode, Token};
pub use poll::{Poll, Registry};
pub use timer::Timer;
pub use waker::Waker;

use std::io;

/// Turns the answer of [`arch::system_call`] into an [`io::Result`].
#[inline(always)]
fn answered(answer: isize) -> io::Result<usize> {
    match answer {
        -4095..=-1 => Err(io::Error::from_raw_os_error(-answer as i32)),
        _ => Ok(answer as usize),
    }
}

/// Turns the result of a system call that answers -1 on failure into an [`io::Result`].
fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}
