//! All guard pages of the process, in a form that a signal handler can read.
//!
//! A chain of blocks that only ever grows, its entries atomics. Writers take a lock and reuse
//! freed entries; the reader takes none. An entry is free when its `start` is zero.
//!
//! The reader may see an entry that another thread is just filling or freeing. It looks for the
//! guard of the very stack that it faulted on, which exists as long as the fault is being
//! handled, so such an entry is never the one it wants.

use std::ops::Range;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{iter, ptr};

/// Entries in one block.
const BLOCK: usize = 256;

/// The guard of one stack.
#[derive(Debug)]
pub(crate) struct Entry {
    start: AtomicUsize,
    end: AtomicUsize,
    size: AtomicUsize,
}

struct Block {
    entries: [Entry; BLOCK],
    next: AtomicPtr<Block>,
}

impl Block {
    const fn new() -> Self {
        Self {
            entries: [const {
                Entry {
                    start: AtomicUsize::new(0),
                    end: AtomicUsize::new(0),
                    size: AtomicUsize::new(0),
                }
            }; BLOCK],
            next: AtomicPtr::new(ptr::null_mut()),
        }
    }
}

static FIRST: Block = Block::new();
static FREE: Mutex<Vec<&'static Entry>> = Mutex::new(Vec::new());

/// The blocks, oldest first.
fn blocks() -> impl Iterator<Item = &'static Block> {
    iter::successors(Some(&FIRST), |block| {
        // SAFETY: a block is leaked before it is chained, and never freed.
        unsafe { block.next.load(Ordering::Acquire).as_ref() }
    })
}

/// Notes the guard page of a stack of `size` bytes.
pub(super) fn insert(guard: Range<usize>, size: usize) -> &'static Entry {
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    if free.is_empty() {
        grow(&mut free);
    }
    let entry = free.pop().expect("a new block has free entries");
    drop(free);
    entry.end.store(guard.end, Ordering::Relaxed);
    entry.size.store(size, Ordering::Relaxed);
    entry.start.store(guard.start, Ordering::Release);
    entry
}

/// Makes the entries of a further block free: of the first one, the first time.
#[cold]
fn grow(free: &mut Vec<&'static Entry>) {
    // Entries are handed out only by `insert`, so without any capacity there was no first time.
    let block = if free.capacity() == 0 {
        &FIRST
    } else {
        let last = blocks().last().expect("the first block is always there");
        let block = Box::leak(Box::new(Block::new()));
        last.next.store(block, Ordering::Release);
        block
    };
    free.extend(block.entries.iter().rev());
}

/// Forgets a guard page.
pub(super) fn remove(entry: &'static Entry) {
    entry.start.store(0, Ordering::Release);
    FREE.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(entry);
}

/// The guard page that contains `address`, and the size in bytes of the stack above it.
///
/// Takes no lock and allocates nothing.
pub(crate) fn find(address: usize) -> Option<(Range<usize>, usize)> {
    blocks()
        .flat_map(|block| block.entries.iter())
        .find_map(|entry| {
            let start = entry.start.load(Ordering::Acquire);
            let guard = start..entry.end.load(Ordering::Relaxed);
            (start != 0 && guard.contains(&address))
                .then(|| (guard, entry.size.load(Ordering::Relaxed)))
        })
}
