//! Runs bodies in direct style, on a thread and on a fiber, and compares what they log with rustc's.
use super::{Fault, Log, Plan, Run, Start, are_drops_faulty, difference, guarded, run};
use coro::runtime::fiber::Builder;
use std::future::Future;
use std::task::{Context, Waker};

/// Calls the body and logs its output.
pub(crate) type Direct = fn(&Log);

/// Compares and panics with a report of the first difference. Called by `same!`.
#[track_caller]
pub(crate) fn check_direct(name: &str, rustc: Start, direct: Option<Direct>) {
    let one_side_only = std::env::var_os("CORO_SIDE").is_some();
    let Some(direct) = direct.filter(|_| !one_side_only) else {
        return;
    };
    let same = |plan| same(plan, rustc, direct).unwrap_or_else(|report| panic!("{name}, {report}"));
    let whole = same(Plan::default());
    // A fiber that was never polled has made no arguments yet.
    for count in 1..whole.polls {
        same(Plan {
            cancel_after: Some(count),
            ..Plan::default()
        });
    }
    let steps = (1..=whole.steps).map(Fault::Step);
    let drops = (1..=whole.drops).map(Fault::Drop);
    for fault in steps.chain(drops.filter(|_| are_drops_faulty())) {
        same(Plan {
            fault: Some(fault),
            ..Plan::default()
        });
    }
}

/// One scenario; the error is a report of the first difference.
fn same(plan: Plan, rustc: Start, direct: Direct) -> Result<Run, String> {
    let rustc = run(rustc, plan);
    let expected: Vec<String> = rustc
        .events
        .iter()
        .filter(|event| !is_of_a_future(event))
        .cloned()
        .collect();
    let on_a_fiber = on_a_fiber(direct, plan);
    if on_a_fiber != expected {
        return Err(format!(
            "in direct style on a fiber: {}",
            difference(&expected, &on_a_fiber)
        ));
    }
    if plan.cancel_after.is_none() {
        let on_a_thread = on_a_thread(direct, plan);
        if on_a_thread != expected {
            return Err(format!(
                "in direct style on a thread: {}",
                difference(&expected, &on_a_thread)
            ));
        }
    }
    Ok(rustc)
}

/// Whether an event is about a future from outside, which direct style has none of.
fn is_of_a_future(event: &str) -> bool {
    event.starts_with("poll ") || event.starts_with("woken in poll ") || event == "drop the future"
}

fn on_a_thread(direct: Direct, plan: Plan) -> Vec<String> {
    let log = Log::new();
    log.arm(plan.fault);
    guarded(&log, || direct(&log));
    log.events()
}

fn on_a_fiber(direct: Direct, plan: Plan) -> Vec<String> {
    let log = Log::new();
    log.arm(plan.fault);
    let own = log.clone();
    let fiber = Builder::new().future(move || direct(&own));
    let mut fiber = Box::pin(fiber.expect("a stack"));
    let mut context = Context::from_waker(Waker::noop());
    let mut polls = 0;
    while plan.cancel_after.is_none_or(|count| polls < count) {
        polls += 1;
        match guarded(&log, || fiber.as_mut().poll(&mut context)) {
            Some(poll) if poll.is_pending() => {}
            Some(_) | None => break,
        }
    }
    log.arm(None);
    drop(fiber);
    log.events()
}
