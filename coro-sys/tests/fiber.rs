//! The bare switch: values, registers, alignment, unwinding and backtraces.

use std::backtrace::Backtrace;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::panic::{catch_unwind, panic_any};
use std::ptr::NonNull;

use coro_sys::fiber::{self, Context, Link, Word};
use coro_sys::stack::{SIZE_AT_LEAST, Stack};

const NOTHING: Word = Word::uninit();

fn pointer<T>(value: &mut T) -> Word {
    Word::new((&raw mut *value).cast())
}

/// Adds up what it is sent, in a local of its own, and through the pointer in the word.
unsafe extern "C" fn adder(mut word: Word, mut signal: usize, link: NonNull<Link>) -> ! {
    // SAFETY: this is the first thing that the fiber of `link` does.
    unsafe { fiber::started(link) };
    let mut sum = 0;
    while signal != 0 {
        sum += signal;
        // SAFETY: the resumer passes the address of a number that it does not use meanwhile;
        // this is the fiber of `link`.
        unsafe {
            *word.assume_init().cast::<usize>() += signal;
            (word, signal) = fiber::suspend(link, word, sum);
        }
    }
    // SAFETY: this is the fiber of `link`; no destructor is owed.
    unsafe { fiber::finish(link, NOTHING, sum) }
}

#[test]
fn values_cross_in_both_directions() {
    let stack = Stack::new(SIZE_AT_LEAST).expect("a stack");
    let mut total = 0_usize;
    // SAFETY: the stack is used for this fiber only; it is not resumed after its end.
    unsafe {
        let mut context = fiber::prepare(&stack, adder);
        let mut sum = 0;
        for value in 1..=1_000 {
            sum += value;
            let (word, signal) = fiber::resume(&mut context, pointer(&mut total), value);
            assert_eq!(signal, sum);
            assert_eq!(*word.assume_init().cast::<usize>(), sum);
        }
        assert_eq!(fiber::resume(&mut context, NOTHING, 0).1, sum);
    }
}

#[test]
fn many_fibers_take_turns() {
    let stacks: Vec<_> = (0..50)
        .map(|_| Stack::new(SIZE_AT_LEAST).expect("a stack"))
        .collect();
    let mut total = 0_usize;
    // SAFETY: as above, for each.
    unsafe {
        let mut contexts: Vec<_> = stacks
            .iter()
            .map(|stack| fiber::prepare(stack, adder))
            .collect();
        for round in 1..=20 {
            for (number, context) in contexts.iter_mut().enumerate() {
                let (_, sum) = fiber::resume(context, pointer(&mut total), number + 1);
                assert_eq!(sum, round * (number + 1));
            }
        }
    }
    assert_eq!(total, 20 * (50 * 51) / 2);
}

#[test]
fn a_stack_serves_one_fiber_after_the_other() {
    let stack = Stack::new(SIZE_AT_LEAST).expect("a stack");
    let mut total = 0_usize;
    for _ in 0..100 {
        // SAFETY: the former fiber has finished, or was given up while it owed nothing.
        unsafe {
            let mut context = fiber::prepare(&stack, adder);
            assert_eq!(fiber::resume(&mut context, pointer(&mut total), 5).1, 5);
            assert_eq!(fiber::resume(&mut context, pointer(&mut total), 6).1, 11);
        }
    }
}

/// Resumes a second fiber from within the first.
unsafe extern "C" fn nesting(word: Word, _signal: usize, link: NonNull<Link>) -> ! {
    // SAFETY: this is the first thing that the fiber of `link` does.
    unsafe { fiber::started(link) };
    let stack = Stack::new(SIZE_AT_LEAST).expect("a stack");
    // SAFETY: the inner fiber is given up, owing nothing, before its stack is dropped.
    unsafe {
        let mut inner = fiber::prepare(&stack, adder);
        let mut total = 0_usize;
        let (_, signal) = fiber::resume(&mut inner, pointer(&mut total), 3);
        let (_, signal) = fiber::suspend(link, word, signal);
        let (_, signal) = fiber::resume(&mut inner, pointer(&mut total), signal);
        drop(stack);
        fiber::finish(link, NOTHING, signal)
    }
}

#[test]
fn fibers_nest() {
    let stack = Stack::new(65_536).expect("a stack");
    // SAFETY: the stack is used for this fiber only.
    unsafe {
        let mut context = fiber::prepare(&stack, nesting);
        assert_eq!(fiber::resume(&mut context, NOTHING, 1).1, 3);
        assert_eq!(fiber::resume(&mut context, NOTHING, 4).1, 7);
    }
}

#[repr(align(16))]
struct Aligned([u8; 16]);

unsafe extern "C" fn alignment(_word: Word, _signal: usize, link: NonNull<Link>) -> ! {
    // SAFETY: this is the first thing that the fiber of `link` does.
    unsafe { fiber::started(link) };
    let local = Aligned([1; 16]);
    // The compiler knows where such a local lies, unless it is made to forget.
    let address = black_box(&raw const local).addr();
    black_box(&local.0);
    // SAFETY: this is the fiber of `link`; no destructor is owed.
    unsafe {
        let (_, _) = fiber::suspend(link, NOTHING, black_box(address) % 16);
        let again = black_box(&raw const local).addr();
        fiber::finish(link, NOTHING, black_box(again) % 16)
    }
}

#[test]
fn the_stack_is_aligned_for_vector_registers() {
    let stack = Stack::new(SIZE_AT_LEAST).expect("a stack");
    // SAFETY: the stack is used for this fiber only.
    unsafe {
        let mut context = fiber::prepare(&stack, alignment);
        assert_eq!(fiber::resume(&mut context, NOTHING, 0).1, 0);
        assert_eq!(fiber::resume(&mut context, NOTHING, 0).1, 0);
    }
}

unsafe extern "C" fn panicking(_word: Word, _signal: usize, link: NonNull<Link>) -> ! {
    // SAFETY: this is the first thing that the fiber of `link` does.
    unsafe { fiber::started(link) };
    let payload = catch_unwind(|| {
        let _owed = String::from("dropped on the way");
        panic_any(41_usize)
    });
    let number = *payload
        .expect_err("it panics")
        .downcast::<usize>()
        .expect("a number");
    // SAFETY: this is the fiber of `link`; no destructor is owed.
    unsafe { fiber::finish(link, NOTHING, number + 1) }
}

#[test]
fn a_panic_unwinds_up_to_a_catch_on_the_fiber() {
    let stack = Stack::new(256 * 1024).expect("a stack");
    // SAFETY: the stack is used for this fiber only.
    unsafe {
        let mut context = fiber::prepare(&stack, panicking);
        assert_eq!(fiber::resume(&mut context, NOTHING, 0).1, 42);
    }
}

/// Puts a backtrace into the string that the word points to, each time it is resumed.
unsafe extern "C" fn tracing(mut word: Word, _signal: usize, link: NonNull<Link>) -> ! {
    // SAFETY: this is the first thing that the fiber of `link` does.
    unsafe { fiber::started(link) };
    loop {
        // SAFETY: the resumer passes the address of a string; this is the fiber of `link`.
        unsafe {
            *word.assume_init().cast::<String>() = Backtrace::force_capture().to_string();
            (word, _) = fiber::suspend(link, NOTHING, 0);
        }
    }
}

#[inline(never)]
fn first_resumer(context: &mut Context) -> String {
    let mut trace = String::new();
    // SAFETY: the callers resume a suspended fiber.
    unsafe { fiber::resume(context, pointer(&mut trace), 0) };
    black_box(trace)
}

#[inline(never)]
fn second_resumer(context: &mut Context) -> String {
    // Different from the first, or the two would become one function.
    let mut trace = String::from("second");
    // SAFETY: as above.
    unsafe { fiber::resume(context, pointer(&mut trace), 0) };
    black_box(trace)
}

#[inline(never)]
fn outermost(resumer: fn(&mut Context) -> String, context: &mut Context) -> String {
    black_box(resumer(context))
}

#[test]
fn a_backtrace_leads_to_whoever_resumed_last() {
    let stack = Stack::new(256 * 1024).expect("a stack");
    // SAFETY: the stack is used for this fiber only.
    let mut context = unsafe { fiber::prepare(&stack, tracing) };
    let trace = outermost(first_resumer, &mut context);
    assert!(trace.contains("tracing"), "{trace}");
    assert!(trace.contains("first_resumer"), "{trace}");
    assert!(trace.contains("outermost"), "{trace}");

    let trace = outermost(second_resumer, &mut context);
    assert!(trace.contains("tracing"), "{trace}");
    assert!(trace.contains("second_resumer"), "{trace}");
    assert!(!trace.contains("first_resumer"), "{trace}");
    assert!(trace.contains("outermost"), "{trace}");
}

#[test]
fn the_stack_pointer_tells_where_one_is() {
    unsafe extern "C" fn tell(_word: Word, _signal: usize, link: NonNull<Link>) -> ! {
        // SAFETY: this is the first thing that the fiber of `link` does.
        unsafe { fiber::started(link) };
        // SAFETY: this is the fiber of `link`; no destructor is owed.
        unsafe { fiber::finish(link, NOTHING, fiber::stack_pointer()) }
    }
    let stack = Stack::new(SIZE_AT_LEAST).expect("a stack");
    assert!(!stack.range().contains(&fiber::stack_pointer()));
    // SAFETY: the stack is used for this fiber only.
    let (_, inside) = unsafe { fiber::resume(&mut fiber::prepare(&stack, tell), NOTHING, 0) };
    assert!(stack.range().contains(&inside));
}

/// Values that fill all registers there are, live across a switch.
#[inline(never)]
fn with_many_values(seed: u64, switch: impl FnOnce()) -> (u64, f64) {
    let integers: [u64; 24] = std::array::from_fn(|at| black_box(seed + at as u64));
    let floats: [f64; 24] = std::array::from_fn(|at| black_box((seed + at as u64) as f64));
    let [a, b, c, d, e, f, g, h, ..] = integers;
    let [p, q, r, s, t, u, v, w, ..] = floats;
    switch();
    (
        a ^ (b << 1) ^ (c << 2) ^ (d << 3) ^ (e << 4) ^ (f << 5) ^ (g << 6) ^ (h << 7),
        p + 2. * q + 3. * r + 4. * s + 5. * t + 6. * u + 7. * v + 8. * w,
    )
}

unsafe extern "C" fn busy(_word: Word, mut signal: usize, link: NonNull<Link>) -> ! {
    // SAFETY: this is the first thing that the fiber of `link` does.
    unsafe { fiber::started(link) };
    loop {
        let seed = signal as u64;
        let undisturbed = with_many_values(seed, || ());
        // SAFETY: this is the fiber of `link`.
        let switch = || _ = unsafe { fiber::suspend(link, NOTHING, 0) };
        let right = with_many_values(seed, switch) == undisturbed;
        // SAFETY: the same.
        (_, signal) = unsafe { fiber::suspend(link, NOTHING, usize::from(right)) };
    }
}

#[test]
fn live_values_survive_on_both_sides() {
    let stack = Stack::new(65_536).expect("a stack");
    // SAFETY: the stack is used for this fiber only.
    let mut context = unsafe { fiber::prepare(&stack, busy) };
    // SAFETY: it never finishes.
    let mut resume = |signal| unsafe { fiber::resume(&mut context, NOTHING, signal).1 };
    for seed in 1..100 {
        let undisturbed = with_many_values(1_000 + seed, || ());
        let disturbed = with_many_values(1_000 + seed, || {
            resume(seed as usize);
        });
        assert_eq!(disturbed, undisturbed);
        assert_eq!(resume(0), 1, "the fiber's values are what they were");
    }
}

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use std::arch::{asm, naked_asm};

    use coro_sys::fiber::FloatControl;

    use super::*;

    /// Fills the registers that a function must preserve, calls `function(argument)`, and stores
    /// what they are then.
    #[unsafe(naked)]
    unsafe extern "C" fn probe<T>(
        function: unsafe extern "C" fn(NonNull<T>),
        argument: NonNull<T>,
        found: *mut [u64; 6],
    ) {
        naked_asm!(
            "push rbx",
            "push rbp",
            "push r12",
            "push r13",
            "push r14",
            "push r15",
            "push rdx",
            "mov rbx, 101",
            "mov rbp, 102",
            "mov r12, 103",
            "mov r13, 104",
            "mov r14, 105",
            "mov r15, 106",
            "mov rax, rdi",
            "mov rdi, rsi",
            "call rax",
            "pop rdx",
            "mov [rdx], rbx",
            "mov [rdx + 8], rbp",
            "mov [rdx + 16], r12",
            "mov [rdx + 24], r13",
            "mov [rdx + 32], r14",
            "mov [rdx + 40], r15",
            "pop r15",
            "pop r14",
            "pop r13",
            "pop r12",
            "pop rbp",
            "pop rbx",
            "ret",
        )
    }

    unsafe extern "C" fn resume_once(mut context: NonNull<Context>) {
        // SAFETY: the caller lends it, and the fiber below never finishes.
        unsafe { fiber::resume(context.as_mut(), NOTHING, 0) };
    }

    unsafe extern "C" fn suspend_once(link: NonNull<Link>) {
        // SAFETY: called on the fiber of `link`.
        unsafe { fiber::suspend(link, NOTHING, 1) };
    }

    /// Overwrites every register that may be named, and probes its own side too.
    unsafe extern "C" fn spoiler(_word: Word, _signal: usize, link: NonNull<Link>) -> ! {
        // SAFETY: this is the first thing that the fiber of `link` does.
        unsafe { fiber::started(link) };
        loop {
            // SAFETY: each register is declared, or put back.
            unsafe {
                asm!(
                    "push rbx",
                    "mov rbx, -1",
                    "pop rbx",
                    "mov r12, -1",
                    "mov r13, -1",
                    "mov r14, -1",
                    "mov r15, -1",
                    out("r12") _, out("r13") _, out("r14") _, out("r15") _,
                );
            }
            let mut found = [0; 6];
            // SAFETY: this is the fiber of `link`.
            unsafe {
                probe(suspend_once, link, &raw mut found);
                let right = usize::from(found == [101, 102, 103, 104, 105, 106]);
                fiber::suspend(link, NOTHING, 2 + right);
            }
        }
    }

    #[test]
    fn registers_of_the_caller_are_preserved_on_both_sides() {
        let stack = Stack::new(65_536).expect("a stack");
        // SAFETY: the stack is used for this fiber only, which never finishes.
        unsafe {
            let mut context = fiber::prepare(&stack, spoiler);
            for _ in 0..3 {
                let mut found = [0; 6];
                probe(resume_once, NonNull::from(&mut context), &raw mut found);
                assert_eq!(found, [101, 102, 103, 104, 105, 106]);
                assert_eq!(
                    fiber::resume(&mut context, NOTHING, 0).1,
                    3,
                    "the fiber's registers"
                );
            }
        }
    }

    /// Rounds upwards from now on.
    ///
    /// # Safety
    ///
    /// As for [`FloatControl::write`].
    unsafe fn round_upwards() -> FloatControl {
        let mut mxcsr = 0_u32;
        let mut x87 = 0_u16;
        // SAFETY: sets the rounding mode in both words, and nothing else; the caller puts the
        // former ones back.
        unsafe {
            asm!(
                "stmxcsr [{mxcsr}]",
                "or dword ptr [{mxcsr}], 0x4000",
                "ldmxcsr [{mxcsr}]",
                "fnstcw [{x87}]",
                "or word ptr [{x87}], 0x800",
                "fldcw [{x87}]",
                mxcsr = in(reg) &raw mut mxcsr,
                x87 = in(reg) &raw mut x87,
            );
        }
        FloatControl::read()
    }

    unsafe extern "C" fn rounding(_word: Word, _signal: usize, link: NonNull<Link>) -> ! {
        // SAFETY: this is the first thing that the fiber of `link` does.
        unsafe { fiber::started(link) };
        let usual = FloatControl::read();
        // SAFETY: no floating-point operation runs before the usual words are back.
        let right = unsafe {
            let own = round_upwards();
            // Unpreserved: the switch leaves the words alone.
            fiber::suspend(link, NOTHING, 0);
            let kept = FloatControl::read() == own;
            // Preserved by hand.
            usual.write();
            fiber::suspend(link, NOTHING, 0);
            own.write();
            let restored = FloatControl::read() == own;
            usual.write();
            kept && restored && own != usual
        };
        // SAFETY: this is the fiber of `link`; no destructor is owed.
        unsafe { fiber::finish(link, NOTHING, usize::from(right)) }
    }

    #[test]
    fn control_words_stay_as_they_are_unless_they_are_preserved_by_hand() {
        let stack = Stack::new(65_536).expect("a stack");
        let usual = FloatControl::read();
        // SAFETY: the stack is used for this fiber only; no floating-point operation runs while
        // its words are in force.
        unsafe {
            let mut context = fiber::prepare(&stack, rounding);
            fiber::resume(&mut context, NOTHING, 0);
            let during = FloatControl::read();
            fiber::resume(&mut context, NOTHING, 0);
            assert_ne!(during, usual);
            assert_eq!(FloatControl::read(), usual);
            assert_eq!(fiber::resume(&mut context, NOTHING, 0).1, 1);
            assert_eq!(FloatControl::read(), usual);
        }
    }
}

/// The bytes of a word need not be a pointer.
#[test]
fn a_word_carries_any_eight_bytes() {
    unsafe extern "C" fn negate(word: Word, _signal: usize, link: NonNull<Link>) -> ! {
        // SAFETY: this is the first thing that the fiber of `link` does.
        unsafe { fiber::started(link) };
        let mut answer: MaybeUninit<*mut ()> = Word::uninit();
        // SAFETY: the resumer wrote a number; this is the fiber of `link`.
        unsafe {
            let number = word.as_ptr().cast::<i64>().read();
            answer.as_mut_ptr().cast::<i64>().write(-number);
            fiber::finish(link, answer, 0)
        }
    }
    let stack = Stack::new(SIZE_AT_LEAST).expect("a stack");
    let mut word = Word::uninit();
    // SAFETY: the stack is used for this fiber only; an `i64` fits into a word.
    let answer = unsafe {
        word.as_mut_ptr().cast::<i64>().write(0x1234_5678_9ABC);
        let mut context = fiber::prepare(&stack, negate);
        fiber::resume(&mut context, word, 0)
            .0
            .as_ptr()
            .cast::<i64>()
            .read()
    };
    assert_eq!(answer, -0x1234_5678_9ABC);
}
