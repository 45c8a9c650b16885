//! Signals, counted by a handler.
//!
//! A process has one table of signals, so this is global: a counter for each signal, and one
//! eventfd that the handler writes to. A [`Listener`] is a duplicate of that descriptor. It is
//! registered edge-triggered and never read: each write is an event for all duplicates.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use crate::check;

/// One more than the highest signal of Linux.
const SIGNALS: usize = 65;

/// How often each signal has come since its handler was installed.
static COUNTS: [AtomicU64; SIGNALS] = [const { AtomicU64::new(0) }; SIGNALS];

/// The eventfd that tells of all signals; -1 before there is one. It is never closed, so the
/// handler can write to it at any time.
static EVENT: AtomicI32 = AtomicI32::new(-1);

/// Which signals have our handler. Held while handlers are installed.
static INSTALLED: Mutex<[bool; SIGNALS]> = Mutex::new([false; SIGNALS]);

/// Tells that a signal has come since one was last looked for.
///
/// # Examples
///
/// ```
/// use coro_sys::signal::Listener;
///
/// # fn main() -> std::io::Result<()> {
/// // SIGURG, which nothing else here uses.
/// let listener = Listener::new(23)?;
/// assert!(!listener.has_come());
/// coro_sys::signal::raise(23)?;
/// assert!(listener.has_come());
/// // It stands for all that have come since the last look.
/// assert!(!listener.has_come());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Listener {
    signal: usize,
    seen: AtomicU64,
    event: OwnedFd,
}

impl Listener {
    /// Listens to `signal`, which from now on, for the life of the process, does nothing else:
    /// neither what it does by default nor what a handler installed before did.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for a number that is no signal, and for those that cannot be caught, or
    /// that tell of a fault of the program (`SIGKILL`, `SIGSTOP`, `SIGSEGV`, `SIGBUS`, `SIGILL`,
    /// `SIGFPE`). `EMFILE` when the table of descriptors is full.
    pub fn new(signal: i32) -> io::Result<Listener> {
        let reserved = [
            libc::SIGKILL,
            libc::SIGSTOP,
            libc::SIGSEGV,
            libc::SIGBUS,
            libc::SIGILL,
            libc::SIGFPE,
        ];
        let index = usize::try_from(signal).unwrap_or(0);
        if index == 0 || index >= SIGNALS || reserved.contains(&signal) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "there is no such signal, or it cannot be listened to",
            ));
        }
        let event = install(signal, index)?;
        Ok(Listener {
            signal: index,
            seen: AtomicU64::new(COUNTS[index].load(Ordering::Acquire)),
            event,
        })
    }

    /// Whether the signal has come since the last call, or since the listener was made.
    pub fn has_come(&self) -> bool {
        let count = COUNTS[self.signal].load(Ordering::Acquire);
        self.seen.swap(count, Ordering::AcqRel) != count
    }
}

impl AsFd for Listener {
    /// A descriptor with an edge-triggered event for each signal that comes, of any kind. It must
    /// not be read.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.event.as_fd()
    }
}

/// Installs the handler, unless that was done before. Returns a duplicate of the eventfd.
fn install(signal: i32, index: usize) -> io::Result<OwnedFd> {
    let mut installed = INSTALLED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if EVENT.load(Ordering::Acquire) == -1 {
        // SAFETY: the call takes two numbers and touches no memory of ours.
        let fd = check(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
        EVENT.store(fd, Ordering::Release);
    }
    // SAFETY: the descriptor is open, and is never closed.
    let event = unsafe { BorrowedFd::borrow_raw(EVENT.load(Ordering::Acquire)) };
    let event = event.try_clone_to_owned()?;
    if !installed[index] {
        // SAFETY: all-zero bytes are a valid `sigaction`.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = handle as extern "C" fn(libc::c_int) as usize;
        // Interrupted calls go on, and a thread with a stack for signals uses it.
        action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
        // SAFETY: `action` outlives the call, and its handler does only what is allowed in one. A
        // null pointer for the old action means that none is written.
        check(unsafe { libc::sigaction(signal, &action, std::ptr::null_mut()) })?;
        installed[index] = true;
    }
    Ok(event)
}

/// Counts a signal and tells the listeners. It runs between any two instructions of any thread,
/// so it uses nothing but atomics and `write`, and leaves `errno` as it was.
extern "C" fn handle(signal: libc::c_int) {
    // The count comes first: who is woken by the event sees it.
    COUNTS[signal as usize].fetch_add(1, Ordering::Release);
    let one = 1_u64.to_ne_bytes();
    // SAFETY: `errno` is this thread's own; the eight bytes outlive the call.
    unsafe {
        let errno = *libc::__errno_location();
        // It fails only when the eventfd is full, and then the listeners have their event.
        libc::write(EVENT.load(Ordering::Acquire), one.as_ptr().cast(), 8);
        *libc::__errno_location() = errno;
    }
}

/// Sends `signal` to this process.
///
/// # Errors
///
/// `EINVAL` when there is no such signal.
///
/// # Examples
///
/// ```
/// use coro_sys::signal::{self, Listener};
///
/// # fn main() -> std::io::Result<()> {
/// // SIGWINCH
/// let listener = Listener::new(28)?;
/// signal::raise(28)?;
/// assert!(listener.has_come());
/// # Ok(())
/// # }
/// ```
pub fn raise(signal: i32) -> io::Result<()> {
    // SAFETY: the call takes a number. What the signal then does is up to its handler.
    if unsafe { libc::raise(signal) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// The numbers of the signals that programs listen to.
///
/// # Examples
///
/// ```
/// use coro_sys::signal::number::{CHILD, HANGUP, INTERRUPT, QUIT, TERMINATE};
/// use coro_sys::signal::number::{USER_DEFINED_1, USER_DEFINED_2, WINDOW_CHANGE};
///
/// assert_eq!([HANGUP, INTERRUPT, QUIT, TERMINATE, CHILD], [1, 2, 3, 15, 17]);
/// assert_eq!([USER_DEFINED_1, USER_DEFINED_2, WINDOW_CHANGE], [10, 12, 28]);
/// ```
pub mod number {
    /// `SIGINT`
    pub const INTERRUPT: i32 = libc::SIGINT;
    /// `SIGTERM`
    pub const TERMINATE: i32 = libc::SIGTERM;
    /// `SIGHUP`
    pub const HANGUP: i32 = libc::SIGHUP;
    /// `SIGQUIT`
    pub const QUIT: i32 = libc::SIGQUIT;
    /// `SIGUSR1`
    pub const USER_DEFINED_1: i32 = libc::SIGUSR1;
    /// `SIGUSR2`
    pub const USER_DEFINED_2: i32 = libc::SIGUSR2;
    /// `SIGWINCH`
    pub const WINDOW_CHANGE: i32 = libc::SIGWINCH;
    /// `SIGCHLD`
    pub const CHILD: i32 = libc::SIGCHLD;
}
