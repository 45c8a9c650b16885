//! Sleeping, ticking, and giving up in time.
//!
//! Timers are exact to some tens of microseconds, for the clock that ends the sleep is the
//! kernel's own (`timerfd`). Making one and dropping it costs neither a system call nor a search: see
//! the wheel's documentation in the source.
//!
//! Up to 1,000 timers a second fire each at its own time; when there are more, those that come close
//! behind one another wait for up to a millisecond to be fired together, since each wake-up of a thread
//! costs more than they do. None fires early.
//!
//! Tests can [`pause`] the clock: then sleeps take no time, and all times are exact.
//!
//! # Examples
//!
//! ```
//! use coro_runtime::time::{sleep, timeout};
//! use std::time::{Duration, Instant};
//!
//! coro_runtime::block_on(async {
//!     let start = Instant::now();
//!     sleep(Duration::from_millis(5)).await;
//!     assert!(start.elapsed() >= Duration::from_millis(5));
//!
//!     let late = timeout(Duration::from_millis(5), std::future::pending::<()>()).await;
//!     assert!(late.is_err());
//! });
//! ```

mod clock;
mod interval;
mod sleep;
mod timeout;
mod timers;
mod wheel;

pub(crate) use clock::Clock;
pub use clock::{advance, now, pause, resume};
pub use interval::{Interval, MissedTickBehavior, interval, interval_at};
pub(crate) use sleep::after;
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Elapsed, timeout, timeout_at};
pub(crate) use timers::Timers;
pub(crate) use wheel::{Key, Tick};
