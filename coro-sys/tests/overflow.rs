//! Stack overflows of fibers are reported by name; other faults take their usual course.
//!
//! Each case runs in a process of its own, for it kills it.

use std::env;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use std::ptr::NonNull;
use std::thread;

use coro_sys::fiber::{self, Link, Word};
use coro_sys::overflow;
use coro_sys::stack::Stack;

/// The stack that overflows, in bytes.
const SIZE: usize = 65_536;

/// Runs this test in a process of its own, which `case` is to kill; in there, does not return.
fn dies(test: &str, case: impl FnOnce()) -> Output {
    if env::var_os("CHILD").is_some() {
        // No core file for a death that is wanted.
        let none = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: lowers a limit of this process.
        unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) };
        case();
        std::process::exit(77);
    }
    Command::new(env::current_exe().expect("a test has a program"))
        .args(["--exact", test, "--nocapture"])
        .env("CHILD", "1")
        .output()
        .expect("the program starts again")
}

/// What the process wrote to standard error, if it died of `signal`.
fn last_words(output: &Output, signal: i32) -> String {
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.signal(),
        Some(signal),
        "{:?}: {words}",
        output.status
    );
    words
}

#[expect(unconditional_recursion, reason = "that is what overflows")]
fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    recurse(depth + 1) + black_box(frame)[3]
}

unsafe extern "C" fn overflowing(_word: Word, _signal: usize, link: NonNull<Link>) -> ! {
    let depth = recurse(0);
    // SAFETY: this is the fiber of `link`; no destructor is owed.
    unsafe { fiber::finish(link, MaybeUninit::uninit(), depth as usize) }
}

/// Runs a fiber that overflows `stack`.
fn overflow_on(stack: &Stack) {
    // SAFETY: the stack is used for this only, and kept.
    unsafe {
        let mut context = fiber::prepare(stack, overflowing);
        fiber::resume(&mut context, MaybeUninit::uninit(), 0);
    }
}

fn assert_reported(words: &str) {
    assert!(
        words.contains("fiber stack overflow: a fiber used up its stack of 65536 bytes (fault at"),
        "{words}"
    );
}

#[test]
fn an_overflow_is_reported_by_name() {
    let output = dies("an_overflow_is_reported_by_name", || {
        overflow::install().expect("installed");
        overflow_on(&Stack::new(SIZE).expect("a stack"));
    });
    assert_reported(&last_words(&output, libc::SIGABRT));
}

#[test]
fn a_protected_guard_is_reported_as_well() {
    let output = dies("a_protected_guard_is_reported_as_well", || {
        overflow::install().expect("installed");
        // The one that overflows is neither the first nor the last in the list.
        let stacks: Vec<_> = (0..600)
            .map(|_| Stack::with_protected_guard(SIZE).expect("a stack"))
            .collect();
        overflow_on(&stacks[399]);
    });
    assert_reported(&last_words(&output, libc::SIGABRT));
}

#[test]
fn other_threads_are_covered_once_installed() {
    let output = dies("other_threads_are_covered_once_installed", || {
        overflow::install().expect("installed");
        let thread = thread::spawn(|| {
            overflow::cover_thread().expect("covered");
            // Again does nothing.
            overflow::cover_thread().expect("covered");
            overflow_on(&Stack::new(SIZE).expect("a stack"));
        });
        let _ = thread.join();
    });
    assert_reported(&last_words(&output, libc::SIGABRT));
}

#[test]
fn covering_threads_that_end_leaves_nothing_behind() {
    overflow::install().expect("installed");
    for _ in 0..100 {
        thread::spawn(|| overflow::cover_thread().expect("covered"))
            .join()
            .expect("the thread ends well");
    }
}

#[test]
fn without_the_handler_the_process_dies_of_the_fault() {
    let output = dies("without_the_handler_the_process_dies_of_the_fault", || {
        overflow_on(&Stack::new(SIZE).expect("a stack"));
    });
    let words = last_words(&output, libc::SIGSEGV);
    assert!(!words.contains("fiber stack overflow"), "{words}");
}

#[test]
fn another_fault_takes_its_usual_course() {
    let output = dies("another_fault_takes_its_usual_course", || {
        overflow::install().expect("installed");
        let nowhere = black_box(16_usize) as *const u32;
        // SAFETY: none: the fault is what is tested.
        black_box(unsafe { nowhere.read_volatile() });
    });
    let words = last_words(&output, libc::SIGSEGV);
    assert!(!words.contains("overflow"), "{words}");
}

#[test]
fn a_signal_that_was_sent_takes_its_usual_course() {
    let output = dies("a_signal_that_was_sent_takes_its_usual_course", || {
        // The standard library's own handler takes a signal that was sent for one that will come
        // again, so it stands aside here.
        // SAFETY: the default needs no handler.
        unsafe { libc::signal(libc::SIGSEGV, libc::SIG_DFL) };
        overflow::install().expect("installed");
        // SAFETY: sends a signal to this process.
        unsafe { libc::raise(libc::SIGSEGV) };
    });
    last_words(&output, libc::SIGSEGV);
}

#[test]
fn an_overflow_of_a_thread_is_still_reported_by_the_standard_library() {
    let test = "an_overflow_of_a_thread_is_still_reported_by_the_standard_library";
    let output = dies(test, || {
        overflow::install().expect("installed");
        let thread = thread::Builder::new()
            .name("deep".to_owned())
            .spawn(|| recurse(0))
            .expect("a thread");
        let _ = thread.join();
    });
    let words = last_words(&output, libc::SIGABRT);
    assert!(words.contains("thread 'deep'"), "{words}");
    assert!(words.contains("has overflowed its stack"), "{words}");
    assert!(!words.contains("fiber stack overflow"), "{words}");
}

#[test]
fn a_handler_that_was_there_before_gets_other_faults() {
    extern "C" fn former(_signal: libc::c_int) {
        const WORDS: &[u8] = b"the former handler\n";
        // SAFETY: both may be called in a handler.
        unsafe {
            libc::write(libc::STDERR_FILENO, WORDS.as_ptr().cast(), WORDS.len());
            libc::_exit(3);
        }
    }
    let output = dies("a_handler_that_was_there_before_gets_other_faults", || {
        // SAFETY: the handler does what is allowed in one.
        unsafe { libc::signal(libc::SIGSEGV, former as *const () as libc::sighandler_t) };
        overflow::install().expect("installed");
        overflow::install().expect("installed again");
        let nowhere = black_box(16_usize) as *const u32;
        // SAFETY: none: the fault is what is tested.
        black_box(unsafe { nowhere.read_volatile() });
    });
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("the former handler"));
}
