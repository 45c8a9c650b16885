//! The same once more through the standard library: any system, no unsafe code.
//!
//! ```text
//! cargo run --example system_call_std
//! ```
//!
//! On Unix, `write_all` ends in the `write` of `system_call_libc`; on Windows, in `WriteFile`. What
//! the standard library adds is more than a common name: it writes the rest when the kernel took
//! only a part, it tries again when a signal came in between, the buffer belongs to a lock that
//! threads share, and a file that is not open cannot be named.

use std::io::{self, ErrorKind, Write};

/// Takes three bytes at a time, and is interrupted before each, as the kernel may do at any time.
struct Reluctant {
    taken: Vec<u8>,
    interrupted: bool,
}

impl Write for Reluctant {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let taken = bytes.len().min(3);
        self.taken.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    io::stdout().write_all(b"written by way of the standard library\n")?;

    let mut reluctant = Reluctant {
        taken: Vec::new(),
        interrupted: false,
    };
    reluctant.write_all(b"three bytes at a time")?;
    println!(
        "arrived in spite of interruptions: {}",
        String::from_utf8_lossy(&reluctant.taken)
    );
    Ok(())
}
