//! The plan of a test, and what is remembered to carry it out.
//!
//! A fault never makes the kernel break its word, on which the runtime rests: whoever is told that a
//! call would block though it would not is sent an event afterwards, and an event that is held back
//! comes later.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Call;
use crate::check;
use crate::epoll::{Operation, RawEvent};

/// What happens instead of a call, or to it.
///
/// # Examples
///
/// ```
/// use coro_sys::fault::Fault;
///
/// assert_ne!(Fault::Short(1), Fault::Error(4));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call is not made, and fails with this code. Of [`Call::Connect`]: it is made, and then
    /// fails.
    Error(i32),
    /// Of all but [`Call::Connect`], [`Call::Wait`] and [`Call::Wake`]: the call is not made, and would
    /// block. If that is not true, an event follows.
    WouldBlock,
    /// [`Call::Read`] and [`Call::Write`]: at most so many bytes are moved, and at least one.
    Short(usize),
    /// [`Call::Wait`]: so many events are told. The others come with the next wait, where those of
    /// one source are one.
    Hold(usize),
    /// [`Call::Wait`]: what was told before is told again, though it may not be true any more.
    Repeat,
}

type Plan = dyn Fn(Call) -> Option<Fault> + Send + Sync;

/// Whether there has been a plan in this process. Until then calls are as fast as without the seam.
static USED: AtomicBool = AtomicBool::new(false);
/// Held for the time of a plan.
static EXCLUSIVE: Mutex<()> = Mutex::new(());
static STATE: LazyLock<Mutex<State>> = LazyLock::new(Mutex::default);

/// How many events of the past [`Fault::Repeat`] tells.
const REPEATED: usize = 16;

#[derive(Default)]
struct State {
    plan: Option<Arc<Plan>>,
    /// By whom a descriptor is watched, and how.
    watched: HashMap<RawFd, Watched>,
    epolls: HashMap<RawFd, Told>,
}

#[derive(Clone, Copy)]
struct Watched {
    epoll: RawFd,
    flags: u32,
    data: u64,
}

/// The events of one epoll instance.
#[derive(Clone, Default)]
struct Told {
    held: Vec<RawEvent>,
    past: Vec<RawEvent>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has `plan` asked before each call, by all threads, until the guard is dropped. Waits for the end
/// of another plan.
///
/// # Examples
///
/// ```
/// use coro_sys::fault::{self, Call, Fault};
/// use coro_sys::socket;
///
/// # fn main() -> std::io::Result<()> {
/// let listener = socket::listen("127.0.0.1:0".parse().unwrap(), 128)?;
/// let full = fault::inject(|call| (call == Call::Accept).then_some(Fault::Error(24)));
/// assert_eq!(socket::accept(&listener).unwrap_err().raw_os_error(), Some(24));
/// drop(full);
/// let error = socket::accept(&listener).unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
/// # Ok(())
/// # }
/// ```
pub fn inject(plan: impl Fn(Call) -> Option<Fault> + Send + Sync + 'static) -> Injection {
    let exclusive = lock(&EXCLUSIVE);
    USED.store(true, Ordering::SeqCst);
    lock(&STATE).plan = Some(Arc::new(plan));
    Injection {
        _exclusive: exclusive,
    }
}

/// Keeps a plan in force; made by [`inject`].
///
/// # Examples
///
/// See [`inject`].
#[must_use = "dropping it ends the plan"]
pub struct Injection {
    _exclusive: MutexGuard<'static, ()>,
}

impl Drop for Injection {
    fn drop(&mut self) {
        let plan = lock(&STATE).plan.take();
        // Outside of the lock: it is a test's own.
        drop(plan);
    }
}

impl fmt::Debug for Injection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Injection").finish_non_exhaustive()
    }
}

/// What the plan says of a call that is about to be made.
fn ask(call: Call) -> Option<Fault> {
    let plan = lock(&STATE).plan.clone()?;
    plan(call)
}

/// How many of `length` bytes a call on `fd` may move: all, unless a fault is injected.
///
/// # Errors
///
/// The error that is injected, instead of which the call is not to be made.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "fault-injection")]
/// # {
/// use coro_sys::fault::{self, Call, Fault};
/// use std::os::fd::AsFd;
///
/// let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
/// let _plan = fault::inject(|call| (call == Call::Read).then_some(Fault::Short(3)));
/// assert_eq!(fault::limit(Call::Read, socket.as_fd(), 100).unwrap(), 3);
/// assert_eq!(fault::limit(Call::Write, socket.as_fd(), 100).unwrap(), 100);
/// # }
/// ```
pub fn limit(call: Call, fd: BorrowedFd<'_>, length: usize) -> io::Result<usize> {
    if !USED.load(Ordering::Relaxed) {
        return Ok(length);
    }
    match ask(call) {
        Some(Fault::Error(code)) => Err(io::Error::from_raw_os_error(code)),
        Some(Fault::WouldBlock) if arm(fd) => Err(io::ErrorKind::WouldBlock.into()),
        Some(Fault::Short(most)) => Ok(length.min(most.max(1))),
        _ => Ok(length),
    }
}

/// Has epoll look at a watched descriptor anew, so that what is ready is told once more. Whether it
/// is watched.
fn arm(fd: BorrowedFd<'_>) -> bool {
    let Some(watched) = lock(&STATE).watched.get(&fd.as_raw_fd()).copied() else {
        return false;
    };
    let mut event = RawEvent {
        events: watched.flags,
        u64: watched.data,
    };
    // SAFETY: `event` lives until the call returns, and the kernel only reads it.
    let armed = check(unsafe {
        libc::epoll_ctl(
            watched.epoll,
            libc::EPOLL_CTL_MOD,
            fd.as_raw_fd(),
            &mut event,
        )
    });
    armed.is_ok()
}

/// The outcome of a connection attempt, after it was started.
pub(crate) fn connected(outcome: io::Result<libc::c_int>) -> io::Result<libc::c_int> {
    if !USED.load(Ordering::Relaxed) {
        return outcome;
    }
    match ask(Call::Connect) {
        Some(Fault::Error(code)) => Err(io::Error::from_raw_os_error(code)),
        _ => outcome,
    }
}

/// Notes a new epoll instance, which may have the number of an old one.
pub(crate) fn opened(epoll: RawFd) {
    if USED.load(Ordering::Relaxed) {
        lock(&STATE).epolls.remove(&epoll);
    }
}

/// Notes a change of an interest list.
pub(crate) fn registered(epoll: BorrowedFd<'_>, fd: BorrowedFd<'_>, operation: Operation) {
    if !USED.load(Ordering::Relaxed) {
        return;
    }
    let watched = &mut lock(&STATE).watched;
    match operation {
        Operation::Add { flags, data } | Operation::Modify { flags, data } => {
            let epoll = epoll.as_raw_fd();
            watched.insert(fd.as_raw_fd(), Watched { epoll, flags, data });
        }
        Operation::Delete => {
            watched.remove(&fd.as_raw_fd());
        }
    }
}

/// Waits by `call`, and changes what it brought.
pub(crate) fn wait(
    epoll: BorrowedFd<'_>,
    events: &mut [RawEvent],
    timeout: Option<Duration>,
    call: impl FnOnce(&mut [RawEvent], Option<Duration>) -> io::Result<usize>,
) -> io::Result<usize> {
    if !USED.load(Ordering::Relaxed) {
        return call(events, timeout);
    }
    let fault = ask(Call::Wait);
    if let Some(Fault::Error(code)) = fault {
        return Err(io::Error::from_raw_os_error(code));
    }
    let epoll = epoll.as_raw_fd();
    let told = lock(&STATE).epolls.get(&epoll).cloned();
    let Told { held, mut past } = told.unwrap_or_default();
    let is_something_due = !held.is_empty() || fault == Some(Fault::Repeat);
    let timeout = if is_something_due {
        Some(Duration::ZERO)
    } else {
        timeout
    };
    let count = call(events, timeout)?;

    let mut all = Vec::new();
    held.iter()
        .chain(&events[..count])
        .for_each(|&event| merge(&mut all, event));
    if fault == Some(Fault::Repeat) {
        past.iter().for_each(|&event| merge(&mut all, event));
    }
    let most = match fault {
        Some(Fault::Hold(most)) => most.min(events.len()),
        _ => events.len(),
    };
    let held = all.split_off(most.min(all.len()));
    events[..all.len()].copy_from_slice(&all);
    past.extend(&all);
    past.drain(..past.len().saturating_sub(REPEATED));
    lock(&STATE).epolls.insert(epoll, Told { held, past });
    Ok(all.len())
}

/// Adds an event to those of other sources, or to that of its own.
fn merge(events: &mut Vec<RawEvent>, event: RawEvent) {
    match events.iter_mut().find(|known| ({ known.u64 }) == event.u64) {
        Some(known) => known.events |= event.events,
        None => events.push(event),
    }
}
