//! A signal does not end a wait. A process of its own, because handlers are process-wide.

use std::sync::atomic::{AtomicUsize, Ordering};
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
    let sender = std::thread::spawn(move || {
        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(10));
            // SAFETY: the thread waits for longer than this one runs, and is joined by it.
            assert_eq!(unsafe { libc::pthread_kill(waiting, libc::SIGUSR1) }, 0);
        }
    });
    let poll = Poll::new().unwrap();
    let mut events = Events::with_capacity(4);
    let start = Instant::now();
    poll.poll(&mut events, Some(Duration::from_millis(100)))
        .unwrap();
    let elapsed = start.elapsed();
    sender.join().unwrap();
    assert!(events.is_empty());
    assert_eq!(SIGNALS.load(Ordering::SeqCst), 5);
    assert!(
        elapsed >= Duration::from_millis(100),
        "ended early: {elapsed:?}"
    );
    assert!(
        elapsed < Duration::from_millis(500),
        "started anew: {elapsed:?}"
    );
}
