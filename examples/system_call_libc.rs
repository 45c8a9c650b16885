//! The same system call through the C library: a function with a name and types.
//!
//! ```text
//! cargo run --example system_call_libc
//! ```
//!
//! The C library knows the registers and the numbers, so that this works on every Unix and every
//! processor. Rust's standard library is linked with it already: the function only has to be
//! declared. What is left to us are C's own conventions: a pointer with a length that nobody
//! checks, and -1 for a failure whose code is somewhere else.

use std::ffi::{c_int, c_void};
use std::io;

// SAFETY: this is the declaration of POSIX in Rust's words. (A wrong one is undefined behaviour, so
// that programs take it from the crate `libc`.)
unsafe extern "C" {
    fn write(file: c_int, bytes: *const c_void, length: usize) -> isize;
}

/// Writes to an open file, and tells how many bytes the kernel took.
fn write_to(file: c_int, bytes: &[u8]) -> io::Result<usize> {
    // SAFETY: pointer and length are those of the slice.
    let answer = unsafe { write(file, bytes.as_ptr().cast(), bytes.len()) };
    // A negative answer is always -1, and the C library has put the code into `errno`.
    usize::try_from(answer).map_err(|_| io::Error::last_os_error())
}

fn main() -> io::Result<()> {
    let written = write_to(1, b"written by way of the C library\n")?;
    println!("the kernel took {written} bytes");
    let error = write_to(-1, b"nowhere").expect_err("there is no file -1");
    println!("to a file that is not open: {error}");
    Ok(())
}
