//! The harness notices what it is meant to notice: each test here compares two bodies that
//! differ on purpose.
mod common;
use common::*;
use coro::runtime::fiber::direct;
use std::fmt::Debug;
use std::future::{Future, pending};
use std::panic::catch_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

const CLAIMS: Claims = Claims {
    call: "body(log)",
    bigger: None,
};

fn subject<'a, F: Future<Output: Debug> + 'a>(future: F) -> Subject<'a> {
    Subject::new(future, true)
}

/// The report on two bodies that differ.
#[track_caller]
fn report(rustc: Start, ours: Start) -> String {
    compare("test", rustc, ours, CLAIMS).expect_err("the bodies differ")
}

/// Two values are dropped at the end, in reverse.
fn two_values(log: &Log) -> Subject<'_> {
    subject(async {
        let first = log.drop_of("first");
        let second = log.drop_of("second");
        log.pend(1, ()).await;
        first.look() + second.look()
    })
}

#[test]
fn equal_bodies_are_equal() {
    assert_eq!(compare("test", two_values, two_values, CLAIMS), Ok(()));
}

#[test]
fn another_drop_order_is_found() {
    fn reversed(log: &Log) -> Subject<'_> {
        subject(async {
            let (second, first);
            first = log.drop_of("first");
            second = log.drop_of("second");
            log.pend(1, ()).await;
            first.look() + second.look()
        })
    }
    let report = report(two_values, reversed);
    assert!(report.contains("polled to the end"), "{report}");
    assert!(report.contains("> drop second"), "{report}");
}

#[test]
fn another_output_is_found() {
    fn one(log: &Log) -> Subject<'_> {
        subject(async { log.pend(1, 1).await })
    }
    fn two(log: &Log) -> Subject<'_> {
        subject(async { log.pend(1, 2).await })
    }
    assert!(report(one, two).contains("> output 1"));
}

#[test]
fn another_order_of_evaluation_is_found() {
    fn left(log: &Log) -> Subject<'_> {
        subject(async { (log.pend(1, "left").await, log.drop_of("right")) })
    }
    fn right(log: &Log) -> Subject<'_> {
        subject(async {
            let right = log.drop_of("right");
            (log.pend(1, "left").await, right)
        })
    }
    assert!(report(left, right).contains("the logs differ"));
}

#[test]
fn another_number_of_polls_is_found() {
    fn once(log: &Log) -> Subject<'_> {
        subject(async { log.pend(1, ()).await })
    }
    fn twice(log: &Log) -> Subject<'_> {
        subject(async { log.pend(2, ()).await })
    }
    assert!(report(once, twice).contains("the logs differ"));
}

/// Wraps a future, and is wrong in one way.
struct Wrong<F> {
    inner: Option<Pin<Box<F>>>,
    fault: Wrongness,
    polls: usize,
}

#[derive(PartialEq)]
enum Wrongness {
    /// Dropped while suspended, it forgets all that it holds.
    LeaksOnCancel,
    /// Polled after completion, it says that it is ready.
    ReadyAgain,
    /// Polled after completion, it panics with a message that names nothing.
    Nameless,
    /// It returns `Pending` once where the body does not, and wakes nobody.
    ExtraPoll,
    /// It drops the body with a panic still caught in it, and hides the panic.
    SwallowsPanics,
}

fn wrong<'a>(log: &'a Log, fault: Wrongness) -> Subject<'a> {
    let inner = async {
        let first = log.drop_of("first");
        let second = log.drop_of("second");
        log.pend(1, ()).await;
        first.look() + second.look()
    };
    subject(Wrong {
        inner: Some(Box::pin(inner)),
        fault,
        polls: 0,
    })
}

impl<F: Future<Output = usize>> Future for Wrong<F> {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<usize> {
        let this = self.get_mut();
        this.polls += 1;
        if this.fault == Wrongness::ExtraPoll && this.polls == 1 {
            return Poll::Pending;
        }
        let Some(inner) = &mut this.inner else {
            match this.fault {
                Wrongness::ReadyAgain => return Poll::Ready(0),
                Wrongness::Nameless => panic!("spent"),
                _ => panic!("body was polled after completion"),
            }
        };
        let output = if this.fault == Wrongness::SwallowsPanics {
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                inner.as_mut().poll(context)
            }));
            ready!(caught.unwrap_or(Poll::Ready(0)))
        } else {
            ready!(inner.as_mut().poll(context))
        };
        this.inner = None;
        Poll::Ready(output)
    }
}

impl<F> Drop for Wrong<F> {
    fn drop(&mut self) {
        if self.fault == Wrongness::LeaksOnCancel {
            std::mem::forget(self.inner.take());
        }
    }
}

#[test]
fn a_leak_on_cancellation_is_found() {
    let report = report(two_values, |log| wrong(log, Wrongness::LeaksOnCancel));
    assert!(report.contains("dropped after poll 1"), "{report}");
}

#[test]
fn a_second_completion_is_found() {
    let report = report(two_values, |log| wrong(log, Wrongness::ReadyAgain));
    assert!(report.contains("let itself be polled again"), "{report}");
}

#[test]
fn a_nameless_refusal_is_found() {
    let report = report(two_values, |log| wrong(log, Wrongness::Nameless));
    assert!(report.contains("does not name the coroutine"), "{report}");
}

#[test]
fn an_extra_poll_is_found() {
    let report = report(two_values, |log| wrong(log, Wrongness::ExtraPoll));
    assert!(report.contains("polled to the end"), "{report}");
}

#[test]
fn a_swallowed_panic_is_found() {
    let report = report(two_values, |log| wrong(log, Wrongness::SwallowsPanics));
    assert!(report.contains("panic in step"), "{report}");
}

#[test]
fn a_body_that_never_suspends_is_refused() {
    fn ready(log: &Log) -> Subject<'_> {
        subject(async { log.ready(1).await })
    }
    assert!(report(ready, ready).contains("never suspends"));
}

#[test]
fn a_larger_future_is_refused_without_a_reason() {
    fn larger(log: &Log) -> Subject<'_> {
        subject(async {
            let room = [1_u8; 64];
            let first = log.drop_of("first");
            let second = log.drop_of("second");
            log.pend(1, ()).await;
            std::hint::black_box(&room);
            first.look() + second.look()
        })
    }
    assert!(report(two_values, larger).contains("bytes"));
    let claims = Claims {
        bigger: Some("it holds a buffer"),
        ..CLAIMS
    };
    assert_eq!(compare("test", two_values, larger, claims), Ok(()));
}

#[test]
fn another_answer_to_send_is_found() {
    fn local(log: &Log) -> Subject<'_> {
        Subject::new(async { log.pend(1, ()).await }, false)
    }
    fn shared(log: &Log) -> Subject<'_> {
        Subject::new(async { log.pend(1, ()).await }, true)
    }
    assert!(report(local, shared).contains("`Send` differs"));
}

async fn holds_nothing() {
    drop(Rc::new(()));
    pending().await
}

async fn holds_a_local_value() {
    let held = Rc::new(());
    pending::<()>().await;
    drop(held);
}

#[test]
fn the_probe_tells_send() {
    assert!(Probe::of(&holds_nothing()).is_send());
    assert!(!Probe::of(&holds_a_local_value()).is_send());
}

#[test]
fn a_leaf_that_moved_is_reported() {
    let log = Log::new();
    let mut context = Context::from_waker(std::task::Waker::noop());
    let mut slots = [Some(log.pend(2, ())), None];
    for index in [0, 1] {
        if index == 1 {
            slots.swap(0, 1);
        }
        let leaf = slots[index].as_mut().expect("the leaf is here");
        // SAFETY: none: the leaf is moved afterwards, to see whether it notices. It holds no
        // pointer to itself.
        let leaf = unsafe { Pin::new_unchecked(leaf) };
        assert!(leaf.poll(&mut context).is_pending());
    }
    assert!(log.events().contains(&"leaf 1 has moved".to_owned()));
}

#[test]
fn direct_style_is_compared() {
    fn two_values_directly(log: &Log) {
        let first = log.drop_of("first");
        let second = log.drop_of("second");
        direct::wait(log.pend(1, ()));
        log.record(format!("output {}", first.look() + second.look()));
        drop(second);
        drop(first);
    }
    let compare = || check_direct("test", two_values, Some(two_values_directly));
    let report = catch_unwind(compare).expect_err("the output is logged before the drops");
    let report = report.downcast::<String>().expect("a report");
    assert!(report.contains("in direct style on a fiber"), "{report}");
    assert!(report.contains("> drop second"), "{report}");
}

// The attribute is on some functions only, and on some of an `impl` and a `trait`; a third
// copy is written by hand.
same! {
    mod items_of_every_kind_pass_the_macro;
    start |log| body(log, log.drop_of("argument"));
    bigger "the copy by hand has one local more";
    by_hand {
        #[coro::coroutine]
        async fn body(log: &Log, argument: Noisy) -> usize {
            let argument = argument;
            log.pend(1, ()).await;
            argument.look() + log.pend(1, 3).await
        }
    }
    trait Number {
        const NUMBER: usize;
        #[coro::coroutine]
        async fn number(&self, log: &Log) -> usize {
            log.pend(1, Self::NUMBER).await
        }
    }
    struct Three;
    impl Number for Three {
        const NUMBER: usize = 3;
    }
    #[coro::coroutine]
    async fn body(log: &Log, argument: Noisy) -> usize {
        helper(log).await;
        argument.look() + Three.number(log).await
    }
    async fn helper(log: &Log) {
        log.pend(1, ()).await;
    }
}
