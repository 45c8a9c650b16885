//! Fibers by themselves: values, panics, drops, and everything that one should not do with them.

use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::env;
use std::io;
use std::mem;
use std::os::unix::process::ExitStatusExt;
use std::panic::{self, AssertUnwindSafe, catch_unwind, panic_any};
use std::process::{Command, Output};
use std::rc::Rc;

use coro_runtime::fiber::{
    Builder, Fiber, Guard, PoolLimits, Resumed, SIZE_AT_LEAST, ScopedFiber, Stack, Yielder,
    overflow, scoped, set_pool_limits,
};

/// Notes what happens, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn note(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }

    /// A value that notes when it is dropped.
    fn noted(&self, name: &str) -> Noted {
        Noted(self.clone(), name.to_owned())
    }
}

struct Noted(Log, String);

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.note(format!("drop {}", self.1));
    }
}

/// The message of a panic in `body`.
fn message<T>(body: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(body)) else {
        panic!("no panic came out");
    };
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().expect("a text")).to_owned(),
    }
}

/// Runs this test in a process of its own; in there, runs `case` and does not return.
fn in_child(test: &str, case: impl FnOnce()) -> Output {
    if env::var_os("CHILD").is_some() {
        case();
        std::process::exit(77);
    }
    Command::new(env::current_exe().expect("a test has a program"))
        .args(["--exact", test, "--nocapture"])
        .env("CHILD", "1")
        .output()
        .expect("the program starts again")
}

#[test]
fn values_of_any_size_cross_in_both_directions() {
    fn echo<T: Clone + PartialEq + std::fmt::Debug + 'static>(values: [T; 3]) {
        let [a, b, c] = values;
        let mut fiber = Fiber::new(|yielder, first: T| {
            let second = yielder.suspend(first);
            let third = yielder.suspend(second);
            (third.clone(), third)
        });
        assert_eq!(fiber.resume(a.clone()), Resumed::Yielded(a));
        assert_eq!(fiber.resume(b.clone()), Resumed::Yielded(b));
        assert_eq!(fiber.resume(c.clone()), Resumed::Returned((c.clone(), c)));
        assert!(fiber.is_over());
    }
    #[repr(align(128))]
    #[derive(Clone, Debug, PartialEq)]
    struct Wide(u8);

    echo([(), (), ()]);
    echo([1_u8, 2, 3]);
    echo([1.5_f64, 2.5, 3.5]);
    echo(["a", "bb", "ccc"]);
    echo([(1_u8, 2_u32), (3, 4), (5, 6)]);
    echo(["a".to_owned(), "b".to_owned(), String::new()]);
    echo([Some(Box::new(1)), None, Some(Box::new(3))]);
    echo([[1_u64; 100], [2; 100], [3; 100]]);
    echo([Wide(1), Wide(2), Wide(3)]);
    echo([Rc::new(RefCell::new(1)), Rc::default(), Rc::default()]);
}

#[test]
fn each_value_is_dropped_once() {
    let log = Log::default();
    let mut fiber = Fiber::new(|yielder: &Yielder<(Noted, u64), (u64, Noted)>, first| {
        let (first, _) = first;
        let (second, _) = yielder.suspend((1, first));
        drop(second);
        "end"
    });
    let yielded = fiber.resume((log.noted("first"), 0)).yielded().unwrap();
    assert!(log.take().is_empty());
    drop(yielded);
    assert_eq!(log.take(), ["drop first"]);
    assert_eq!(
        fiber.resume((log.noted("second"), 0)).returned(),
        Some("end")
    );
    assert_eq!(log.take(), ["drop second"]);
}

#[test]
fn a_generator_yields_and_ends() {
    let mut letters = Fiber::new(|yielder: &Yielder<(), char>, ()| {
        for letter in "abc".chars() {
            yielder.suspend(letter);
        }
    });
    assert_eq!(letters.by_ref().collect::<String>(), "abc");
    assert_eq!(letters.next(), None);
    assert!(letters.is_over());
}

#[test]
fn fibers_nest_and_each_yields_to_its_resumer() {
    let mut outer = Fiber::new(|outer, ()| {
        let mut inner = Fiber::new(|inner, start: u32| {
            for number in start.. {
                inner.suspend(number);
            }
        });
        let mut sum = 0;
        for start in 5..8 {
            sum += inner.resume(start).yielded().unwrap();
            outer.suspend(sum);
        }
        sum
    });
    assert_eq!(outer.resume(()), Resumed::Yielded(5));
    assert_eq!(outer.resume(()), Resumed::Yielded(11));
    assert_eq!(outer.resume(()), Resumed::Yielded(18));
    assert_eq!(outer.resume(()), Resumed::Returned(18));
}

#[test]
fn a_suspended_fiber_may_be_resumed_from_another_fiber() {
    let mut shared = Fiber::new(|yielder, mut number: u32| {
        loop {
            number += yielder.suspend(number);
        }
    });
    let _: Resumed<u32, ()> = shared.resume(1);
    let mut other = Fiber::<(), (), _>::new(move |_, ()| {
        let _ = shared.resume(10);
        shared
    });
    let mut shared = other.resume(()).returned().unwrap();
    drop(other);
    assert_eq!(shared.resume(100), Resumed::Yielded(111));
}

#[test]
fn a_panic_goes_on_in_the_resumer_and_ends_the_fiber() {
    let log = Log::default();
    let copy = log.clone();
    let mut fiber = Fiber::<(), (), ()>::new(move |yielder, ()| {
        let _outer = copy.noted("outer");
        let _inner = copy.noted("inner");
        yielder.suspend(());
        panic_any("from within".to_owned());
    });
    let _ = fiber.resume(());
    assert!(log.take().is_empty());
    assert_eq!(message(|| fiber.resume(())), "from within");
    assert_eq!(log.take(), ["drop inner", "drop outer"]);
    assert!(fiber.is_over());
    assert_eq!(
        message(|| fiber.resume(())),
        "a fiber that is over was resumed"
    );
}

#[test]
fn a_panic_crosses_nested_fibers() {
    let mut outer = Fiber::<(), (), ()>::new(|_, ()| {
        let mut inner = Fiber::<(), (), ()>::new(|_, ()| panic_any(7_u8));
        let _ = inner.resume(());
    });
    let payload = catch_unwind(AssertUnwindSafe(|| outer.resume(()))).expect_err("it panics");
    assert_eq!(payload.downcast_ref::<u8>(), Some(&7));
    assert!(!std::thread::panicking());
}

#[test]
fn resuming_after_the_end_panics() {
    let mut fiber = Fiber::<(), (), _>::new(|_, ()| 1);
    assert_eq!(fiber.resume(()), Resumed::Returned(1));
    for _ in 0..2 {
        assert_eq!(
            message(|| fiber.resume(())),
            "a fiber that is over was resumed"
        );
    }
}

#[test]
fn resuming_from_inside_itself_panics_before_it_does_harm() {
    type Slot = Rc<RefCell<Option<Fiber<(), (), String>>>>;
    let slot = Slot::default();
    let copy = Rc::clone(&slot);
    *slot.borrow_mut() = Some(Fiber::new(move |yielder, ()| {
        let inside = message(|| copy.borrow_mut().as_mut().unwrap().resume(()));
        // Nor can it drop itself.
        let dropped = message(|| *copy.borrow_mut() = None);
        yielder.suspend(());
        inside + &dropped
    }));
    let resume = || slot.borrow_mut().as_mut().unwrap().resume(());
    assert_eq!(resume(), Resumed::Yielded(()));
    let messages = resume().returned().unwrap();
    assert_eq!(messages.matches("already").count(), 2, "{messages}");
}

#[test]
fn dropping_a_fiber_that_never_ran_drops_its_closure() {
    let log = Log::default();
    let captured = log.noted("captured");
    drop(Fiber::<(), (), ()>::new(move |_, ()| drop(captured)));
    assert_eq!(log.take(), ["drop captured"]);
}

#[test]
fn dropping_a_suspended_fiber_runs_destructors_innermost_first() {
    fn deep(depth: u32, log: &Log, yielder: &Yielder<(), ()>) {
        let _noted = log.noted(&depth.to_string());
        if depth < 3 {
            deep(depth + 1, log, yielder);
        } else {
            yielder.suspend(());
            log.note("never");
        }
    }
    let log = Log::default();
    let copy = log.clone();
    let mut fiber = Fiber::new(move |yielder, ()| deep(1, &copy, yielder));
    assert_eq!(fiber.next(), Some(()));
    drop(fiber);
    assert_eq!(log.take(), ["drop 3", "drop 2", "drop 1"]);
    assert!(!std::thread::panicking());
}

#[test]
fn cancelling_is_not_reported_by_the_panic_hook() {
    let output = in_child("cancelling_is_not_reported_by_the_panic_hook", || {
        panic::set_hook(Box::new(|_| std::process::exit(3)));
        let mut fiber = Fiber::new(|yielder, ()| yielder.suspend(()));
        assert_eq!(fiber.next(), Some(()));
        drop(fiber);
    });
    assert_eq!(output.status.code(), Some(77), "{output:?}");
}

#[test]
fn a_fiber_that_is_dropped_by_a_panic_unwinds_as_well() {
    let log = Log::default();
    let copy = log.clone();
    let text = message(move || {
        let mut fiber = Fiber::new(move |yielder, ()| {
            let _noted = copy.noted("inside");
            yielder.suspend(());
        });
        assert_eq!(fiber.next(), Some(()));
        panic_any("outside".to_owned());
    });
    assert_eq!(text, "outside");
    assert_eq!(log.take(), ["drop inside"]);
}

#[test]
fn dropping_a_fiber_drops_the_suspended_ones_that_it_holds() {
    let log = Log::default();
    let copy = log.clone();
    let mut outer = Fiber::new(move |outer, ()| {
        let log = copy.clone();
        let mut inner = Fiber::new(move |inner: &Yielder<(), ()>, ()| {
            let _noted = log.noted("inner");
            inner.suspend(());
        });
        let _noted = copy.noted("outer");
        inner.next();
        outer.suspend(());
    });
    outer.next();
    drop(outer);
    assert_eq!(log.take(), ["drop outer", "drop inner"]);
}

#[test]
fn a_cancelled_fiber_that_catches_everything_ends_nevertheless() {
    let log = Log::default();
    let copy = log.clone();
    let mut fiber = Fiber::new(move |yielder: &Yielder<(), ()>, ()| {
        let mut rounds = 0;
        while rounds < 3 || !yielder.is_cancelled() {
            rounds += 1;
            let _ = catch_unwind(AssertUnwindSafe(|| yielder.suspend(())));
        }
        copy.note(format!("{rounds} rounds"));
        copy.noted("returned")
    });
    assert!(fiber.resume(()).yielded().is_some());
    drop(fiber);
    assert_eq!(log.take(), ["3 rounds", "drop returned"]);
}

#[test]
fn another_panic_during_a_cancellation_comes_out_of_the_drop() {
    let mut fiber = Fiber::new(move |yielder: &Yielder<(), ()>, ()| {
        if catch_unwind(AssertUnwindSafe(|| yielder.suspend(()))).is_err() {
            panic_any("instead".to_owned());
        }
    });
    fiber.next();
    assert_eq!(message(move || drop(fiber)), "instead");

    // And so does one of a closure that never ran.
    struct Loud;
    impl Drop for Loud {
        fn drop(&mut self) {
            panic_any("loud".to_owned());
        }
    }
    let loud = Loud;
    let fiber = Fiber::<(), (), ()>::new(move |_, ()| drop(loud));
    assert_eq!(message(move || drop(fiber)), "loud");
}

#[test]
fn the_payload_of_one_cancellation_is_an_ordinary_panic_elsewhere() {
    let kept = Rc::new(Cell::new(None));
    let copy = Rc::clone(&kept);
    let mut fiber = Fiber::new(move |yielder: &Yielder<(), ()>, ()| {
        copy.set(catch_unwind(AssertUnwindSafe(|| yielder.suspend(()))).err());
    });
    fiber.next();
    drop(fiber);
    let payload = kept.take().expect("the payload was kept");
    let mut other = Fiber::<(), (), ()>::new(move |_, ()| panic::resume_unwind(payload));
    assert!(catch_unwind(AssertUnwindSafe(|| other.resume(()))).is_err());
    assert!(other.is_over());
}

#[test]
fn a_suspend_in_a_destructor_during_a_cancellation_aborts() {
    struct Suspends<'a>(&'a Yielder<(), ()>);
    impl Drop for Suspends<'_> {
        fn drop(&mut self) {
            self.0.suspend(());
        }
    }
    let test = "a_suspend_in_a_destructor_during_a_cancellation_aborts";
    let output = in_child(test, || {
        let mut fiber = Fiber::new(|yielder, ()| {
            let _suspends = Suspends(yielder);
            yielder.suspend(());
        });
        fiber.next();
        drop(fiber);
    });
    assert_eq!(output.status.signal(), Some(6), "{output:?}");
}

#[test]
fn a_forgotten_fiber_keeps_what_it_holds() {
    let log = Log::default();
    let copy = log.clone();
    set_pool_limits(PoolLimits { warm: 4, cold: 0 });
    let mut forgotten = Fiber::new(move |yielder, ()| {
        let noted = copy.noted("held");
        yielder.suspend(&raw const noted as usize);
        drop(noted);
    });
    let address = forgotten.next().expect("it yields");
    mem::forget(forgotten);
    // Its stack is used by no other.
    for _ in 0..100 {
        let fiber = Fiber::<(), (), ()>::new(|_, ()| ());
        assert!(!fiber.stack().unwrap().range().contains(&address));
    }
    assert!(log.take().is_empty());
}

thread_local! {
    /// A reference that is set for the duration of a call, as scoped thread locals have it.
    static SMUGGLED: Cell<Option<*const Yielder<(), u32>>> = const { Cell::new(None) };
}

#[test]
fn a_yielder_refuses_to_work_from_another_stack() {
    let mut outer = Fiber::new(|outer: &Yielder<(), u32>, ()| {
        SMUGGLED.set(Some(outer));
        let mut inner = Fiber::<(), (), _>::new(|_, ()| {
            // SAFETY: the outer fiber's closure has not ended.
            let outer = unsafe { &*SMUGGLED.get().unwrap() };
            message(|| outer.suspend(1))
        });
        let text = inner.resume(()).returned().unwrap();
        outer.suspend(2);
        text
    });
    assert_eq!(outer.resume(()), Resumed::Yielded(2));
    // SAFETY: it is suspended within its closure.
    let smuggled = unsafe { &*SMUGGLED.get().unwrap() };
    let refused = "a fiber was to be suspended from another stack than its own";
    assert_eq!(message(|| smuggled.suspend(3)), refused);
    assert_eq!(outer.resume(()), Resumed::Returned(refused.to_owned()));
}

#[test]
fn stacks_have_the_size_that_was_asked_for_and_are_reused() {
    set_pool_limits(PoolLimits { warm: 2, cold: 2 });
    for size in [1, SIZE_AT_LEAST, 100_000, 1 << 20] {
        let build = || {
            Builder::new()
                .stack_size(size)
                .build::<(), (), (), _>(|yielder, ()| yielder.suspend(()))
                .expect("a stack")
        };
        let mut fiber = build();
        let _ = fiber.resume(());
        let stack = fiber.stack().expect("it is suspended");
        assert!(stack.size() >= size);
        assert_ne!(stack.guard(), Guard::Absent);
        assert!(stack.high_water_mark().expect("a mark") > 0);
        let top = stack.top();
        let _ = fiber.resume(());
        assert!(fiber.stack().is_none());
        assert_eq!(build().stack().map(Stack::top), Some(top), "{size}");
    }
}

#[test]
fn the_smallest_stack_has_room_for_a_panic() {
    let mut fiber = Builder::new()
        .stack_size(0)
        .build::<(), (), (), _>(|_, ()| panic_any(1_u8))
        .expect("a stack");
    assert_eq!(fiber.stack().map(Stack::size), Some(SIZE_AT_LEAST));
    assert!(catch_unwind(AssertUnwindSafe(|| fiber.resume(()))).is_err());
}

#[test]
fn impossible_sizes_are_errors() {
    let build = |size| {
        Builder::new()
            .stack_size(size)
            .build::<(), (), (), _>(|_, ()| ())
            .expect_err("no such size")
    };
    assert_eq!(build(usize::MAX).kind(), io::ErrorKind::InvalidInput);
    assert_eq!(build(1 << 60).kind(), io::ErrorKind::OutOfMemory);
}

#[test]
fn a_closure_too_large_for_its_stack_is_an_error() {
    let large = [1_u8; 10_000];
    let body = move |_: &Yielder<(), ()>, ()| large.iter().map(|byte| u32::from(*byte)).sum();
    let small = Builder::new().stack_size(SIZE_AT_LEAST);
    let error = small.build::<_, _, u32, _>(body).expect_err("too large");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("10000 bytes"), "{error}");
    assert_eq!(Fiber::new(body).resume(()), Resumed::Returned(10_000_u32));
}

#[test]
fn exhausted_memory_maps_are_an_error_and_no_panic() {
    let test = "exhausted_memory_maps_are_an_error_and_no_panic";
    let output = in_child(test, || {
        let limit = libc::rlimit {
            rlim_cur: 1 << 30,
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: lowers a limit of this process, which is there for that.
        unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        let builder = Builder::new().stack_size(16 << 20);
        let mut fibers = Vec::new();
        let error = loop {
            match builder.build::<(), (), (), _>(|yielder, ()| yielder.suspend(())) {
                Ok(fiber) => fibers.push(fiber),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::OutOfMemory);
        for fiber in &mut fibers {
            assert_eq!(fiber.resume(()), Resumed::Yielded(()));
        }
        drop(fibers);
        assert!(builder.build::<(), (), (), _>(|_, ()| ()).is_ok());
    });
    assert_eq!(output.status.code(), Some(77), "{output:?}");
}

#[test]
fn an_overflow_is_reported_by_name() {
    fn recurse(depth: u64) -> u64 {
        let frame = std::hint::black_box([depth; 64]);
        if depth == u64::MAX {
            return 0;
        }
        recurse(depth + 1) + std::hint::black_box(frame)[7]
    }
    let output = in_child("an_overflow_is_reported_by_name", || {
        overflow::install().expect("installed");
        let mut fiber = Fiber::<(), (), _>::new(|_, ()| recurse(0));
        let _ = fiber.resume(());
    });
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(6), "{words}");
    assert!(
        words.contains("fiber stack overflow: a fiber used up its stack of 262144 bytes"),
        "{words}"
    );
}

#[test]
fn a_backtrace_leads_out_of_the_fiber() {
    #[inline(never)]
    fn who_resumes(fiber: &mut Fiber<(), (), String>) -> String {
        std::hint::black_box(fiber.resume(()).returned().unwrap())
    }
    let mut fiber = Fiber::new(|_, ()| Backtrace::force_capture().to_string());
    let trace = who_resumes(&mut fiber);
    assert!(trace.contains("who_resumes"), "{trace}");
}

#[test]
fn fibers_of_ending_threads_end_with_them() {
    thread_local! {
        static KEPT: RefCell<Vec<Fiber<(), (), ()>>> = const { RefCell::new(Vec::new()) };
    }
    let dropped = std::sync::Arc::new(());
    let copy = std::sync::Arc::clone(&dropped);
    std::thread::spawn(move || {
        // The pool is made after this place, and is gone before it is.
        KEPT.with_borrow_mut(|kept| {
            for _ in 0..10 {
                let copy = std::sync::Arc::clone(&copy);
                let mut fiber = Fiber::new(move |yielder: &Yielder<(), ()>, ()| {
                    let _held = copy;
                    yielder.suspend(());
                });
                fiber.next();
                kept.push(fiber);
            }
        });
    })
    .join()
    .expect("the thread ends well");
    assert_eq!(std::sync::Arc::strong_count(&dropped), 1);
}

#[test]
fn a_thousand_fibers_at_once() {
    let mut fibers: Vec<_> = (0..1_000_u64)
        .map(|number| {
            Fiber::new(move |yielder, ()| {
                for round in 0..10 {
                    yielder.suspend(number * round);
                }
            })
        })
        .collect();
    for round in 0..10 {
        let sum: u64 = fibers.iter_mut().filter_map(Iterator::next).sum();
        assert_eq!(sum, round * 499_500);
    }
    assert!(fibers.iter_mut().all(|fiber| fiber.next().is_none()));
}

/// Parks more fibers than there could be if each guard took a memory map of its own, cancels half of
/// them, and resumes the others.
fn park_forty_thousand(builder: &Builder) {
    let mut fibers: Vec<_> = (0..40_000)
        .map(|number| {
            let body = move |yielder: &Yielder<usize, usize>, first| {
                let second = yielder.suspend(first + number);
                second + number
            };
            let mut fiber = builder.build(body).expect("a stack");
            assert_eq!(fiber.resume(1), Resumed::Yielded(1 + number));
            fiber
        })
        .collect();
    // Every other one: the holes split the maps of those that stay.
    let mut keep = false;
    fibers.retain(|_| {
        keep = !keep;
        keep
    });
    for (place, fiber) in fibers.iter_mut().enumerate() {
        assert_eq!(fiber.resume(2), Resumed::Returned(2 + 2 * place));
    }
}

#[test]
fn forty_thousand_fibers_are_parked_at_once() {
    let test = "forty_thousand_fibers_are_parked_at_once";
    let output = in_child(test, || {
        let probe = Fiber::<(), (), ()>::new(|_, ()| ());
        if probe.stack().expect("it has not run").guard() != Guard::Marked {
            println!("not tested: this kernel has no guard markers");
            return;
        }
        park_forty_thousand(&Builder::new().stack_size(SIZE_AT_LEAST));
    });
    let words = String::from_utf8_lossy(&output.stdout);
    print!("{words}");
    assert_eq!(output.status.code(), Some(77), "{output:?}");
}

/// As on a kernel without guard markers, for nothing of a stack is marked here.
#[test]
fn forty_thousand_fibers_without_guards_are_parked_at_once() {
    let test = "forty_thousand_fibers_without_guards_are_parked_at_once";
    let output = in_child(test, || {
        // SAFETY: the closures call nothing but `suspend`, and unwind when they are cancelled.
        let unguarded = unsafe { Builder::new().stack_size(SIZE_AT_LEAST).without_guard() };
        park_forty_thousand(&unguarded);
        // Their stacks serve no others.
        let other = Builder::new().stack_size(SIZE_AT_LEAST).build(|_, ()| ());
        let other: Fiber<(), (), ()> = other.expect("a stack");
        assert_ne!(
            other.stack().expect("it has not run").guard(),
            Guard::Absent
        );
    });
    assert_eq!(output.status.code(), Some(77), "{output:?}");
}

#[test]
fn a_scoped_fiber_borrows_from_its_maker() {
    let mut list = vec![1, 2, 3];
    let text = String::from("borrowed");
    let length = scoped(
        |yielder, ()| {
            list.push(4);
            for number in &mut list {
                *number *= 10;
                yielder.suspend(*number);
            }
            text.len()
        },
        |fiber| {
            let mut sum = 0;
            loop {
                match fiber.resume(()) {
                    Resumed::Yielded(number) => sum += number,
                    Resumed::Returned(length) => return (sum, length),
                }
            }
        },
    );
    assert_eq!(length, (100, 8));
    assert_eq!(list, [10, 20, 30, 40]);
}

#[test]
fn a_scoped_fiber_is_cancelled_at_the_end_of_its_scope() {
    let log = Log::default();
    let borrowed = log.noted("borrowed");
    for panics in [false, true] {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            scoped(
                |yielder, ()| {
                    let _noted = log.noted(&format!("inside, with {}", borrowed.1));
                    yielder.suspend(());
                },
                |fiber| {
                    assert_eq!(fiber.next(), Some(()));
                    log.note("the end of the scope");
                    assert!(!panics, "on purpose");
                },
            );
        }));
        assert_eq!(outcome.is_err(), panics);
        let expected = ["the end of the scope", "drop inside, with borrowed"];
        assert_eq!(log.take(), expected);
    }
}

#[test]
fn a_fiber_that_is_dropped_ends_those_that_borrow_from_it_first() {
    let log = Log::default();
    let copy = log.clone();
    let mut outer = Fiber::new(move |outer: &Yielder<(), ()>, ()| {
        let owner = copy.noted("owner");
        scoped(
            |inner: &Yielder<(), ()>, ()| {
                let _borrower = copy.noted(&format!("borrower of {}", owner.1));
                inner.suspend(());
            },
            |fiber| {
                fiber.next();
                outer.suspend(());
            },
        );
    });
    outer.next();
    assert!(log.take().is_empty());
    drop(outer);
    assert_eq!(log.take(), ["drop borrower of owner", "drop owner"]);
}

#[test]
fn a_panic_in_a_scoped_fiber_goes_on_in_its_scope() {
    let text = String::from("the cause");
    let words = scoped(
        |_, ()| -> () { panic!("{text}") },
        |fiber: &mut ScopedFiber<'_, (), (), ()>| {
            let words = message(|| fiber.resume(()));
            assert!(fiber.is_over());
            words
        },
    );
    assert_eq!(words, text);
}

#[test]
fn threads_that_borrow_from_a_fiber_are_waited_for_when_it_is_dropped() {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::mpsc::channel;

    let log = Log::default();
    let copy = log.clone();
    let mut fiber = Fiber::new(move |yielder: &Yielder<(), ()>, ()| {
        let number = AtomicU32::new(0);
        let noted = copy.noted("after the threads");
        let (sender, receiver) = channel::<()>();
        std::thread::scope(|scope| {
            let number = &number;
            scope.spawn(move || {
                // Ends when the unwinding drops the sender.
                let _ = receiver.recv();
                number.store(1, Ordering::SeqCst);
            });
            let _sender = sender;
            yielder.suspend(());
        });
        drop(noted);
    });
    fiber.next();
    assert!(log.take().is_empty());
    drop(fiber);
    assert_eq!(log.take(), ["drop after the threads"]);
}

/// What a body of the random test is to do next.
#[derive(Clone, Copy)]
enum Order {
    Yield,
    Deeper,
    Shallower,
    Nested,
    Panic,
}

/// Follows orders at some depth, with something to drop at each. Returns to the caller's depth.
fn follow(yielder: &Yielder<Order, u32>, mut order: Order, depth: u32, held: &Rc<()>) -> Order {
    let _held = (Rc::clone(held), Box::new(depth));
    loop {
        order = match order {
            Order::Yield => yielder.suspend(depth),
            Order::Deeper if depth < 50 => follow(yielder, Order::Yield, depth + 1, held),
            Order::Deeper => yielder.suspend(depth),
            Order::Shallower => return Order::Yield,
            Order::Nested => {
                let held = Rc::clone(held);
                let mut inner = Fiber::new(move |inner: &Yielder<Order, u32>, order| {
                    follow(inner, order, 0, &held);
                });
                assert_eq!(inner.resume(Order::Deeper), Resumed::Yielded(1));
                // And is dropped whenever this call is left.
                yielder.suspend(depth)
            }
            Order::Panic => panic_any(depth),
        };
    }
}

#[test]
fn random_lives_of_many_fibers_drop_everything_once() {
    let held = Rc::new(());
    let mut fibers: Vec<Option<Fiber<Order, u32, ()>>> = (0..40).map(|_| None).collect();
    // A linear congruential generator with Knuth's constants; the same run each time.
    let mut state = 1_u64;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    panic::set_hook(Box::new({
        let former = panic::take_hook();
        move |information| {
            // The panics that were ordered are no news.
            if information.payload().downcast_ref::<u32>().is_none() {
                former(information);
            }
        }
    }));
    let (mut yielded, mut returned, mut panicked, mut dropped) = (0, 0, 0, 0);
    for _ in 0..50_000 {
        let place = random(fibers.len());
        let Some(fiber) = &mut fibers[place] else {
            let held = Rc::clone(&held);
            fibers[place] = Some(Fiber::new(move |yielder: &Yielder<Order, u32>, order| {
                follow(yielder, order, 0, &held);
            }));
            continue;
        };
        let order = match random(40) {
            0 => Order::Panic,
            1 | 2 => Order::Nested,
            3..=12 => Order::Deeper,
            13..=18 => Order::Shallower,
            19 => {
                fibers[place] = None;
                dropped += 1;
                continue;
            }
            _ => Order::Yield,
        };
        match catch_unwind(AssertUnwindSafe(|| fiber.resume(order))) {
            Ok(Resumed::Yielded(_)) => yielded += 1,
            Ok(Resumed::Returned(())) => {
                returned += 1;
                fibers[place] = None;
            }
            Err(payload) => {
                assert!(payload.is::<u32>());
                assert!(fiber.is_over());
                panicked += 1;
                fibers[place] = None;
            }
        }
    }
    assert!(yielded > 0 && returned > 0 && panicked > 0 && dropped > 0);
    drop(fibers);
    assert_eq!(Rc::strong_count(&held), 1);
    let _ = panic::take_hook();
}
