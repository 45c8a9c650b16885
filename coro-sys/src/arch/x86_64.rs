//! The context switch on x86-64, System V calling convention.
//!
//! The scheme is the one that `corosensei` made known: inline assembly with a clobber list,
//! so that the compiler spills what is live and nothing else; a `call` into the fiber that a
//! `ret` out of it answers, so that the processor's return predictor stays in step; values in
//! registers. Where the two sides find each other:
//!
//! - The *link*, near the top of the fiber's stack, holds the resumer's stack pointer while the
//!   fiber runs.
//! - The *context*, which the resumer owns, holds the fiber's stack pointer while it is suspended.
//!   It could be in the link too, and is not: a resume would have to read the link before it knew
//!   any address on that stack, and the processor holds back what follows until it knows them.
//!
//! # The stacks, high addresses first
//!
//! A fiber that has not run yet, on the left, and one that is suspended, on the right:
//!
//! ```text
//!           prepared                             suspended
//!     +-------------------+                +-------------------+
//!     | entry             |                | entry             |
//!     +-------------------+                +-------------------+
//!     | link.resumer      |                | link.resumer      |
//!     +-------------------+                +-------------------+
//!     | what its owner    |                | frames of the     |
//!     ~ keeps here        ~                ~ fiber             ~
//!     +-------------------+                +-------------------+
//!     | -> `first`        |<- pointer      | rbp               |
//!     +-------------------+                | rbx               |
//!                                          | -> label 2        |<- pointer
//!                                          +-------------------+
//! ```
//!
//! The word that the context's `pointer` leads to is, in both, the address to go on at: `resume`
//! need not know which of the two it meets.
//!
//! And while the fiber runs, the resumer's stack:
//!
//! ```text
//!     +-------------------+
//!     | frames            |
//!     +-------------------+
//!     | rbx               |   pushed by `resume`
//!     | -> after the call |   pushed by its `call` } these two are a frame record
//!     | rbp               |   pushed on landing    }
//!     +-------------------+   <- link.resumer
//! ```
//!
//! # Registers at a landing, in either direction
//!
//! | register | into the fiber | out of the fiber |
//! | --- | --- | --- |
//! | `rdi` | word | word |
//! | `rsi` | signal | signal |
//! | `rdx` | address of the link | – |
//! | `rcx` | the fiber's stack pointer | the fiber's stack pointer |
//!
//! `rdi`, `rsi` and `rdx` are the first three arguments of a C function, so the first landing
//! can jump straight to the entry function.
//!
//! # What is saved
//!
//! `rbx` and `rbp` by hand, because LLVM reserves both and does not accept them as clobbers.
//! Every other general, vector and mask register is in the clobber list. The control words
//! `mxcsr` and x87 `cw` are **not** saved: the ABI has a callee keep them, but Rust code may not
//! run with other values than the default ones, so no Rust program can tell, and reading
//! them costs more than the whole switch. Who calls into C code that sets a rounding mode and
//! suspends in between preserves them with [`FloatControl`].
//!
//! # Unwinding
//!
//! A panic never crosses a switch: the entry function catches it. A backtrace does: `first`
//! stays as the outermost frame of the fiber, with hand-written call frame information that
//! leads through the link to the frame of whoever resumed it *last*. The frame pointer chain
//! leads there too: `rbp` of `first` is the address of the link, and the link, read as a frame
//! record, names the record that was completed on landing. (Its return address then reads
//! as the entry function: a harmless extra line in a profile.)
//!
//! Shadow stacks (CET) are not supported: a `ret` to another stack's address is what they stop.

use core::arch::{asm, naked_asm};
use core::ptr::NonNull;

use crate::fiber::{Context, Entry, Link, Word};

/// Writes the address of [`first`] below what the owner keeps, and returns where that is.
///
/// # Safety
///
/// `link` is valid for writes. `below` is 16-byte aligned and the bytes under it, down to the end
/// of the stack, belong to the fiber.
#[inline]
pub(crate) unsafe fn prepare(link: NonNull<Link>, below: *mut u8, entry: Entry) -> Context {
    // SAFETY: the caller vouches for both places.
    unsafe {
        let slot = below.cast::<*const ()>().sub(1);
        slot.write(first as *const ());
        (*link.as_ptr()).entry = entry;
        Context {
            link,
            pointer: slot.cast(),
        }
    }
}

/// The outermost frame of every fiber: the first `resume` lands here.
///
/// # Safety
///
/// Entered by the `call` in [`resume`] only, with the registers in the module's table.
#[unsafe(naked)]
unsafe extern "C" fn first() {
    naked_asm!(
        ".cfi_startproc",
        // GDB takes stacks that do not grow downwards for corrupt, unless a signal frame lies
        // between: those may legitimately change stacks. The mark makes unwinders look a
        // return address up as it is instead of one byte before, hence an instruction
        // after each `call` that can be returned to.
        ".cfi_signal_frame",
        // Complete the resumer's frame record.
        "push rbp",
        // From here on the link names the resumer.
        "mov [rdx], rsp",
        // The frame pointer chain, and the rule below, start at the link.
        "mov rbp, rdx",
        // Go over to the fiber's stack and drop the address of this function from it.
        "lea rsp, [rcx + 8]",
        // The frame above this one is the resumer's. Its canonical frame address is what `rsp`
        // is once `resume` has popped all three words: *(rbp) + 24.
        //   0x0f     DW_CFA_def_cfa_expression, 5 bytes:
        //   0x76 0   DW_OP_breg6 (rbp) + 0
        //   0x06     DW_OP_deref
        //   0x23 24  DW_OP_plus_uconst 24
        ".cfi_escape 0x0f, 5, 0x76, 0, 0x06, 0x23, 24",
        // And these are the three words, counted from there.
        ".cfi_offset rbx, -8",
        ".cfi_offset rip, -16",
        ".cfi_offset rbp, -24",
        // A `call` would push an entry onto the return predictor that no `ret` answers: the
        // fiber's first `suspend` would be predicted to return to here. So push the
        // return address as data and jump.
        "lea rax, [rip + 2f]",
        "push rax",
        // The word after `link.resumer` is `link.entry`.
        "jmp [rdx + 8]",
        "2:",
        // The entry function does not return.
        "ud2",
        ".cfi_endproc",
    )
}

/// Runs the fiber until it suspends or finishes, and returns what it hands over.
///
/// # Safety
///
/// `context` was prepared on a stack that is still there, its fiber has not finished and is not
/// running, and it is resumed on the thread that it expects.
#[inline(always)]
pub(crate) unsafe fn resume(context: &mut Context, word: Word, signal: usize) -> (Word, usize) {
    let mut word = word;
    let mut signal = signal;
    // SAFETY: the caller vouches for the context; the assembly restores rsp, rbx and rbp, and all
    // else is declared clobbered.
    unsafe {
        asm!(
            // LLVM keeps `rbx` for itself. Together with the `call` and the push on landing
            // this leaves `rsp` misaligned by 8, but no function runs on this stack until we
            // are back.
            "push rbx",
            // The fiber's topmost word is where to go on. The `ret` in `suspend` answers this
            // `call`.
            "call [rcx]",
            // Back, with rsp just above the return address and rbp restored.
            "pop rbx",
            inlateout("rdi") word,
            inlateout("rsi") signal,
            inlateout("rdx") context.link.as_ptr() => _,
            inlateout("rcx") context.pointer,
            lateout("r12") _, lateout("r13") _, lateout("r14") _, lateout("r15") _,
            clobber_abi("sysv64"),
        );
    }
    (word, signal)
}

/// Goes back to the resumer, and returns what the next `resume` hands over.
///
/// Always inlined: a `ret` of its own would be predicted to go where the `ret` in here went.
///
/// # Safety
///
/// Called on the stack that `link` was prepared on, while the fiber runs.
#[inline(always)]
pub(crate) unsafe fn suspend(link: NonNull<Link>, word: Word, signal: usize) -> (Word, usize) {
    let mut word = word;
    let mut signal = signal;
    // SAFETY: the caller runs on the fiber, so the link holds the resumer's stack pointer with
    // the three words of the picture on top; the next landing restores rsp, rbx and rbp.
    unsafe {
        asm!(
            // LLVM keeps these two for itself.
            "push rbp",
            "push rbx",
            // Where to go on when resumed.
            "lea rax, [rip + 2f]",
            "push rax",
            // For the context.
            "mov rcx, rsp",
            "mov rsp, [rdx]",
            // The resumer's frame pointer, then its address after the `call`.
            "pop rbp",
            "ret",
            // Resumed. The registers are those of the module's table.
            "2:",
            // Complete the resumer's frame record, and let the link name it.
            "push rbp",
            "mov [rdx], rsp",
            // Back to our stack, without the address that brought us here.
            "lea rsp, [rcx + 8]",
            "pop rbx",
            "pop rbp",
            inlateout("rdi") word,
            inlateout("rsi") signal,
            inlateout("rdx") link.as_ptr() => _,
            lateout("r12") _, lateout("r13") _, lateout("r14") _, lateout("r15") _,
            clobber_abi("sysv64"),
        );
    }
    (word, signal)
}

/// Goes back to the resumer for good.
///
/// What `word` points to may lie on the fiber's stack: it stays valid until the resumer
/// releases that stack.
///
/// # Safety
///
/// As for [`suspend`]; and nothing on this stack still waits for its destructor.
#[inline(always)]
pub(crate) unsafe fn finish(link: NonNull<Link>, word: Word, signal: usize) -> ! {
    // SAFETY: as in `suspend`, without the way back; so the context gets no pointer worth having.
    unsafe {
        asm!(
            "mov rsp, [rdx]",
            "pop rbp",
            "ret",
            in("rdi") word,
            in("rsi") signal,
            in("rdx") link.as_ptr(),
            options(noreturn),
        );
    }
}

/// The caller's stack pointer.
#[inline(always)]
pub(crate) fn stack_pointer() -> usize {
    let pointer: usize;
    // SAFETY: copies one register.
    unsafe {
        asm!(
            "mov {}, rsp",
            out(reg) pointer,
            options(nomem, nostack, preserves_flags),
        );
    }
    pointer
}

/// The floating-point control words of the running thread: rounding modes, masked exceptions
/// and the like. On x86-64: `mxcsr` and the x87 control word.
///
/// A context switch leaves them as they are.
///
/// # Examples
///
/// ```
/// use coro_sys::fiber::FloatControl;
///
/// let now = FloatControl::read();
/// // SAFETY: these are the words in force.
/// unsafe { now.write() };
/// assert_eq!(now, FloatControl::read());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct FloatControl {
    mxcsr: u32,
    x87: u16,
}

impl FloatControl {
    /// Reads the control words of the calling thread.
    #[inline]
    #[must_use]
    pub fn read() -> Self {
        let mut words = Self { mxcsr: 0, x87: 0 };
        // SAFETY: stores four and two bytes into fields of these sizes.
        unsafe {
            asm!(
                "stmxcsr [{mxcsr}]",
                "fnstcw [{x87}]",
                mxcsr = in(reg) &raw mut words.mxcsr,
                x87 = in(reg) &raw mut words.x87,
                options(nostack, preserves_flags),
            );
        }
        words
    }

    /// Sets the control words of the calling thread.
    ///
    /// # Safety
    ///
    /// Rust code may only run with the words that the thread started with. Whoever sets others
    /// puts the former ones back before any Rust floating-point operation.
    #[inline]
    pub unsafe fn write(self) {
        // SAFETY: loads four and two bytes from fields of these sizes; the caller vouches for
        // the values.
        unsafe {
            asm!(
                "ldmxcsr [{mxcsr}]",
                "fldcw [{x87}]",
                mxcsr = in(reg) &raw const self.mxcsr,
                x87 = in(reg) &raw const self.x87,
                options(nostack, preserves_flags, readonly),
            );
        }
    }
}

/// Makes a system call. The answer of the kernel: a number below zero, but not below -4095, is the
/// negative code of an error.
///
/// Always inlined, where a function of the C library is called. For after the kernel has run, the first
/// return from a function is not predicted: that costs as much as the entry into the kernel on some
/// processors, and a caller in a loop has no return.
///
/// # Safety
///
/// As for the call of this number in the C library. Arguments that it does not take are ignored.
#[inline(always)]
pub(crate) unsafe fn system_call(number: libc::c_long, arguments: [usize; 6]) -> isize {
    let answer: isize;
    // SAFETY: the caller vouches for number and arguments. The instruction itself changes `rcx` and
    // `r11`, and the kernel, besides what the call is for, only `rax`.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => answer,
            in("rdi") arguments[0],
            in("rsi") arguments[1],
            in("rdx") arguments[2],
            in("r10") arguments[3],
            in("r8") arguments[4],
            in("r9") arguments[5],
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    answer
}
