//! Names a fiber's stack overflow, which otherwise is a bare segmentation fault.
//!
//! [`install`] puts a handler in front of the one for `SIGSEGV`. On a fault in the guard page of a
//! [`Stack`](crate::stack::Stack) it writes one line to standard error and aborts:
//!
//! ```text
//! fiber stack overflow: a fiber used up its stack of 262144 bytes (fault at 0x7f5c81a3eff8, guard page 0x7f5c81a3e000..0x7f5c81a3f000)
//! ```
//!
//! Any other fault goes to the handler that was there before; with none, the process dies of
//! the signal as it would have.
//!
//! The handler cannot run on the stack that overflowed. It runs on the alternate signal stack
//! of the thread: threads of the standard library have one, and [`cover_thread`] gives one to any
//! other thread, and a larger one to threads whose own is too tight.
//!
//! # Examples
//!
//! ```
//! coro_sys::overflow::install()?;
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fmt::{self, Write};
use std::io;
use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::stack::registry;

/// What handled `SIGSEGV` before.
static FORMER: OnceLock<libc::sigaction> = OnceLock::new();

/// What an alternate stack needs beyond the registers that the kernel saves on it, in bytes.
const HANDLER_NEEDS: usize = 16 * 1024;

/// Has stack overflows of fibers reported by name, on this thread and all others that have an
/// alternate signal stack.
///
/// Call it early and once; further calls only [cover](cover_thread) the calling thread. A handler
/// that someone else installs later comes first, and must chain to this one.
///
/// # Errors
///
/// What `sigaction`, `sigaltstack` and `mmap` report.
///
/// # Examples
///
/// See the [module](self).
pub fn install() -> io::Result<()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    cover_thread()?;
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if FORMER.get().is_some() {
        return Ok(());
    }
    // SAFETY: all zeros is a valid `sigaction`.
    let mut former: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: only reads the action in force.
    check(unsafe { libc::sigaction(libc::SIGSEGV, ptr::null(), &raw mut former) })?;
    // Known before the handler can run.
    let _ = FORMER.set(former);
    // SAFETY: as above.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = on_fault as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | (former.sa_flags & libc::SA_NODEFER);
    action.sa_mask = former.sa_mask;
    // SAFETY: the handler has the signature that SA_SIGINFO asks for.
    check(unsafe { libc::sigaction(libc::SIGSEGV, &raw const action, ptr::null_mut()) })
}

/// Gives the calling thread an alternate signal stack that [`install`]'s handler fits on, unless it
/// has one. It is taken away when the thread ends.
///
/// # Errors
///
/// What `sigaltstack` and `mmap` report.
///
/// # Examples
///
/// ```
/// coro_sys::overflow::cover_thread()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn cover_thread() -> io::Result<()> {
    let needed = alternate_size();
    let present = alternate_stack()?;
    if present.ss_flags & libc::SS_DISABLE == 0 && present.ss_size >= needed {
        return Ok(());
    }
    let alternate = Alternate::map(needed)?;
    ALTERNATE
        .try_with(|place| place.set(Some(alternate)))
        .map_err(io::Error::other)
}

thread_local! {
    static ALTERNATE: std::cell::Cell<Option<Alternate>> = const { std::cell::Cell::new(None) };
}

/// An alternate signal stack in force on the thread that made it.
struct Alternate {
    memory: NonNull<libc::c_void>,
    size: usize,
}

impl Alternate {
    fn map(size: usize) -> io::Result<Self> {
        // SAFETY: a new mapping at a place of the kernel's choice.
        let memory = unsafe {
            libc::mmap(
                ptr::null_mut(),
                size,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let stack = libc::stack_t {
            ss_sp: memory,
            ss_flags: 0,
            ss_size: size,
        };
        let alternate = Self {
            memory: NonNull::new(memory).expect("the kernel does not map address 0"),
            size,
        };
        // SAFETY: the memory stays mapped as long as the thread may take signals on it.
        check(unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) })?;
        Ok(alternate)
    }
}

impl Drop for Alternate {
    fn drop(&mut self) {
        // Somebody may have set another one since; that stays.
        let ours = alternate_stack().is_ok_and(|stack| stack.ss_sp == self.memory.as_ptr());
        let none = libc::stack_t {
            ss_sp: ptr::null_mut(),
            ss_flags: libc::SS_DISABLE,
            ss_size: self.size,
        };
        // SAFETY: after it is disabled nobody uses the mapping, which is ours.
        unsafe {
            if ours {
                libc::sigaltstack(&raw const none, ptr::null_mut());
            }
            libc::munmap(self.memory.as_ptr(), self.size);
        }
    }
}

/// The alternate signal stack of the calling thread.
fn alternate_stack() -> io::Result<libc::stack_t> {
    let mut stack = libc::stack_t {
        ss_sp: ptr::null_mut(),
        ss_flags: 0,
        ss_size: 0,
    };
    // SAFETY: only reads the one in force.
    check(unsafe { libc::sigaltstack(ptr::null(), &raw mut stack) })?;
    Ok(stack)
}

/// The size an alternate stack must have: the kernel's part, which grows with the registers that
/// the processor has, and ours.
fn alternate_size() -> usize {
    // SAFETY: asks for a constant of the process; zero where the kernel has none.
    let kernel = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) };
    let kernel = usize::try_from(kernel).unwrap_or(0);
    kernel.max(libc::MINSIGSTKSZ) + HANDLER_NEEDS
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// The handler. Calls only what may be called in one: no lock, no allocation.
unsafe extern "C" fn on_fault(
    signal: libc::c_int,
    information: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    // SAFETY: the kernel passes a valid record for a fault; for a signal sent by a process the
    // field is something else, and then no guard contains it.
    let address = unsafe { (*information).si_addr() }.addr();
    // SAFETY: as above.
    let faulted = unsafe { (*information).si_code } > 0;
    match registry::find(address) {
        Some((guard, size)) if faulted => {
            let mut line = Line::new();
            // Cut off where it does not fit, which it does.
            let _ = writeln!(
                line,
                "fiber stack overflow: a fiber used up its stack of {size} bytes (fault at \
                 {address:#x}, guard page {:#x}..{:#x})",
                guard.start, guard.end
            );
            line.print();
            // SAFETY: ends the process.
            unsafe { libc::abort() }
        }
        // SAFETY: handed on as it came.
        _ => unsafe { chain(signal, information, context) },
    }
}

/// Does what would have been done without us.
///
/// # Safety
///
/// Called by the handler with its own arguments.
unsafe fn chain(
    signal: libc::c_int,
    information: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    type Plain = extern "C" fn(libc::c_int);
    type WithInformation = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

    let former = FORMER
        .get()
        .expect("it is set before the handler is installed");
    // SAFETY: what `sigaction` gave is a function of the type that its flags tell.
    unsafe {
        match former.sa_sigaction {
            libc::SIG_DFL => {
                // Back from here the instruction faults again, and then the default applies.
                // A signal that was sent is sent once more for that.
                libc::sigaction(signal, former, ptr::null_mut());
                if (*information).si_code <= 0 {
                    libc::raise(signal);
                }
            }
            libc::SIG_IGN => {}
            handler if former.sa_flags & libc::SA_SIGINFO != 0 => {
                std::mem::transmute::<usize, WithInformation>(handler)(
                    signal,
                    information,
                    context,
                );
            }
            handler => std::mem::transmute::<usize, Plain>(handler)(signal),
        }
    }
}

/// A line of text without an allocation.
struct Line {
    text: [u8; 256],
    length: usize,
}

impl Line {
    fn new() -> Self {
        Self {
            text: [0; 256],
            length: 0,
        }
    }

    fn print(&self) {
        // SAFETY: writes initialised bytes; a failure cannot be reported anywhere.
        unsafe { libc::write(libc::STDERR_FILENO, self.text.as_ptr().cast(), self.length) };
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = &mut self.text[self.length..];
        let length = text.len().min(room.len());
        room[..length].copy_from_slice(&text.as_bytes()[..length]);
        self.length += length;
        if length == text.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}
