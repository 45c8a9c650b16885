//! The context switch on AArch64, the procedure call standard of ELF systems.
//!
//! **Untested**: it assembles, but no machine of this kind has run it. The function set, the
//! link, and the reasons are those of the x86-64 file; only differences are told here.
//!
//! # The stacks, high addresses first
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
//!     | unused            |                | unused            |
//!     | -> `first`        |                | -> label 2        |
//!     | unused            |                | x29               |
//!     | unused            |<- pointer      | x19               |<- pointer
//!     +-------------------+                +-------------------+
//! ```
//!
//! The address to go on at lies 16 bytes above the stack pointer: `sp` must stay a multiple of 16
//! whenever memory is accessed through it, so every record takes 32 bytes. While the fiber runs,
//! the resumer's stack:
//!
//! ```text
//!     +-------------------+
//!     | frames            |
//!     +-------------------+
//!     | unused            |
//!     | x19               |   all pushed on landing
//!     | x30: after the    |   } these two are a frame record
//!     | x29     call      |   }
//!     +-------------------+   <- link.resumer
//! ```
//!
//! # Registers at a landing, in either direction
//!
//! | register | into the fiber | out of the fiber |
//! | --- | --- | --- |
//! | `x0` | word | word |
//! | `x1` | signal | signal |
//! | `x2` | address of the link | – |
//! | `x3` | the fiber's stack pointer | the resumer's stack pointer |
//! | `x4` | – | the fiber's stack pointer |
//!
//! # What is saved
//!
//! `x19` and `x29` by hand, because LLVM reserves them; all else is in the clobber list. `fpcr` is
//! not saved, for the reason given for `mxcsr`. Pointer authentication and guarded control
//! stacks are not supported.

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
        let record = below.cast::<*const ()>().sub(4);
        record.add(2).write(first as *const ());
        (*link.as_ptr()).entry = entry;
        Context {
            link,
            pointer: record.cast(),
        }
    }
}

/// The outermost frame of every fiber: the first `resume` lands here.
///
/// # Safety
///
/// Entered by the `blr` in [`resume`] only, with the registers in the module's table.
#[unsafe(naked)]
unsafe extern "C" fn first() {
    naked_asm!(
        ".cfi_startproc",
        ".cfi_signal_frame",
        // Save what the resumer needs, as a frame record with x19 on top.
        "stp x29, x30, [sp, #-32]!",
        "str x19, [sp, #16]",
        // From here on the link names the resumer. (`sp` cannot be stored directly.)
        "mov x4, sp",
        "str x4, [x2]",
        // The frame pointer chain, and the rule below, start at the link.
        "mov x29, x2",
        // Go over to the fiber's stack and drop the first record from it.
        "add sp, x3, #32",
        // The canonical frame address of the resumer: *(x29) + 32.
        //   0x8d 0   DW_OP_breg29 + 0, then as on x86-64
        ".cfi_escape 0x0f, 5, 0x8d, 0, 0x06, 0x23, 32",
        ".cfi_offset x19, -16",
        ".cfi_offset x30, -24",
        ".cfi_offset x29, -32",
        // No `blr`: it would push an entry onto the return predictor that no `ret` answers.
        "adr x30, 2f",
        // The word after `link.resumer` is `link.entry`.
        "ldr x4, [x2, #8]",
        "br x4",
        "2:",
        // The entry function does not return.
        "brk #0",
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
    // SAFETY: the caller vouches for the context; the assembly restores sp, x19 and x29, and all
    // else is declared clobbered.
    unsafe {
        asm!(
            // Where to go on.
            "ldr x4, [x3, #16]",
            "blr x4",
            // Back: x3 is what `sp` was on leaving, and x19 and x29 are restored.
            "add sp, x3, #32",
            inlateout("x0") word,
            inlateout("x1") signal,
            inlateout("x2") context.link.as_ptr() => _,
            inlateout("x3") context.pointer => _,
            lateout("x4") context.pointer,
            lateout("x20") _, lateout("x21") _, lateout("x22") _, lateout("x23") _,
            lateout("x24") _, lateout("x25") _, lateout("x26") _, lateout("x27") _,
            lateout("x28") _,
            clobber_abi("C"),
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
    // the record of the picture on top; the next landing restores sp, x19 and x29.
    unsafe {
        asm!(
            // LLVM keeps these two for itself. 32 bytes leave room for the address.
            "stp x19, x29, [sp, #-32]!",
            // Where to go on when resumed.
            "adr x30, 2f",
            "str x30, [sp, #16]",
            // The resumer pops its record by x3, and x4 is for the context.
            "ldr x3, [x2]",
            "mov x4, sp",
            // The resumer's registers, and its address after the `blr`.
            "ldr x19, [x3, #16]",
            "ldp x29, x30, [x3]",
            "mov sp, x3",
            "ret",
            // Resumed. The registers are those of the module's table.
            "2:",
            // Save what the resumer needs, and let the link name it.
            "stp x29, x30, [sp, #-32]!",
            "str x19, [sp, #16]",
            "mov x4, sp",
            "str x4, [x2]",
            // Back to our registers and stack.
            "ldp x19, x29, [x3]",
            "add sp, x3, #32",
            inlateout("x0") word,
            inlateout("x1") signal,
            inlateout("x2") link.as_ptr() => _,
            lateout("x20") _, lateout("x21") _, lateout("x22") _, lateout("x23") _,
            lateout("x24") _, lateout("x25") _, lateout("x26") _, lateout("x27") _,
            lateout("x28") _,
            clobber_abi("C"),
        );
    }
    (word, signal)
}

/// Goes back to the resumer for good.
///
/// # Safety
///
/// As for [`suspend`]; and nothing on this stack still waits for its destructor.
#[inline(always)]
pub(crate) unsafe fn finish(link: NonNull<Link>, word: Word, signal: usize) -> ! {
    // SAFETY: as in `suspend`, without the way back; so the context gets no pointer worth having.
    unsafe {
        asm!(
            "ldr x3, [x2]",
            "ldr x19, [x3, #16]",
            "ldp x29, x30, [x3]",
            "mov sp, x3",
            "ret",
            in("x0") word,
            in("x1") signal,
            in("x2") link.as_ptr(),
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
            "mov {}, sp",
            out(reg) pointer,
            options(nomem, nostack, preserves_flags),
        );
    }
    pointer
}

/// The floating-point control words of the running thread. On AArch64: `fpcr`.
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
    fpcr: u64,
}

impl FloatControl {
    /// Reads the control words of the calling thread.
    #[inline]
    #[must_use]
    pub fn read() -> Self {
        let fpcr: u64;
        // SAFETY: copies one register.
        unsafe {
            asm!("mrs {}, fpcr", out(reg) fpcr, options(nomem, nostack, preserves_flags));
        }
        Self { fpcr }
    }

    /// Sets the control words of the calling thread.
    ///
    /// # Safety
    ///
    /// Rust code may only run with the words that the thread started with. Whoever sets others
    /// puts the former ones back before any Rust floating-point operation.
    #[inline]
    pub unsafe fn write(self) {
        // SAFETY: the caller vouches for the values.
        unsafe {
            asm!("msr fpcr, {}", in(reg) self.fpcr, options(nostack, preserves_flags));
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
    // SAFETY: the caller vouches for number and arguments. The kernel keeps all registers but `x0`.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") arguments[0] => answer,
            in("x1") arguments[1],
            in("x2") arguments[2],
            in("x3") arguments[3],
            in("x4") arguments[4],
            in("x5") arguments[5],
            options(nostack),
        );
    }
    answer
}
