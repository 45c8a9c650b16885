//! Stacks for fibers: anonymous memory with a guard, and a pool to reuse it.
//!
//! ```text
//!     low                                                                 high
//!     | guard      | pages, each backed by memory once touched   | skipped |
//!                  ^ lowest                                  top ^
//!                                      <---- grows downwards ----
//! ```
//!
//! # Guards and the number of memory maps
//!
//! A process may have `vm.max_map_count` memory maps, 65,530 unless configured otherwise. A guard
//! page made by `mprotect` splits its mapping in two, so about 32,000 stacks exhaust that
//! number. Linux 6.13 and later can mark pages as guards without a split (`MADV_GUARD_INSTALL`),
//! and neighbouring stacks then merge into one map: 40,000 of them have been seen to add
//! a single one. [`Stack::new`] uses these where it can and `mprotect` where it must;
//! [`Stack::guard`] tells which it was.
//!
//! A guard is one page or two. It stops code that touches its frame page by page, as all that rustc
//! compiles does. C code built without `-fstack-clash-protection` can step over it with a larger frame.
//!
//! # Skipped bytes
//!
//! Stacks start at page borders, so the hot first frames of all fibers would lie in the
//! same few sets of the processor's caches, and a thousand fibers would evict one another
//! from caches that have room for all of them. So each stack leaves out a different number
//! of cache lines at its top, less than [`SKIPPED_AT_MOST`] bytes. They come on top of the size that
//! was asked for.
//!
//! # Examples
//!
//! ```
//! use coro_sys::stack::Stack;
//!
//! # fn main() -> std::io::Result<()> {
//! let stack = Stack::new(100_000)?;
//! assert!(stack.size() >= 100_000);
//! assert_eq!(stack.high_water_mark()?, 0);
//! # Ok(())
//! # }
//! ```

use std::io;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

mod limits;
mod pool;
pub(crate) mod registry;

pub use pool::{PoolLimits, StackPool};

/// The smallest stack, in bytes: room for a panic to be raised and caught.
///
/// # Examples
///
/// See [`SIZE_BY_DEFAULT`].
pub const SIZE_AT_LEAST: usize = 16 * 1024;

/// The size, in bytes, of a stack that nobody chose a size for.
///
/// Address space, not memory: a page is backed once it is touched.
///
/// # Examples
///
/// ```
/// use coro_sys::stack::{SIZE_AT_LEAST, SIZE_BY_DEFAULT, SKIPPED_AT_MOST, Stack};
///
/// # fn main() -> std::io::Result<()> {
/// assert!(Stack::new(1)?.size() >= SIZE_AT_LEAST);
/// let stack = Stack::new(SIZE_BY_DEFAULT)?;
/// assert!(stack.size() >= SIZE_BY_DEFAULT && stack.range().len() >= stack.size());
/// assert_eq!(SKIPPED_AT_MOST, 2048);
/// # Ok(())
/// # }
/// ```
pub const SIZE_BY_DEFAULT: usize = 256 * 1024;

/// Fewer bytes than this are left out at the top of a stack. See the [module](self).
pub const SKIPPED_AT_MOST: usize = COLOURS * COLOUR_STEP;

/// How many different places the top of a stack can have within its page.
const COLOURS: usize = 32;
/// Bytes between two of these places: a cache line.
const COLOUR_STEP: usize = 64;

/// `MADV_GUARD_INSTALL` of Linux 6.13.
const MADV_GUARD_INSTALL: libc::c_int = 102;

/// How the low end of a stack is protected.
///
/// # Examples
///
/// ```
/// use coro_sys::stack::{Guard, Stack};
///
/// let stack = Stack::new(64 * 1024)?;
/// assert_ne!(stack.guard(), Guard::Absent);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// A page marked in the page table (`MADV_GUARD_INSTALL`): no memory map of its own.
    Marked,
    /// A page without access rights (`mprotect`): costs one more memory map per stack.
    Protected,
    /// None: an overflow writes into whatever lies below.
    Absent,
}

/// Memory to run a fiber on.
///
/// Dropping it unmaps the memory.
//
// One word, because a fiber and a pool hand it on many times: five words cost them more in moves than
// the switches to a short fiber do. The box is made when the memory is mapped, which takes a hundred
// times as long.
#[derive(Debug)]
pub struct Stack {
    parts: Box<Parts>,
}

/// What a [`Stack`] knows of its memory.
#[derive(Debug)]
struct Parts {
    mapping: NonNull<u8>,
    mapped: usize,
    /// What can be worked out from these two is asked for by each fiber that starts.
    size: usize,
    lowest: NonNull<u8>,
    top: NonNull<u8>,
    entry: Option<&'static registry::Entry>,
    guard: Guard,
}

// SAFETY: a stack is plain memory with one owner; the registry entry is made of atomics.
unsafe impl Send for Stack {}
// SAFETY: through `&Stack` memory is only looked at by way of the kernel or volatile reads, and
// fibers on it are the business of the unsafe functions that start them.
unsafe impl Sync for Stack {}

impl Stack {
    /// Maps a stack of at least `size` bytes, rounded up to pages, and a guard below it.
    ///
    /// # Errors
    ///
    /// - [`OutOfMemory`](io::ErrorKind::OutOfMemory) when the kernel gives no mapping; the message
    ///   says whether the number of memory maps is exhausted.
    /// - [`InvalidInput`](io::ErrorKind::InvalidInput) when the size does not fit the address space.
    ///
    /// # Examples
    ///
    /// ```
    /// let stack = coro_sys::stack::Stack::new(64 * 1024)?;
    /// assert_eq!(stack.size(), 64 * 1024);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn new(size: usize) -> io::Result<Self> {
        static MARKS_REFUSED: AtomicBool = AtomicBool::new(false);

        let mut stack = Self::map(size)?;
        // SAFETY: the first pages of a mapping that nobody uses yet.
        let marked = !MARKS_REFUSED.load(Ordering::Relaxed)
            && unsafe {
                libc::madvise(
                    stack.parts.mapping.as_ptr().cast(),
                    stack.guard_length(),
                    MADV_GUARD_INSTALL,
                ) == 0
            };
        if marked {
            stack.parts.guard = Guard::Marked;
        } else {
            // EINVAL: a kernel without markers, which it will not learn later. On any other
            // failure `mprotect` helps this stack, or says what is wrong.
            if io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL) {
                MARKS_REFUSED.store(true, Ordering::Relaxed);
            }
            stack.protect()?;
        }
        stack.register();
        Ok(stack)
    }

    /// Like [`new`](Self::new), with the guard that every kernel has: [`Guard::Protected`].
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_sys::stack::{Guard, Stack};
    ///
    /// assert_eq!(Stack::with_protected_guard(64 * 1024)?.guard(), Guard::Protected);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn with_protected_guard(size: usize) -> io::Result<Self> {
        let mut stack = Self::map(size)?;
        stack.protect()?;
        stack.register();
        Ok(stack)
    }

    /// Like [`new`](Self::new), without a guard: for huge numbers of fibers on kernels that have
    /// no markers.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    ///
    /// # Safety
    ///
    /// An overflow is undefined behaviour. Whoever runs code on the stack knows how deep it goes.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_sys::stack::Stack;
    ///
    /// // SAFETY: nothing ever runs on it.
    /// let stack = unsafe { Stack::without_guard(64 * 1024)? };
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub unsafe fn without_guard(size: usize) -> io::Result<Self> {
        Self::map(size)
    }

    /// The [size](Self::size) of the stack that [`new`](Self::new) makes when it is asked for `size`
    /// bytes. One that does not fit into the address space stays as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_sys::stack::{SIZE_AT_LEAST, Stack};
    ///
    /// assert_eq!(Stack::size_for(1), SIZE_AT_LEAST);
    /// assert_eq!(Stack::size_for(64 * 1024 - 1), 64 * 1024);
    /// ```
    #[must_use]
    pub fn size_for(size: usize) -> usize {
        lengths(size).map_or(size, |lengths| lengths.size)
    }

    /// Maps the pages, with room for the guard, and no guard in it yet.
    fn map(size: usize) -> io::Result<Self> {
        static NEXT_COLOUR: AtomicUsize = AtomicUsize::new(0);

        let Lengths {
            size,
            guard,
            mapped,
        } = lengths(size)?;
        // MAP_STACK keeps huge pages away (Linux 6.7), which would turn each touched stack
        // into two megabytes. MAP_NORESERVE: the untouched part counts for nothing.
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK | libc::MAP_NORESERVE;
        // SAFETY: a new mapping at a place of the kernel's choice.
        let mapping = unsafe {
            libc::mmap(
                ptr::null_mut(),
                mapped,
                libc::PROT_READ | libc::PROT_WRITE,
                flags,
                -1,
                0,
            )
        };
        if mapping == libc::MAP_FAILED {
            return Err(limits::explain(io::Error::last_os_error(), size));
        }
        let mapping = NonNull::new(mapping.cast::<u8>()).expect("address 0 is not mapped");
        let colour = NEXT_COLOUR.fetch_add(1, Ordering::Relaxed) % COLOURS;
        // SAFETY: the mapping holds the guard, a page for what is skipped, which is less, and more
        // between them. (Without a guard its pages are left unused.)
        let (lowest, top) = unsafe {
            let end = mapping.add(mapped);
            (mapping.add(guard), end.sub(colour * COLOUR_STEP))
        };
        let parts = Parts {
            mapping,
            mapped,
            size,
            lowest,
            top,
            entry: None,
            guard: Guard::Absent,
        };
        Ok(Self {
            parts: Box::new(parts),
        })
    }

    /// The bytes of the guard, or of the place for it.
    fn guard_length(&self) -> usize {
        self.parts.lowest.addr().get() - self.parts.mapping.addr().get()
    }

    /// Takes all rights from the guard.
    fn protect(&mut self) -> io::Result<()> {
        let (guard, length) = (self.parts.mapping, self.guard_length());
        // SAFETY: the first pages of a mapping that nobody uses yet.
        let result = unsafe { libc::mprotect(guard.as_ptr().cast(), length, libc::PROT_NONE) };
        if result != 0 {
            return Err(limits::explain(io::Error::last_os_error(), self.size()));
        }
        self.parts.guard = Guard::Protected;
        Ok(())
    }

    /// Lets the overflow handler find the guard.
    fn register(&mut self) {
        let guard = self.parts.mapping.as_ptr().addr();
        let guard = guard..guard + self.guard_length();
        self.parts.entry = Some(registry::insert(guard, self.size()));
    }

    /// The number of bytes that a fiber can use, at least; a multiple of the page size.
    ///
    /// # Examples
    ///
    /// ```
    /// let stack = coro_sys::stack::Stack::new(64 * 1024)?;
    /// assert_eq!(stack.size(), 64 * 1024);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn size(&self) -> usize {
        self.parts.size
    }

    /// The addresses that a fiber can use, from the lowest one above the guard to [`top`](Self::top).
    ///
    /// # Examples
    ///
    /// ```
    /// let stack = coro_sys::stack::Stack::new(64 * 1024)?;
    /// assert!(stack.range().len() >= stack.size());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.lowest().addr().get()..self.top().addr().get()
    }

    /// The address right above the first byte of the stack; a multiple of 64.
    ///
    /// # Examples
    ///
    /// ```
    /// let stack = coro_sys::stack::Stack::new(64 * 1024)?;
    /// assert!(stack.top().addr().get().is_multiple_of(64));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn top(&self) -> NonNull<u8> {
        self.parts.top
    }

    /// The lowest byte that a fiber can use.
    ///
    /// # Examples
    ///
    /// ```
    /// let stack = coro_sys::stack::Stack::new(64 * 1024)?;
    /// assert_eq!(stack.lowest().addr().get(), stack.range().start);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn lowest(&self) -> NonNull<u8> {
        self.parts.lowest
    }

    /// How the stack is guarded.
    ///
    /// # Examples
    ///
    /// See [`Guard`].
    #[inline]
    #[must_use]
    pub fn guard(&self) -> Guard {
        self.parts.guard
    }

    /// How many bytes of the stack were in use when it was fullest, since it was mapped or
    /// [trimmed](Self::trim).
    ///
    /// The kernel tells the lowest page that is resident; in there the lowest byte that is not
    /// zero counts. So the figure can be too small where a frame's lowest bytes are zeros, and
    /// where the kernel has swapped pages out. Costs a system call and reads one page.
    ///
    /// # Errors
    ///
    /// What `mincore` reports.
    ///
    /// # Examples
    ///
    /// ```
    /// let stack = coro_sys::stack::Stack::new(64 * 1024)?;
    /// // SAFETY: nobody else uses the stack.
    /// unsafe { stack.top().sub(5000).write(1) };
    /// assert_eq!(stack.high_water_mark()?, 5000);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn high_water_mark(&self) -> io::Result<usize> {
        let lowest = self.lowest();
        let pages = (self.parts.mapped - self.guard_length()) / page();
        let mut resident = vec![0_u8; pages];
        // SAFETY: the range is mapped, and the vector has a byte for each of its pages.
        let result = unsafe {
            libc::mincore(
                lowest.as_ptr().cast(),
                pages * page(),
                resident.as_mut_ptr(),
            )
        };
        if result != 0 {
            return Err(io::Error::last_os_error());
        }
        let top = self.top();
        for (number, _) in resident
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte & 1 == 1)
        {
            let start = number * page();
            let end = (start + page()).min(self.range().len());
            for offset in start..end {
                // SAFETY: inside the mapping. Volatile, because a fiber may be using it.
                if unsafe { look(lowest.add(offset).as_ptr()) } != 0 {
                    return Ok(top.addr().get() - lowest.addr().get() - offset);
                }
            }
        }
        Ok(0)
    }

    /// Gives the memory behind the stack back to the kernel. The stack stays mapped and guarded;
    /// its contents are gone.
    ///
    /// # Errors
    ///
    /// What `madvise` reports.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut stack = coro_sys::stack::Stack::new(64 * 1024)?;
    /// // SAFETY: nobody else uses the stack.
    /// unsafe { stack.top().sub(8).write(1) };
    /// stack.trim()?;
    /// assert_eq!(stack.high_water_mark()?, 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn trim(&mut self) -> io::Result<()> {
        let length = self.parts.mapped - self.guard_length();
        // SAFETY: the range is ours; by the exclusive reference, and by the promises of those
        // who started a fiber on it, nothing in there is wanted any more.
        let result =
            unsafe { libc::madvise(self.lowest().as_ptr().cast(), length, libc::MADV_DONTNEED) };
        if result == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if let Some(entry) = self.parts.entry {
            registry::remove(entry);
        }
        // SAFETY: the mapping is ours, and by the promises of those who started a fiber on it
        // nobody uses it any more.
        let result = unsafe { libc::munmap(self.parts.mapping.as_ptr().cast(), self.parts.mapped) };
        if result != 0 {
            // A hole in the middle of merged stacks splits their map, and at the limit of
            // maps the kernel refuses. Then the memory goes and the addresses stay taken.
            let _ = self.trim();
        }
    }
}

/// The page size in bytes.
#[inline]
fn page() -> usize {
    static PAGE: AtomicUsize = AtomicUsize::new(0);

    #[cold]
    fn ask() -> usize {
        // SAFETY: asks for a constant of the system.
        let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        let size = usize::try_from(size).expect("a system has a page size");
        PAGE.store(size, Ordering::Relaxed);
        size
    }

    match PAGE.load(Ordering::Relaxed) {
        0 => ask(),
        size => size,
    }
}

/// What a stack is made of, in bytes: what a fiber can use, the guard, and all that is mapped, with a
/// page for what is skipped at the top.
struct Lengths {
    size: usize,
    guard: usize,
    mapped: usize,
}

/// The lengths for a stack of at least `size` bytes.
fn lengths(size: usize) -> io::Result<Lengths> {
    const { assert!(SKIPPED_AT_MOST <= 4096, "what is skipped fits in a page") };
    let fitting = |size: usize| {
        let size = size.max(SIZE_AT_LEAST).checked_next_multiple_of(page())?;
        // Mappings lie side by side. With an even number of pages in each, the hot pages of many stacks
        // would share half of the sets of the processor's address cache: a thousand fibers that take
        // turns are a sixth faster with an odd one.
        let guard = page() * (1 + (size / page() + 1) % 2);
        let mapped = size.checked_add(guard + page())?;
        isize::try_from(mapped).ok()?;
        Some(Lengths {
            size,
            guard,
            mapped,
        })
    };
    fitting(size).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("a fiber stack of {size} bytes does not fit into the address space"),
        )
    })
}

/// Reads a byte of a stack that someone may be using.
///
/// # Safety
///
/// The address is mapped and readable.
#[inline]
#[allow(unexpected_cfgs)]
unsafe fn look(address: *const u8) -> u8 {
    // The sanitizer would take a look between the variables of a live frame for an error.
    if cfg!(coro_asan) {
        return 1;
    }
    // SAFETY: the caller vouches for the address.
    unsafe { address.read_volatile() }
}
