//! The context switch and the system call: one file per architecture, one function set for all of them.
//!
//! | function | who calls it | what it does |
//! | --- | --- | --- |
//! | `prepare` | whoever creates a fiber | writes the first return address onto its stack |
//! | `resume` | the resumer | leaves its own stack, runs the fiber |
//! | `suspend` | the fiber | leaves its own stack, runs the resumer |
//! | `finish` | the fiber, once | runs the resumer and never comes back |
//! | `stack_pointer` | anyone | tells on which stack the caller runs |
//! | `FloatControl` | whoever preserves them | reads and writes the floating-point control words |
//! | `system_call` | [`epoll`](crate::epoll), the waker | enters the kernel where it is inlined |
//!
//! What crosses a switch, in registers: one [`Word`](crate::fiber::Word) and one signal, a
//! small number whose meaning the two sides agree on.
//!
//! Nothing but these files, of all library code, holds assembly.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub use aarch64::FloatControl;
#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::{finish, prepare, resume, stack_pointer, suspend, system_call};
#[cfg(target_arch = "x86_64")]
pub use x86_64::FloatControl;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::{finish, prepare, resume, stack_pointer, suspend, system_call};

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("fibers know how to switch stacks on x86-64 and AArch64 only");
