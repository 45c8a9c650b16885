//! The example that builds fibers from scratch does what it says.
#![cfg(target_arch = "x86_64")]

#[path = "../examples/fibers_from_scratch.rs"]
#[allow(dead_code, reason = "its `main` is for the example alone")]
mod example;

use example::fibers::{Runtime, run, yield_now};
use std::cell::Cell;

#[test]
fn two_fibers_take_turns() {
    assert_eq!(
        run(),
        [
            "short starts",
            "short counts 1",
            "long starts",
            "long counts 1",
            "short counts 2",
            "long counts 2",
            "short ends",
            "long counts 3",
            "long counts 4",
            "long ends",
        ]
    );
}

#[test]
fn many_fibers_keep_their_locals() {
    thread_local! {
        static NEXT: Cell<u64> = const { Cell::new(0) };
        static SUM: Cell<u64> = const { Cell::new(0) };
    }
    extern "C" fn add() {
        let own = NEXT.replace(NEXT.get() + 1);
        let mut total = 0;
        // Formatting uses vector registers, whose spills fault on a misaligned stack.
        let text = format!("{:>20.3}", own as f64);
        for _ in 0..10 {
            total += own;
            yield_now();
        }
        assert_eq!(text, format!("{:>20.3}", own as f64));
        SUM.set(SUM.get() + total);
    }
    let mut runtime = Runtime::new();
    for _ in 0..100 {
        runtime.spawn(add);
    }
    runtime.run();
    assert_eq!(SUM.get(), 10 * (99 * 100) / 2);
}

#[test]
#[should_panic = "there is no fiber to yield"]
fn yielding_outside_of_a_fiber_panics() {
    yield_now();
}
