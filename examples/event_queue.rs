//! An event queue from scratch: one thread waits for many sockets with three system calls.
//!
//! ```text
//! cargo run --example event_queue
//! ```
//!
//! `epoll_create1` makes a queue in the kernel, `epoll_ctl` says what is of interest and under which
//! number it is to be reported, and `epoll_wait` sleeps until something has happened. It reports
//! numbers and says nothing of what they mean: that is left to who waits.
//! `coro_sys::Poll` is this queue with all flags, errors and edge cases.

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::collections::HashMap;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::thread;
    use std::time::Duration;

    let queue = queue::Queue::new()?;
    let mut streams = HashMap::new();
    for (number, delay) in [(0, 300), (1, 100), (2, 200)] {
        let (near, mut far) = UnixStream::pair()?;
        queue.register(&near, number)?;
        streams.insert(number, near);
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(delay));
            far.write_all(format!("answer after {delay} ms").as_bytes())
            // Dropping `far` closes the connection, and that is an event as well.
        });
    }
    while !streams.is_empty() {
        for number in queue.wait()? {
            let mut bytes = [0; 100];
            let length = (&streams[&number]).read(&mut bytes)?;
            if length == 0 {
                println!("stream {number}: closed");
                // Closing our end takes it out of the queue.
                streams.remove(&number);
            } else {
                let text = String::from_utf8_lossy(&bytes[..length]);
                println!("stream {number}: {text}");
            }
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
mod queue {
    use std::ffi::c_int;
    use std::io;
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

    const CLOSE_ON_EXEC: c_int = 0o2_000_000;
    const ADD: c_int = 1;
    const READABLE: u32 = 1;

    /// The kernel's record of an event; packed on x86-64, for reasons of compatibility.
    #[derive(Clone, Copy, Default)]
    #[repr(C)]
    #[cfg_attr(target_arch = "x86_64", repr(packed))]
    struct Event {
        flags: u32,
        number: u64,
    }

    // SAFETY: the declarations of the C library in Rust's words.
    unsafe extern "C" {
        fn epoll_create1(flags: c_int) -> c_int;
        fn epoll_ctl(queue: c_int, what: c_int, file: c_int, event: *mut Event) -> c_int;
        fn epoll_wait(queue: c_int, events: *mut Event, most: c_int, timeout: c_int) -> c_int;
    }

    fn check(answer: c_int) -> io::Result<c_int> {
        if answer < 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(answer)
        }
    }

    pub(super) struct Queue(OwnedFd);

    impl Queue {
        pub(super) fn new() -> io::Result<Self> {
            // SAFETY: makes a descriptor, of which we are then the owner.
            unsafe {
                Ok(Self(OwnedFd::from_raw_fd(check(epoll_create1(
                    CLOSE_ON_EXEC,
                ))?)))
            }
        }

        /// Has `number` reported whenever there is something to read from `file`.
        pub(super) fn register(&self, file: &impl AsRawFd, number: u64) -> io::Result<()> {
            let mut event = Event {
                flags: READABLE,
                number,
            };
            // SAFETY: the kernel reads the record during the call.
            check(unsafe { epoll_ctl(self.0.as_raw_fd(), ADD, file.as_raw_fd(), &raw mut event) })?;
            Ok(())
        }

        /// Sleeps until there are events, and returns their numbers.
        pub(super) fn wait(&self) -> io::Result<Vec<u64>> {
            let mut events = [Event::default(); 16];
            // SAFETY: the kernel writes 16 records at most; -1 is to wait without an end.
            let count =
                check(unsafe { epoll_wait(self.0.as_raw_fd(), events.as_mut_ptr(), 16, -1) })?;
            Ok(events[..count as usize]
                .iter()
                .map(|event| event.number)
                .collect())
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("this example has the event queue of Linux only");
}
