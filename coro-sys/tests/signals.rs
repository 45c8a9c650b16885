//! A signal does not end a wait. A process of its own, because handlers are process-wide.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use coro_sys::{Events, Poll};

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_signal: libc::c_int) {
    SIGNALS.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn a_wait_outlives_signals() {
    // SAFETY: the handler only adds to an atomic, which is allowed in a signal handler; an
    // all-zero `sigaction` is valid, and without SA_RESTART calls end with EINTR.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = count as *const () as usize;
        assert_eq!(
            libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut()),
            0
        );
    }
    // SAFETY: the call only names the calling thread.
    let waiting = unsafe { libc::pthread_self() };
    // They come for as long as the wait lasts: one that started anew at each would not end
    // before they do.
    const SIGNALS_AT_MOST: usize = 3000;
    let done = Arc::new(AtomicBool::new(false));
    let ended = Arc::clone(&done);
    let sender = std::thread::spawn(move || {
        let mut sent = 0;
        while !ended.load(Ordering::SeqCst) && sent < SIGNALS_AT_MOST {
            std::thread::sleep(Duration::from_millis(10));
            // SAFETY: the thread joins this one before it ends.
            assert_eq!(unsafe { libc::pthread_kill(waiting, libc::SIGUSR1) }, 0);
            sent += 1;
        }
        sent
    });
    let poll = Poll::new().unwrap();
    let mut events = Events::with_capacity(4);
    let start = Instant::now();
    poll.poll(&mut events, Some(Duration::from_millis(200)))
        .unwrap();
    let elapsed = start.elapsed();
    done.store(true, Ordering::SeqCst);
    let sent = sender.join().unwrap();
    assert!(events.is_empty());
    assert!(SIGNALS.load(Ordering::SeqCst) > 0);
    assert!(sent < SIGNALS_AT_MOST, "started anew");
    assert!(
        elapsed >= Duration::from_millis(200),
        "ended early: {elapsed:?}"
    );
}
