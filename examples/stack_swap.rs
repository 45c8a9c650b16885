//! A stack swap: calls a function on a piece of memory of our own choice.
//!
//! ```text
//! cargo run --example stack_swap
//! ```
//!
//! "The stack" is whatever memory one register points to. Every `call`, every local that is not
//! in a register, counts downwards from there. So whoever changes the register has the function
//! that is called next live in another place, and it cannot tell. This is half of a fiber:
//! the other half is to come back in the *middle* of the function, see `fibers_from_scratch`.

#[cfg(target_arch = "x86_64")]
pub(crate) mod swap {
    //! The swap itself.

    use std::arch::asm;

    /// A stack. Values of 16 bytes, for the calling convention wants its top to be a multiple of
    /// 16; and nothing stops a function that needs more of it.
    pub(crate) type Stack = Vec<u128>;

    /// An empty stack of so many bytes.
    pub(crate) fn stack(bytes: usize) -> Stack {
        vec![0; bytes / size_of::<u128>()]
    }

    /// Calls `function` with its locals in `stack`.
    ///
    /// It may not unwind: there is no way back for a panic. `extern "C"` makes one abort.
    pub(crate) fn call_on(stack: &mut Stack, function: extern "C" fn()) {
        // SAFETY: the function finds an aligned stack, which is borrowed until it has returned; the
        // register that keeps our own stack pointer is one that every function preserves.
        unsafe {
            asm!(
                "mov r12, rsp",
                "mov rsp, {top}",
                "call {function}",
                "mov rsp, r12",
                // Stacks grow downwards, so that an empty one begins at its end.
                top = in(reg) stack.as_mut_ptr_range().end,
                function = in(reg) function,
                out("r12") _,
                clobber_abi("sysv64"),
            );
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn main() {
    use std::cell::Cell;
    use std::hint::black_box;

    thread_local! {
        static LOCAL_OF_THE_FUNCTION: Cell<usize> = const { Cell::new(0) };
    }

    extern "C" fn function() {
        let local = 7_u64;
        LOCAL_OF_THE_FUNCTION.set((&raw const *black_box(&local)).addr());
        println!("the function runs, and can call others");
    }

    let mut stack = swap::stack(128 * 1024);
    swap::call_on(&mut stack, function);

    let ours = stack.as_ptr_range();
    let within = |address: usize| {
        let inside = (ours.start.addr()..ours.end.addr()).contains(&address);
        if inside {
            "on our piece of memory"
        } else {
            "elsewhere"
        }
    };
    let local = 7_u64;
    println!("a local of main lies {}", within((&raw const local).addr()));
    println!(
        "a local of the function lay {}",
        within(LOCAL_OF_THE_FUNCTION.get())
    );
}

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("this example has assembly for x86-64 only");
}
