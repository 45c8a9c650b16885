//! Fibers in two hundred lines: a scheduler that takes turns, three pieces of assembly, and the
//! reason for each. `coro::runtime::fiber` is what becomes of it; the end says what it adds.
//!
//! ```text
//! cargo run --release --example fibers_from_scratch
//! ```
//!
//! It is the program that books build to show how a fiber works: two functions count, each yields
//! after every number, and neither knows of the other.
//!
//! # The idea
//!
//! A function that runs is a stack and a few registers. To stop one and go on with another:
//! store the registers, load the other's, among them the stack pointer, and return. `ret` takes the
//! address to go on at from the top of the stack, and that is the other's stack by then.
//!
//! # Which registers
//!
//! [`switch`] is an ordinary function of the System V calling convention, so the compiler saves
//! all registers that a callee may overwrite before it calls it. What is left are those that a
//! callee has to preserve: `rbx`, `rbp`, `r12` to `r15`, and the stack pointer.
//!
//! # A fiber's first stack
//!
//! A fiber that never ran has nothing to return to, so its stack is made up:
//!
//! ```text
//!     top       +-----------+   a multiple of 16
//!               | unused    |
//!     top - 16  | guard     |   where `skip` returns to: cleans up and never returns
//!     top - 24  | skip      |   where the function returns to: does nothing but return
//!     top - 32  | function  |   where `switch` returns to the first time  <- stack pointer
//!               +-----------+
//!               | free      |
//! ```
//!
//! Why `skip`? The convention wants the stack pointer to be a multiple of 16 *before* a call, so
//! that on entry, with the return address pushed, it is 8 beyond one. The function is entered with
//! the stack pointer at `top - 24`: 8 beyond. Returning directly to `guard` would enter that at
//! `top - 16`, where the first instruction that stores a vector register faults. `skip` takes
//! one more address from the stack, and `guard` is entered at `top - 8`.

#[cfg(target_arch = "x86_64")]
fn main() {
    for line in fibers::run() {
        println!("{line}");
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("this example has assembly for x86-64 only");
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod fibers {
    //! The whole of it.

    use std::arch::naked_asm;
    use std::cell::{Cell, RefCell};
    use std::ptr;

    /// Bytes of each stack. Nothing stops a fiber that needs more: there is no guard page.
    const STACK: usize = 128 * 1024;

    /// The registers that [`switch`] stores, in the order in which its offsets count.
    #[derive(Default)]
    #[repr(C)]
    struct Context {
        rsp: u64,
        rbx: u64,
        rbp: u64,
        r12: u64,
        r13: u64,
        r14: u64,
        r15: u64,
    }

    #[derive(Clone, Copy, PartialEq)]
    enum State {
        /// It has ended, or never began: its stack is free.
        Available,
        /// It is the one that runs.
        Running,
        /// It waits for its turn.
        Ready,
    }

    struct Fiber {
        context: Context,
        state: State,
        /// Never read: it is the fiber's frames. The first fiber has none, for it has `main`'s.
        _stack: Vec<u128>,
    }

    /// Runs fibers by turns, all on the thread that made it.
    pub(crate) struct Runtime {
        /// The first one is whoever called [`run`](Runtime::run).
        fibers: Vec<Fiber>,
        current: usize,
    }

    thread_local! {
        /// How fibers find the runtime: they have no argument. Set by `Runtime::run`.
        static RUNTIME: Cell<*mut Runtime> = const { Cell::new(ptr::null_mut()) };
    }

    impl Runtime {
        /// A runtime without fibers.
        #[must_use]
        pub(crate) fn new() -> Self {
            let caller = Fiber {
                context: Context::default(),
                state: State::Running,
                _stack: Vec::new(),
            };
            Self {
                fibers: vec![caller],
                current: 0,
            }
        }

        /// Makes a fiber that will run `function`. A panic in there aborts the process: it must
        /// not unwind into a frame that we made up, and `extern "C"` sees to that.
        pub(crate) fn spawn(&mut self, function: extern "C" fn()) {
            let mut stack = vec![0_u128; STACK / size_of::<u128>()];
            // A vector of 16-byte values starts, and ends, at a multiple of 16.
            let top = stack.as_mut_ptr_range().end.cast::<u64>();
            let mut context = Context::default();
            // SAFETY: all three words lie inside of the stack.
            unsafe {
                top.sub(2).write(guard as *const () as u64);
                top.sub(3).write(skip as *const () as u64);
                top.sub(4).write(function as *const () as u64);
                context.rsp = top.sub(4) as u64;
            }
            self.fibers.push(Fiber {
                context,
                state: State::Ready,
                _stack: stack,
            });
        }

        /// Runs all fibers to their ends.
        pub(crate) fn run(mut self) {
            let this = &raw mut self;
            RUNTIME.set(this);
            // SAFETY: the runtime is here until all fibers have ended.
            while unsafe { Self::take_turns(this) } {}
            RUNTIME.set(ptr::null_mut());
        }

        /// Switches to the next fiber that is ready, and returns when it is the caller's turn
        /// again. Tells whether there was one.
        ///
        /// A pointer instead of a reference: several fibers are in here at the same time.
        ///
        /// # Safety
        ///
        /// `this` is valid, and nobody else has a reference to it.
        unsafe fn take_turns(this: *mut Self) -> bool {
            // SAFETY: the caller vouches for the pointer; no reference is left at the switch.
            unsafe {
                let runtime = &mut *this;
                let count = runtime.fibers.len();
                let from = runtime.current;
                // Round robin, beginning after the current one.
                let Some(to) = (1..count)
                    .map(|step| (from + step) % count)
                    .find(|at| runtime.fibers[*at].state == State::Ready)
                else {
                    return false;
                };
                // One that has ended stays as it is.
                if runtime.fibers[from].state == State::Running {
                    runtime.fibers[from].state = State::Ready;
                }
                runtime.fibers[to].state = State::Running;
                runtime.current = to;
                let old = &raw mut runtime.fibers[from].context;
                let new = &raw const runtime.fibers[to].context;
                switch(old, new);
            }
            true
        }
    }

    impl Default for Runtime {
        fn default() -> Self {
            Self::new()
        }
    }

    /// Lets the other fibers run.
    ///
    /// # Panics
    ///
    /// Outside of a fiber.
    pub(crate) fn yield_now() {
        let runtime = RUNTIME.get();
        assert!(!runtime.is_null(), "there is no fiber to yield");
        // SAFETY: it is set while the runtime runs, and only as long.
        unsafe { Runtime::take_turns(runtime) };
    }

    /// The end of every fiber: says so, and lets others run for good.
    ///
    /// It must not return: there is nothing above it on the stack. The stack itself stays until
    /// the runtime ends, for we are on it.
    extern "C" fn guard() -> ! {
        let runtime = RUNTIME.get();
        // SAFETY: as in `yield_now`.
        unsafe {
            let current = (*runtime).current;
            let fibers = &mut (*runtime).fibers;
            fibers[current].state = State::Available;
            Runtime::take_turns(runtime);
        }
        unreachable!("a fiber that has ended was given a turn");
    }

    /// Takes one address from the stack, so that it is aligned when [`guard`] is entered.
    #[unsafe(naked)]
    unsafe extern "C" fn skip() {
        naked_asm!("ret")
    }

    /// Stores the registers to `old`, loads them from `new`, and returns to where `new` was left.
    ///
    /// Naked, because the compiler's own first and last instructions would move the stack
    /// pointer.
    ///
    /// # Safety
    ///
    /// `new` was stored by this function, or made up by `Runtime::spawn`; its stack is there.
    #[unsafe(naked)]
    unsafe extern "C" fn switch(old: *mut Context, new: *const Context) {
        naked_asm!(
            // `old` is in rdi. The return address is on top of the stack and stays there.
            "mov [rdi], rsp",
            "mov [rdi + 8], rbx",
            "mov [rdi + 16], rbp",
            "mov [rdi + 24], r12",
            "mov [rdi + 32], r13",
            "mov [rdi + 40], r14",
            "mov [rdi + 48], r15",
            // `new` is in rsi. From here on this is the other's stack.
            "mov rsp, [rsi]",
            "mov rbx, [rsi + 8]",
            "mov rbp, [rsi + 16]",
            "mov r12, [rsi + 24]",
            "mov r13, [rsi + 32]",
            "mov r14, [rsi + 40]",
            "mov r15, [rsi + 48]",
            // Takes the other's return address from there.
            "ret",
        )
    }

    thread_local! {
        static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    fn say(line: String) {
        LINES.with_borrow_mut(|lines| lines.push(line));
    }

    fn count(name: &str, numbers: u32) {
        say(format!("{name} starts"));
        for number in 1..=numbers {
            say(format!("{name} counts {number}"));
            yield_now();
        }
        say(format!("{name} ends"));
    }

    extern "C" fn short() {
        count("short", 2);
    }

    extern "C" fn long() {
        count("long", 4);
    }

    /// Runs two fibers that count by turns, and returns what they said.
    #[must_use]
    pub(crate) fn run() -> Vec<String> {
        let mut runtime = Runtime::new();
        runtime.spawn(short);
        runtime.spawn(long);
        runtime.run();
        // What `coro::runtime::fiber` adds: a guard page, so that an overflow is a fault and not
        // somebody else's memory; values in and out; panics that go on in the resumer; stacks
        // that unwind when a fiber is dropped; backtraces that lead out of the fiber; reuse of
        // stacks; an interface without `unsafe`; and a switch that saves only what is in use.
        LINES.take()
    }
}
