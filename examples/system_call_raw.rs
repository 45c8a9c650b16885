//! A system call without a library: five registers and one instruction.
//!
//! ```text
//! cargo run --example system_call_raw
//! ```
//!
//! Everything a program does to the world outside of its own memory goes through an instruction
//! like this one. It is tied to one kernel (the numbers of the calls), to one processor (the
//! registers), and no compiler checks it. `system_call_libc` and `system_call_std` say the same
//! with less.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn main() {
    let text = "written by a raw system call\n";
    let written = linux::write(1, text.as_bytes());
    println!(
        "the kernel took {} bytes",
        written.expect("a place to write to")
    );
    // The kernel answers a failure with a negative number: the code of the error.
    let error = linux::write(-1, b"nowhere").expect_err("there is no file -1");
    println!("to a file that is not open: error {error}");
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod linux {
    use std::arch::asm;

    /// The number of `write` among the system calls of Linux on x86-64.
    const WRITE: isize = 1;

    /// Writes to an open file, and tells how many bytes the kernel took, or the code of the error.
    pub(super) fn write(file: i32, bytes: &[u8]) -> Result<usize, isize> {
        let answer: isize;
        // SAFETY: the kernel reads as many bytes as the slice has and changes no memory of ours.
        unsafe {
            asm!(
                // Changes to the kernel, which looks into the registers for what is wanted.
                "syscall",
                // Which call it is; the answer comes back in the same register.
                inlateout("rax") WRITE => answer,
                // The three arguments: a file, an address, a length.
                in("rdi") file as isize,
                in("rsi") bytes.as_ptr(),
                in("rdx") bytes.len(),
                // The instruction itself keeps the way back and the flags in these two.
                lateout("rcx") _,
                lateout("r11") _,
                options(nostack, readonly),
            );
        }
        usize::try_from(answer).map_err(|_| -answer)
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn main() {
    println!("this example has the registers and numbers of Linux on x86-64 only");
}
