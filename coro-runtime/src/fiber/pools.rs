//! The stacks of fibers that have ended, kept for later ones of the same thread.

use std::cell::RefCell;
use std::io;

use coro_sys::stack::{PoolLimits, Stack, StackPool};

/// For how many sizes a thread keeps stacks.
const SIZES_AT_MOST: usize = 8;

struct Pools {
    limits: PoolLimits,
    /// One for each size, the first one for the size that was used first.
    pools: Vec<StackPool>,
}

thread_local! {
    static POOLS: RefCell<Pools> = const {
        RefCell::new(Pools {
            limits: PoolLimits { warm: 64, cold: 1024 },
            pools: Vec::new(),
        })
    };
}

impl Pools {
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
        let pool = StackPool::new(size, self.limits);
        // Sizes are asked for before they are rounded, and given back rounded.
        let place = self
            .pools
            .iter()
            .position(|other| other.size() == pool.size());
        Some(place.unwrap_or_else(|| {
            self.pools.push(pool);
            self.pools.len() - 1
        }))
    }
}

/// A stack of at least `size` bytes, from the pool or a new one.
#[inline]
pub(super) fn take(size: usize) -> io::Result<Stack> {
    let pooled = POOLS.try_with(|pools| {
        let mut pools = pools.borrow_mut();
        pools.of(size).map(StackPool::take)
    });
    match pooled {
        Ok(Some(result)) => result,
        // The thread has enough sizes, or is ending.
        Ok(None) | Err(_) => Stack::new(size),
    }
}

/// Keeps `stack` for later, within the limits.
#[inline]
pub(super) fn give(stack: Stack) {
    let _ = POOLS.try_with(|pools| {
        if let Some(pool) = pools.borrow_mut().of(stack.size()) {
            pool.give(stack);
        }
    });
}

/// Says how many stacks of ended fibers the calling thread keeps, for each size of stack.
///
/// By default 64 with the memory they have touched, and 1,024 more as address space only. What
/// exceeds new limits is unmapped at once.
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
        let mut pools = pools.borrow_mut();
        pools.limits = limits;
        for pool in &mut pools.pools {
            pool.set_limits(limits);
        }
    });
}
