//! The clock of a runtime: the system's, until a test pauses it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::sleep::after;
use crate::context;
use crate::shared::Scheduler;
use crate::sync::lock;
use crate::yield_now;

/// Tells the time. Read by any thread, changed by the runtime's own only.
pub(crate) struct Clock {
    /// How often the clock was changed. As long as it is zero, the time is the system's.
    changes: AtomicU64,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
enum State {
    Stands { at: Instant },
    Runs { from: Instant, since: Instant },
}

impl State {
    fn now(self) -> Instant {
        match self {
            State::Stands { at } => at,
            State::Runs { from, since } => from + since.elapsed(),
        }
    }
}

impl Clock {
    pub(crate) fn new(paused: bool) -> Clock {
        let now = Instant::now();
        let clock = Clock {
            changes: AtomicU64::new(0),
            state: Mutex::new(State::Runs {
                from: now,
                since: now,
            }),
        };
        if paused {
            clock.set(State::Stands { at: now });
        }
        clock
    }

    pub(crate) fn now(&self) -> Instant {
        if self.changes() == 0 {
            return Instant::now();
        }
        lock(&self.state).now()
    }

    /// Differs from an earlier value if the clock was changed since.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.changes() != 0 && matches!(*lock(&self.state), State::Stands { .. })
    }

    /// Moves a paused clock to `time`, unless that is behind it.
    pub(crate) fn advance_to(&self, time: Instant) {
        let at = time.max(self.now());
        self.set(State::Stands { at });
    }

    fn set(&self, state: State) {
        *lock(&self.state) = state;
        self.changes.fetch_add(1, Ordering::SeqCst);
    }
}

/// The time on the clock of the current runtime; outside of one, the system's.
///
/// It differs from [`Instant::now`] only when the clock was [paused](pause).
///
/// # Examples
///
/// ```
/// use coro_runtime::time::{now, sleep};
/// use std::time::Duration;
///
/// coro_runtime::block_on(async {
///     let start = now();
///     sleep(Duration::from_millis(2)).await;
///     assert!(now() - start >= Duration::from_millis(2));
/// });
/// ```
#[must_use]
pub fn now() -> Instant {
    context::with_shared(|shared| shared.timers.clock.now()).unwrap_or_else(Instant::now)
}

/// Stops the clock of the current runtime, for tests.
///
/// From now on the time passes only by [`advance`], and by itself when all tasks wait: the
/// clock then jumps to the next timer. So sleeps of hours take no time, and what a program
/// measures with [`now`] is the same in each run.
///
/// The clock does not jump while work of [`spawn_blocking`](crate::spawn_blocking) is under
/// way. It does while a socket waits for another thread or process, of which the runtime
/// cannot know whether it will answer. What [`Instant::now`] tells is not changed.
///
/// See also [`Builder::start_paused`](crate::Builder::start_paused).
///
/// # Panics
///
/// When no runtime runs on this thread, or one of many threads, in which nobody knows whether all
/// tasks wait; and when the clock is paused already.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::{now, pause, sleep};
/// use std::time::Duration;
///
/// coro_runtime::block_on(async {
///     pause();
///     let start = now();
///     let day = Duration::from_secs(24 * 60 * 60);
///     sleep(day).await;
///     assert_eq!(now() - start, day);
/// });
/// ```
#[track_caller]
pub fn pause() {
    change("pause", |clock| {
        assert!(!clock.is_paused(), "the clock is paused already");
        clock.set(State::Stands { at: clock.now() });
    });
}

/// Lets the clock of the current runtime run on, from the time at which it stands.
///
/// # Panics
///
/// When no runtime runs on this thread, and when its clock is not paused.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::{now, pause, resume, sleep};
/// use std::time::Duration;
///
/// coro_runtime::block_on(async {
///     pause();
///     sleep(Duration::from_secs(3600)).await;
///     resume();
///     let start = now();
///     sleep(Duration::from_millis(1)).await;
///     assert!(now() - start >= Duration::from_millis(1));
/// });
/// ```
#[track_caller]
pub fn resume() {
    change("resume", |clock| {
        assert!(clock.is_paused(), "the clock is not paused");
        clock.set(State::Runs {
            from: clock.now(),
            since: Instant::now(),
        });
    });
}

/// Moves the paused clock of the current runtime on by `duration`, fires the timers that
/// are due then, and lets the tasks that are ready run once.
///
/// # Panics
///
/// When no runtime runs on this thread, and when its clock is not paused.
///
/// # Examples
///
/// ```
/// use coro_runtime::time::{advance, pause, sleep};
/// use std::time::Duration;
///
/// coro_runtime::block_on(async {
///     pause();
///     let minute = Duration::from_secs(60);
///     let task = coro_runtime::spawn(sleep(minute));
///     advance(minute / 2).await;
///     assert!(!task.is_finished());
///     advance(minute / 2).await;
///     assert!(task.is_finished());
/// });
/// ```
#[coro::coroutine]
pub async fn advance(duration: Duration) {
    change("advance", |clock| {
        assert!(clock.is_paused(), "the clock is not paused");
        clock.advance_to(after(clock.now(), duration));
    });
    let mut wakers = Vec::new();
    context::with_shared(|shared| shared.timers.fire(&mut wakers));
    for waker in wakers {
        waker.wake();
    }
    yield_now().await;
}

/// Changes the clock of the current runtime.
#[track_caller]
fn change(caller: &str, change: impl FnOnce(&Clock)) {
    let changed = context::with_shared(|shared| {
        assert!(
            matches!(shared.scheduler, Scheduler::CurrentThread(_)),
            "the clock of a multi-thread runtime cannot be paused"
        );
        change(&shared.timers.clock);
    });
    if changed.is_none() {
        panic!("`{caller}` was called outside of a runtime: call it inside `block_on`");
    }
}
