//! Reuse of stacks.

use std::io;

use super::Stack;

/// How much a [`StackPool`] keeps.
///
/// # Examples
///
/// ```
/// use coro_sys::stack::{PoolLimits, StackPool};
///
/// let limits = PoolLimits { warm: 4, cold: 0 };
/// let pool = StackPool::new(64 * 1024, limits);
/// assert_eq!(pool.len(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
    /// How many stacks are kept together with the memory they have touched.
    pub warm: usize,
    /// How many more are kept as addresses only, their memory given back.
    pub cold: usize,
}

impl Default for PoolLimits {
    /// 64 warm and 1,024 cold stacks.
    fn default() -> Self {
        Self {
            warm: 64,
            cold: 1024,
        }
    }
}

/// Stacks of one size, for reuse. The last one given back is the first one taken: its pages
/// are the likeliest to be in the processor's caches.
///
/// A stack given back is *warm*: it keeps its memory and costs no system call. Once as many
/// are warm as [`PoolLimits`] allow, further ones become *cold*: `madvise(MADV_DONTNEED)` gives
/// their memory back, and only the mapping and its guard are kept. What exceeds both limits is
/// unmapped. Taking prefers warm ones. So a steady load costs no system calls, a burst does not
/// keep its memory, and at most `warm` times the stack size stays resident.
///
/// Dropping the pool unmaps all of its stacks.
///
/// # Examples
///
/// ```
/// use coro_sys::stack::{PoolLimits, StackPool};
///
/// # fn main() -> std::io::Result<()> {
/// let mut pool = StackPool::new(64 * 1024, PoolLimits::default());
/// let stack = pool.take()?;
/// let top = stack.top();
/// pool.give(stack);
/// assert_eq!(pool.take()?.top(), top);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct StackPool {
    size: usize,
    limits: PoolLimits,
    warm: Vec<Stack>,
    cold: Vec<Stack>,
}

impl StackPool {
    /// An empty pool of stacks of at least `size` bytes, rounded up to pages.
    ///
    /// # Examples
    ///
    /// See [`StackPool`].
    #[must_use]
    pub fn new(size: usize, limits: PoolLimits) -> Self {
        Self {
            // A size too large for the address space stays what it is: `take` will refuse it.
            size: Stack::size_for(size),
            limits,
            warm: Vec::new(),
            cold: Vec::new(),
        }
    }

    /// The size of this pool's stacks in bytes; a multiple of the page size.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_sys::stack::{PoolLimits, StackPool};
    ///
    /// let pool = StackPool::new(64 * 1024 - 1, PoolLimits::default());
    /// assert_eq!(pool.size(), 64 * 1024);
    /// ```
    #[inline]
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// A stack: one from the pool, or a new one.
    ///
    /// # Errors
    ///
    /// As for [`Stack::new`].
    ///
    /// # Examples
    ///
    /// See [`StackPool`].
    #[inline]
    pub fn take(&mut self) -> io::Result<Stack> {
        match self.warm.pop() {
            Some(stack) => Ok(stack),
            None => self.take_cold(),
        }
    }

    #[cold]
    fn take_cold(&mut self) -> io::Result<Stack> {
        match self.cold.pop() {
            Some(stack) => Ok(stack),
            None => Stack::new(self.size),
        }
    }

    /// Keeps `stack` for later, or drops it where the limits are reached or it is of another
    /// size.
    ///
    /// # Examples
    ///
    /// See [`StackPool`].
    #[inline]
    pub fn give(&mut self, stack: Stack) {
        if self.warm.len() < self.limits.warm && stack.size() == self.size {
            self.warm.push(stack);
        } else {
            self.give_cold(stack);
        }
    }

    #[cold]
    fn give_cold(&mut self, mut stack: Stack) {
        let room = self.cold.len() < self.limits.cold && stack.size() == self.size;
        if room && stack.trim().is_ok() {
            self.cold.push(stack);
        }
    }

    /// The number of stacks in the pool.
    ///
    /// # Examples
    ///
    /// See [`PoolLimits`].
    #[must_use]
    pub fn len(&self) -> usize {
        self.warm.len() + self.cold.len()
    }

    /// Whether the pool holds no stack.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_sys::stack::{PoolLimits, StackPool};
    ///
    /// assert!(StackPool::new(64 * 1024, PoolLimits::default()).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes the limits and drops what exceeds them.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_sys::stack::{PoolLimits, Stack, StackPool};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let mut pool = StackPool::new(64 * 1024, PoolLimits::default());
    /// pool.give(Stack::new(pool.size())?);
    /// pool.set_limits(PoolLimits { warm: 0, cold: 0 });
    /// assert!(pool.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_limits(&mut self, limits: PoolLimits) {
        self.limits = limits;
        let surplus = self.warm.split_off(limits.warm.min(self.warm.len()));
        self.cold.truncate(limits.cold);
        for stack in surplus {
            self.give(stack);
        }
    }

    /// Gives the memory of all stacks in the pool back to the kernel; keeps their mappings.
    ///
    /// # Errors
    ///
    /// What `madvise` reports.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_sys::stack::{PoolLimits, Stack, StackPool};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let mut pool = StackPool::new(64 * 1024, PoolLimits::default());
    /// pool.give(Stack::new(pool.size())?);
    /// pool.trim()?;
    /// assert_eq!(pool.take()?.high_water_mark()?, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn trim(&mut self) -> io::Result<()> {
        self.warm.iter_mut().try_for_each(Stack::trim)
    }
}
