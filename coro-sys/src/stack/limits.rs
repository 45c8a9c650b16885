//! Tells why the kernel gave no stack.

use std::fs::{self, File};
use std::io::{self, Read};

/// Puts `error`, from mapping or guarding a stack of `size` bytes, into words.
#[cold]
pub(super) fn explain(error: io::Error, size: usize) -> io::Error {
    if error.raw_os_error() != Some(libc::ENOMEM) {
        return error;
    }
    let cause = match (maps(), most_maps()) {
        // The kernel refuses the last one or two, depending on the call.
        (Some(maps), Some(most)) if maps + 4 >= most => format!(
            "the process has {maps} memory maps, and vm.max_map_count is {most}; raise that, \
             or use a kernel with guard markers (Linux 6.13), or have fewer fibers"
        ),
        (Some(maps), Some(most)) => {
            format!("out of memory or of address space ({maps} of {most} memory maps are in use)")
        }
        _ => "out of memory, of address space or of memory maps".to_owned(),
    };
    io::Error::new(
        io::ErrorKind::OutOfMemory,
        format!("cannot map a fiber stack of {size} bytes: {cause}"),
    )
}

/// The number of memory maps of this process.
fn maps() -> Option<usize> {
    let mut file = File::open("/proc/self/maps").ok()?;
    let mut buffer = [0; 4096];
    let mut lines = 0;
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(lines),
            length => {
                lines += buffer[..length]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count()
            }
        }
    }
}

/// The number of memory maps that a process may have.
fn most_maps() -> Option<usize> {
    let text = fs::read_to_string("/proc/sys/vm/max_map_count").ok()?;
    text.trim().parse().ok()
}
