//! What a frame cannot do without, for the benchmark of sizes: there with `--cfg coro_sizes` only.
//!
//! A coroutine that is entered for the first time reports the bytes that each of its states keeps.
//! The report of the outermost one is the first, and stands until it is taken.
use core::mem;
use core::sync::atomic::{AtomicUsize, Ordering};

static SIZE: AtomicUsize = AtomicUsize::new(0);
static LEAST: AtomicUsize = AtomicUsize::new(0);

/// The bytes of a local in one state.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn bytes<T>(_: *mut T, is_kept: bool, only_for_drop: bool) -> usize {
    if is_kept && (!only_for_drop || mem::needs_drop::<T>()) {
        mem::size_of::<T>()
    } else {
        0
    }
}

/// Reports what the states of a frame keep.
pub fn report_states<Frame>(_: *mut Frame, states: &[usize]) {
    let size = mem::size_of::<Frame>();
    if (SIZE.compare_exchange(0, size, Ordering::Relaxed, Ordering::Relaxed)).is_ok() {
        let most = states.iter().max().copied().unwrap_or_default();
        // Which state it is takes a byte.
        let least = (most + 1).next_multiple_of(mem::align_of::<Frame>());
        LEAST.store(least, Ordering::Relaxed);
    }
}

/// Takes the report, if it is of a frame of this size.
pub fn least_bytes(size: usize) -> Option<usize> {
    let is_it = SIZE.swap(0, Ordering::Relaxed) == size;
    is_it.then(|| LEAST.load(Ordering::Relaxed))
}
