//! Drives two futures through the same scenarios and compares what they logged.
mod direct;

use super::log::{Fault, Injected, Log};
use std::any::Any;
use std::cell::Cell;
use std::fmt::{Debug, Write};
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Wake, Waker};

pub(crate) use direct::{Direct, check_direct};

/// A body that never gets ready within so many polls is a mistake.
const MOST_POLLS: usize = 1000;

/// A future under test, boxed, and what was measured before.
pub(crate) struct Subject<'a> {
    machine: Box<dyn Machine + 'a>,
    size: usize,
    is_send: bool,
}

impl<'a> Subject<'a> {
    pub(crate) fn new<F>(future: F, is_send: bool) -> Subject<'a>
    where
        F: Future<Output: Debug> + 'a,
    {
        Subject {
            size: size_of_val(&future),
            machine: Box::new(Box::pin(future)),
            is_send,
        }
    }
}

/// Calls the body.
pub(crate) type Start = for<'a> fn(&'a Log) -> Subject<'a>;

/// A future whose output was forgotten, except in the log.
trait Machine {
    /// Whether the future is ready. The output is logged, then dropped.
    fn poll(&mut self, context: &mut Context<'_>, log: &Log) -> bool;
}

impl<F: Future<Output: Debug>> Machine for Pin<Box<F>> {
    fn poll(&mut self, context: &mut Context<'_>, log: &Log) -> bool {
        match self.as_mut().poll(context) {
            Poll::Pending => false,
            Poll::Ready(output) => {
                log.record(format!("output {output:?}"));
                true
            }
        }
    }
}

/// Tells by method lookup whether a value that nobody can name the type of is `Send`:
/// `(&Probe::of(&value)).is_send()`, with both traits of the lookup in scope.
pub(crate) struct Probe<T: ?Sized>(PhantomData<fn() -> PhantomData<T>>);

impl<T> Probe<T> {
    pub(crate) fn of(_value: &T) -> Probe<T> {
        Probe(PhantomData)
    }
}

impl<T: Send> Probe<T> {
    pub(crate) fn is_send(&self) -> bool {
        true
    }
}

/// Found only where the inherent method of [`Probe`] does not apply.
pub(crate) trait ProbeFallback {
    fn is_send(&self) -> bool {
        false
    }
}

impl<T> ProbeFallback for Probe<T> {}

/// One scenario.
#[derive(Clone, Copy, Default)]
struct Plan {
    /// Drop the future after so many polls, or run it to its end.
    cancel_after: Option<usize>,
    /// Panic while it is made or polled.
    fault: Option<Fault>,
    /// Panic at this drop of the cancellation.
    fault_in_cancel: Option<usize>,
    /// Poll it once more than is allowed.
    poll_again: bool,
}

impl Plan {
    fn describe(self) -> String {
        let mut text = match self.cancel_after {
            Some(0) => "dropped without a poll".to_owned(),
            Some(count) => format!("dropped after poll {count}"),
            None => "polled to the end".to_owned(),
        };
        match self.fault {
            Some(Fault::Step(number)) => write!(text, ", panic in step {number}"),
            Some(Fault::Drop(number)) => write!(text, ", panic in drop {number}"),
            None => Ok(()),
        }
        .expect("a string can be written to");
        if let Some(number) = self.fault_in_cancel {
            write!(text, ", panic in drop {number} of the cancellation")
                .expect("a string can be written to");
        }
        if self.poll_again {
            text.push_str(", polled once more");
        }
        text
    }
}

/// What came of a scenario.
#[derive(Default)]
struct Run {
    events: Vec<String>,
    polls: usize,
    completed: bool,
    size: usize,
    is_send: bool,
    /// While the future was made and polled.
    steps: usize,
    drops: usize,
    /// While it was dropped in the end.
    drops_in_cancel: usize,
    /// The message of the panic on the poll that was one too many.
    refusal: Option<String>,
}

fn run(start: Start, plan: Plan) -> Run {
    silence_expected_panics();
    let log = Log::new();
    let mut outcome = Run::default();
    log.arm(plan.fault);
    // A panic may happen in here already: the arguments are made by steps.
    let Some(mut subject) = guarded(&log, || start(&log)) else {
        outcome.events = log.events();
        return outcome;
    };
    outcome.size = subject.size;
    outcome.is_send = subject.is_send;
    let mut spent = false;
    while !spent && plan.cancel_after.is_none_or(|count| outcome.polls < count) {
        outcome.polls += 1;
        assert!(outcome.polls <= MOST_POLLS, "the body is never ready");
        let number = outcome.polls;
        log.record(format!("poll {number}"));
        let waker = Waker::from(Arc::new(LoggedWaker(log.clone(), number)));
        let mut context = Context::from_waker(&waker);
        match guarded(&log, || subject.machine.poll(&mut context, &log)) {
            Some(true) => {
                outcome.completed = true;
                spent = true;
            }
            Some(false) => {}
            None => spent = true,
        }
    }
    (outcome.steps, outcome.drops) = log.counts();
    log.arm(None);
    if plan.poll_again && spent {
        outcome.refusal = poll_again(&mut subject, &log);
    }
    log.record("drop the future".to_owned());
    log.arm(plan.fault_in_cancel.map(Fault::Drop));
    guarded(&log, || drop(subject));
    (_, outcome.drops_in_cancel) = log.counts();
    outcome.events = log.events();
    outcome
}

/// Catches and logs a panic.
fn guarded<T>(log: &Log, act: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(value) => Some(value),
        Err(payload) => {
            log.record(format!("panicked: {}", message(&*payload)));
            None
        }
    }
}

/// Polls a future that has nothing left to do. Returns the message of its panic.
fn poll_again(subject: &mut Subject<'_>, log: &Log) -> Option<String> {
    let waker = Waker::from(Arc::new(LoggedWaker(log.clone(), 0)));
    let mut context = Context::from_waker(&waker);
    EXPECTED.set(true);
    let polled = catch_unwind(AssertUnwindSafe(|| subject.machine.poll(&mut context, log)));
    EXPECTED.set(false);
    polled.err().map(|payload| message(&*payload))
}

fn message(payload: &(dyn Any + Send)) -> String {
    if payload.is::<Injected>() {
        "injected".to_owned()
    } else if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "unknown payload".to_owned()
    }
}

thread_local! {
    /// Whether this thread is about to poll a future that ought to refuse it.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Injected panics call no hook; this keeps the refusals of spent futures quiet.
fn silence_expected_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !EXPECTED.get() {
                print(info);
            }
        }));
    });
}

/// The waker of one poll: a future that keeps an old one is found out by the number.
struct LoggedWaker(Log, usize);

impl Wake for LoggedWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.record(format!("woken in poll {}", self.1));
    }
}

/// What a test says about itself.
#[derive(Clone, Copy)]
pub(crate) struct Claims {
    /// The text of the call that makes the future: it contains the coroutine's name.
    pub(crate) call: &'static str,
    /// Why the coroutine may be larger than rustc's future.
    pub(crate) bigger: Option<&'static str>,
}

/// Compares and panics with a report of the first difference. Called by `same!`.
#[track_caller]
pub(crate) fn check(name: &str, rustc: Start, ours: Start, claims: Claims) {
    if let Err(report) = compare(name, rustc, ours, claims) {
        panic!("{report}");
    }
}

/// Compares; the error is a report of the first difference.
pub(crate) fn compare(name: &str, rustc: Start, ours: Start, claims: Claims) -> Result<(), String> {
    let (rustc, ours) = sides(rustc, ours);
    let comparison = Comparison {
        name,
        rustc,
        ours,
        call: claims.call,
    };
    let whole = comparison.same(Plan::default())?;
    if !whole.completed {
        return Err(format!(
            "{name}: the body panics by itself{}",
            listing(&whole.events)
        ));
    }
    if whole.polls < 2 {
        return Err(format!("{name}: the body never suspends: it tests nothing"));
    }
    comparison.sizes(claims.bigger)?;
    comparison.same(Plan {
        poll_again: true,
        ..Plan::default()
    })?;
    for count in 0..whole.polls {
        comparison.cancellation(count)?;
    }
    for number in 1..=whole.steps {
        comparison.fault(Fault::Step(number))?;
    }
    if are_drops_faulty() {
        for number in 1..=whole.drops {
            comparison.fault(Fault::Drop(number))?;
        }
    }
    Ok(())
}

/// Whether to panic in drops. Not with `CORO_SOUND_DROPS`: what else would be dropped then may
/// leak, on either side.
fn are_drops_faulty() -> bool {
    std::env::var_os("CORO_SOUND_DROPS").is_none()
}

/// What to run: with `CORO_SIDE` set to `rustc` or `ours`, one of the two on both sides, for tools
/// that report what a whole process does.
fn sides(rustc: Start, ours: Start) -> (Start, Start) {
    match std::env::var("CORO_SIDE").as_deref() {
        Err(_) => (rustc, ours),
        Ok("rustc") => (rustc, rustc),
        Ok("ours") => (ours, ours),
        Ok(side) => panic!("CORO_SIDE is `rustc` or `ours`, not `{side}`"),
    }
}

struct Comparison<'a> {
    name: &'a str,
    rustc: Start,
    ours: Start,
    call: &'a str,
}

impl Comparison<'_> {
    /// Dropped after so many polls, and with a panic in each of the drops that this causes.
    fn cancellation(&self, count: usize) -> Result<(), String> {
        let plan = Plan {
            cancel_after: Some(count),
            ..Plan::default()
        };
        let drops = self.same(plan)?.drops_in_cancel;
        for number in (1..=drops).filter(|_| are_drops_faulty()) {
            self.same(Plan {
                fault_in_cancel: Some(number),
                ..plan
            })?;
        }
        Ok(())
    }

    /// A panic on the way, then dropped; and once more with a poll in between.
    fn fault(&self, fault: Fault) -> Result<(), String> {
        for poll_again in [false, true] {
            self.same(Plan {
                fault: Some(fault),
                poll_again,
                ..Plan::default()
            })?;
        }
        Ok(())
    }

    /// One scenario for both.
    fn same(&self, plan: Plan) -> Result<Run, String> {
        let rustc = run(self.rustc, plan);
        let ours = run(self.ours, plan);
        match (&rustc.refusal, &ours.refusal) {
            (None, None) => {}
            (Some(_), Some(message)) if self.names_the_coroutine(message) => {}
            (Some(_), Some(message)) => {
                let detail = format!("the panic does not name the coroutine: {message}");
                return Err(self.report(plan, &detail));
            }
            (Some(_), None) => {
                return Err(self.report(plan, "the coroutine let itself be polled again"));
            }
            (None, Some(message)) => {
                let detail = format!("only the coroutine refused the poll: {message}");
                return Err(self.report(plan, &detail));
            }
        }
        if rustc.events != ours.events {
            return Err(self.report(plan, &difference(&rustc.events, &ours.events)));
        }
        if (rustc.polls, rustc.completed) != (ours.polls, ours.completed) {
            return Err(self.report(plan, "the numbers of polls differ"));
        }
        Ok(rustc)
    }

    /// Loosely: a word of the message is a word of the call. rustc's own message passes too,
    /// because a coroutine may await one of rustc's futures in tail position.
    fn names_the_coroutine(&self, message: &str) -> bool {
        fn words(text: &str) -> impl Iterator<Item = &str> {
            text.split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|word| !word.is_empty() && *word != "log")
        }
        message.starts_with("`async fn` resumed after")
            || message.starts_with("`coro::future!` resumed after")
            || words(self.call).any(|name| words(message).any(|word| word == name))
    }

    /// Sizes and `Send`.
    fn sizes(&self, bigger: Option<&str>) -> Result<(), String> {
        let plan = Plan {
            cancel_after: Some(0),
            ..Plan::default()
        };
        let rustc = run(self.rustc, plan);
        least_bytes(0);
        let ours = run(self.ours, plan);
        if std::env::var_os("CORO_SIZES").is_some() {
            let least = least_bytes(ours.size).map(|bytes| bytes.to_string());
            println!(
                "size\t{}\trustc {}\tours {}\tleast {}\t{}",
                self.name,
                rustc.size,
                ours.size,
                least.unwrap_or_default(),
                bigger.unwrap_or_default()
            );
        }
        if rustc.is_send != ours.is_send {
            let detail = format!("rustc: {}, ours: {}", rustc.is_send, ours.is_send);
            return Err(format!("{}: `Send` differs: {detail}", self.name));
        }
        if ours.size > rustc.size && bigger.is_none() {
            return Err(format!(
                "{}: the coroutine takes {} bytes, rustc's future {}",
                self.name, ours.size, rustc.size
            ));
        }
        Ok(())
    }

    fn report(&self, plan: Plan, detail: &str) -> String {
        format!("{} ({}): {detail}", self.name, plan.describe())
    }
}

/// What a frame of this size, which has just been entered, cannot do without: known with
/// `--cfg coro_sizes`, and if the tests run on one thread.
#[cfg(coro_sizes)]
fn least_bytes(size: usize) -> Option<usize> {
    coro::__private::least_bytes(size)
}

#[cfg(not(coro_sizes))]
fn least_bytes(_: usize) -> Option<usize> {
    None
}

/// Both logs up to a little after the first difference.
fn difference(rustc: &[String], ours: &[String]) -> String {
    let common = rustc.iter().zip(ours).take_while(|(a, b)| a == b).count();
    let line =
        |log: &[String], index: usize| log.get(index).map_or_else(|| "-".to_owned(), String::clone);
    let mut text = format!("the logs differ\n    {:<36}{}\n", "rustc", "ours");
    let end = (common + 6).min(rustc.len().max(ours.len()));
    for index in 0..end {
        let mark = if index == common { ">" } else { " " };
        let (left, right) = (line(rustc, index), line(ours, index));
        writeln!(text, "  {mark} {left:<36}{right}").expect("a string can be written to");
    }
    text
}

fn listing(events: &[String]) -> String {
    events.iter().fold(String::new(), |mut text, event| {
        text.push_str("\n    ");
        text.push_str(event);
        text
    })
}
