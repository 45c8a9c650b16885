//! The stacks of fibers that have ended, kept for later ones of the same thread.

use std::cell::{Cell, RefCell};
use std::io;

use coro_sys::stack::{Guard, PoolLimits, Stack, StackPool};

/// For how many sizes a thread keeps stacks.
const SIZES_AT_MOST: usize = 8;

struct Pools {
    /// The stack that was given back last. It is the one that short fibers take turns on, and a
    /// single place costs them far less than a search and a vector do.
    last: Cell<Option<Stack>>,
    /// Whether there may be one in that place.
    keeps_last: Cell<bool>,
    others: RefCell<Others>,
}

/// All other stacks.
struct Others {
    limits: PoolLimits,
    /// One for each size, the first one for the size that was used first.
    pools: Vec<StackPool>,
}

thread_local! {
    static POOLS: Pools = const {
        Pools {
            last: Cell::new(None),
            keeps_last: Cell::new(true),
            others: RefCell::new(Others {
                limits: PoolLimits { warm: 64, cold: 1024 },
                pools: Vec::new(),
            }),
        }
    };
}

impl Pools {
    #[inline]
    fn take(&self, size: usize) -> io::Result<Stack> {
        match self.last.take() {
            Some(stack) if stack.size() == size => Ok(stack),
            last => self.take_other(size, last),
        }
    }

    /// Sizes are asked for before they are rounded, and stacks have them rounded.
    #[inline(never)]
    fn take_other(&self, size: usize, last: Option<Stack>) -> io::Result<Stack> {
        let size = Stack::size_for(size);
        match last {
            Some(stack) if stack.size() == size => Ok(stack),
            last => {
                self.last.set(last);
                self.others.borrow_mut().take(size)
            }
        }
    }

    #[inline]
    fn give(&self, stack: Stack) {
        if !self.keeps_last.get() {
            self.others.borrow_mut().give(stack);
        } else if let Some(former) = self.last.replace(Some(stack)) {
            self.others.borrow_mut().give(former);
        }
    }
}

impl Others {
    fn take(&mut self, size: usize) -> io::Result<Stack> {
        match self.of(size) {
            Some(pool) => pool.take(),
            // The thread has enough sizes.
            None => Stack::new(size),
        }
    }

    #[inline(never)]
    fn give(&mut self, stack: Stack) {
        if let Some(pool) = self.of(stack.size()) {
            pool.give(stack);
        }
    }

    /// The pool for stacks of exactly `size` bytes, if there is or may be one.
    #[inline]
    fn of(&mut self, size: usize) -> Option<&mut StackPool> {
        let place = match self.pools.iter().position(|pool| pool.size() == size) {
            Some(place) => place,
            None => self.grow(size)?,
        };
        Some(&mut self.pools[place])
    }

    #[cold]
    fn grow(&mut self, size: usize) -> Option<usize> {
        if self.pools.len() == SIZES_AT_MOST {
            return None;
        }
        self.pools.push(StackPool::new(size, self.limits));
        Some(self.pools.len() - 1)
    }
}

/// A stack of at least `size` bytes, from the pool or a new one.
#[inline]
pub(super) fn take(size: usize) -> io::Result<Stack> {
    // A thread that is ending has no pools any more.
    POOLS
        .try_with(|pools| pools.take(size))
        .unwrap_or_else(|_| Stack::new(size))
}

/// Keeps `stack` for later, within the limits. One without a guard is dropped: nobody who takes one from
/// here has asked for that.
#[inline]
pub(super) fn give(stack: Stack) {
    if stack.guard() == Guard::Absent {
        return;
    }
    let _ = POOLS.try_with(|pools| pools.give(stack));
}

/// Says how many stacks of ended fibers the calling thread keeps, for each size of stack.
///
/// By default 64 with the memory they have touched, and 1,024 more as address space only; and, unless
/// `warm` is 0, the one that was given back last, of whatever size. What exceeds new limits is
/// unmapped at once.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::{PoolLimits, set_pool_limits};
///
/// set_pool_limits(PoolLimits { warm: 1000, cold: 10_000 });
/// ```
pub fn set_pool_limits(limits: PoolLimits) {
    let _ = POOLS.try_with(|pools| {
        pools.keeps_last.set(limits.warm > 0);
        let mut others = pools.others.borrow_mut();
        others.limits = limits;
        for pool in &mut others.pools {
            pool.set_limits(limits);
        }
        if limits.warm == 0
            && let Some(last) = pools.last.take()
        {
            others.give(last);
        }
    });
}
