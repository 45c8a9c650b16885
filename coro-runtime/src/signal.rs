//! Signals as events.
//!
//! Signals belong to the process, so what is said here holds for all runtimes in it: once
//! somebody listens to a signal it does nothing else, for the life of the process. Of several
//! signals of one kind that come before they are looked at, a listener notices one.
//!
//! # Examples
//!
//! ```no_run
//! # fn main() -> std::io::Result<()> {
//! coro_runtime::block_on(async {
//!     println!("press Ctrl-C");
//!     coro_runtime::signal::ctrl_c().await?;
//!     println!("good bye");
//!     Ok(())
//! })
//! # }
//! ```

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use coro_sys::signal::{Listener, number};
use futures_lite::Stream;

use crate::io::{Direction, Done, Registered};

/// Which signal.
///
/// # Examples
///
/// ```
/// use coro_runtime::signal::SignalKind;
///
/// assert_eq!(SignalKind::TERMINATE.as_raw(), 15);
/// assert_eq!(SignalKind::from_raw(2), SignalKind::INTERRUPT);
///
/// // What `kill -HUP`, `-QUIT`, `-USR1`, `-USR2` send, and the kernel at the end of a child.
/// let others = [
///     SignalKind::HANGUP,
///     SignalKind::QUIT,
///     SignalKind::USER_DEFINED_1,
///     SignalKind::USER_DEFINED_2,
///     SignalKind::CHILD,
/// ];
/// assert_eq!(others.map(SignalKind::as_raw), [1, 3, 10, 12, 17]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignalKind(i32);

impl SignalKind {
    /// `SIGINT`: Ctrl-C on the terminal.
    pub const INTERRUPT: SignalKind = SignalKind(number::INTERRUPT);
    /// `SIGTERM`: the process is asked to end.
    pub const TERMINATE: SignalKind = SignalKind(number::TERMINATE);
    /// `SIGHUP`: the terminal has gone, or settings are to be read again.
    pub const HANGUP: SignalKind = SignalKind(number::HANGUP);
    /// `SIGQUIT`: Ctrl-\ on the terminal.
    pub const QUIT: SignalKind = SignalKind(number::QUIT);
    /// `SIGUSR1`
    pub const USER_DEFINED_1: SignalKind = SignalKind(number::USER_DEFINED_1);
    /// `SIGUSR2`
    pub const USER_DEFINED_2: SignalKind = SignalKind(number::USER_DEFINED_2);
    /// `SIGWINCH`: the terminal has another size.
    pub const WINDOW_CHANGE: SignalKind = SignalKind(number::WINDOW_CHANGE);
    /// `SIGCHLD`: a child process has ended. [`process`](crate::process) does not need it.
    pub const CHILD: SignalKind = SignalKind(number::CHILD);

    /// The signal with this number.
    #[must_use]
    pub const fn from_raw(number: i32) -> SignalKind {
        SignalKind(number)
    }

    /// The number of the signal.
    #[must_use]
    pub const fn as_raw(self) -> i32 {
        self.0
    }
}

/// Waits for the next `SIGINT`, which from the first poll on does not end the process any more.
///
/// # Errors
///
/// Those of [`signal`].
///
/// # Panics
///
/// When no runtime runs on this thread.
///
/// # Examples
///
/// See [the module](crate::signal).
#[coro::coroutine]
pub async fn ctrl_c() -> io::Result<()> {
    let mut signal = signal(SignalKind::INTERRUPT)?;
    signal.recv().await
}

/// Listens to signals of one kind, from now on.
///
/// # Errors
///
/// `InvalidInput` for what is no signal, for those that cannot be caught, and for those that tell
/// of a fault of the program, such as `SIGSEGV`. `EMFILE` when the table of descriptors is full.
///
/// # Panics
///
/// When no runtime runs on this thread.
///
/// # Examples
///
/// ```
/// use coro_runtime::signal::{SignalKind, signal};
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let mut signal = signal(SignalKind::WINDOW_CHANGE)?;
///     coro_sys::signal::raise(SignalKind::WINDOW_CHANGE.as_raw())?;
///     signal.recv().await
/// })
/// # }
/// ```
#[track_caller]
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    Ok(Signal {
        listener: Registered::new(Listener::new(kind.0)?, false)?,
    })
}

/// Signals of one kind, as a stream that never ends; made by [`signal`].
///
/// # Examples
///
/// See [`signal`].
pub struct Signal {
    listener: Registered<Listener>,
}

impl Signal {
    /// Waits for the next signal. One that has come since the last one was received counts.
    ///
    /// Dropping the future before it is ready loses no signal.
    ///
    /// # Errors
    ///
    /// When the runtime has shut down.
    pub fn recv(&mut self) -> impl Future<Output = io::Result<()>> + Send + '_ {
        self.listener.attempt(Direction::Read, come)
    }
}

fn come(listener: &Listener) -> io::Result<Done<()>> {
    if !listener.has_come() {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    Ok(Done {
        value: (),
        exhausted: false,
    })
}

impl Stream for Signal {
    type Item = io::Result<()>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.listener.poll(Direction::Read, context, come).map(Some)
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.listener.get().fmt(formatter)
    }
}
