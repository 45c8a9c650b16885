//! A coarse wheel of timers with an exact tail.
//!
//! ```text
//! level 7 ... level 1 │ s s s s │   a slot of level n is 64ⁿ granules of 2²⁰ ns (about 1 ms)
//!             level 0 │ s s s s │   a slot is one granule
//!                tail │ heap    │   the granule that has begun, ordered to the nanosecond
//! ```
//!
//! A timer whose granule lies ahead is put into a slot: the level is that of the highest
//! base-64 digit in which its granule differs from the present one. Inserting and cancelling
//! are a few instructions, whatever the number of timers. When the time reaches a slot, its
//! timers move to lower levels, and at the end to the heap, which fires them in order, each
//! at its own nanosecond. So the cost is a wheel's and the precision a heap's, and the heap
//! stays small, since it holds the timers of one millisecond only.
//!
//! Each slot remembers its earliest deadline. The executor therefore sleeps until a timer is
//! due, and not until the next slot begins.
//!
//! Invariant: the granule of a timer in a slot of level n is later than the present one,
//! shares all base-64 digits above the n-th with it, and is greater in the n-th. Hence the
//! first slot in use of the lowest level in use holds the earliest timers of all slots.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::task::Waker;

/// A time, in nanoseconds since the start of the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick(pub(crate) u64);

/// Names a timer, and after it was fired or cancelled nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    index: u32,
    generation: u32,
}

const GRANULE_BITS: u32 = 20;
const DIGIT_BITS: u32 = 6;
const SLOTS: usize = 1 << DIGIT_BITS;
/// Enough digits for all of the 44 bits that a granule's number has.
const LEVELS: usize = 8;

/// The end of a list.
const NONE: u32 = u32::MAX;

pub(super) struct Wheel {
    /// The granule up to which slots have been emptied.
    present: u64,
    /// One bit for each slot in use.
    occupied: [u64; LEVELS],
    slots: Box<[[Slot; SLOTS]; LEVELS]>,
    tail: BinaryHeap<Reverse<(Tick, u32, u32)>>,
    timers: Vec<Timer>,
    free: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Slot {
    first: u32,
    /// Not later than the earliest deadline. Cancelling does not move it.
    earliest: Tick,
}

struct Timer {
    deadline: Tick,
    waker: Option<Waker>,
    generation: u32,
    place: Place,
    previous: u32,
    next: u32,
}

#[derive(Clone, Copy)]
enum Place {
    Free,
    Tail,
    Slot { level: u8, slot: u8 },
}

impl Wheel {
    pub(super) fn new() -> Wheel {
        let empty = Slot {
            first: NONE,
            earliest: Tick(u64::MAX),
        };
        Wheel {
            present: 0,
            occupied: [0; LEVELS],
            slots: Box::new([[empty; SLOTS]; LEVELS]),
            tail: BinaryHeap::new(),
            timers: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Whether no timer waits.
    pub(super) fn is_empty(&self) -> bool {
        self.timers.len() == self.free.len()
    }

    pub(super) fn insert(&mut self, deadline: Tick, waker: Waker) -> Key {
        let index = self.free.pop().unwrap_or_else(|| {
            let index = u32::try_from(self.timers.len()).unwrap_or(NONE);
            assert!(index != NONE, "timers are fewer than 2^32 - 1");
            self.timers.push(Timer {
                deadline,
                waker: None,
                generation: 0,
                place: Place::Free,
                previous: NONE,
                next: NONE,
            });
            index
        });
        let timer = &mut self.timers[index as usize];
        timer.deadline = deadline;
        timer.waker = Some(waker);
        let generation = timer.generation;
        self.place(index);
        Key { index, generation }
    }

    /// Whom a timer wakes, if it still waits.
    pub(super) fn waker(&mut self, key: Key) -> Option<&mut Waker> {
        let timer = self.timers.get_mut(key.index as usize)?;
        if timer.generation == key.generation {
            timer.waker.as_mut()
        } else {
            None
        }
    }

    /// Forgets a timer and returns its waker, if it still waits.
    pub(super) fn cancel(&mut self, key: Key) -> Option<Waker> {
        self.waker(key)?;
        if let Place::Slot { level, slot } = self.timers[key.index as usize].place {
            self.unlink(key.index, level as usize, slot as usize);
        }
        // What stays in the heap has an old generation and is dropped when it comes up.
        self.release(key.index)
    }

    /// A time before which nothing is due.
    pub(super) fn next(&mut self) -> Option<Tick> {
        while let Some(&Reverse((deadline, index, generation))) = self.tail.peek() {
            if self.timers[index as usize].generation == generation {
                return Some(deadline);
            }
            self.tail.pop();
        }
        let (level, slot) = self.first_slot()?;
        Some(self.slots[level][slot].earliest)
    }

    /// Moves the wakers of all timers that are due at `now` to `wakers`, earliest first.
    pub(super) fn advance(&mut self, now: Tick, wakers: &mut Vec<Waker>) {
        let granule = now.0 >> GRANULE_BITS;
        while let Some((level, slot)) = self.first_slot() {
            let shift = DIGIT_BITS * level as u32;
            let above = !0 << (shift + DIGIT_BITS);
            let start = (self.present & above) | ((slot as u64) << shift);
            if start > granule {
                break;
            }
            self.present = start;
            self.empty(level, slot);
        }
        self.present = self.present.max(granule);
        while let Some(&Reverse((deadline, index, generation))) = self.tail.peek() {
            let waits = self.timers[index as usize].generation == generation;
            if waits && deadline > now {
                break;
            }
            self.tail.pop();
            if waits {
                wakers.extend(self.release(index));
            }
        }
    }

    /// The slot in use whose time comes first.
    fn first_slot(&self) -> Option<(usize, usize)> {
        let level = self.occupied.iter().position(|&slots| slots != 0)?;
        Some((level, self.occupied[level].trailing_zeros() as usize))
    }

    /// Puts a timer where it belongs at present.
    fn place(&mut self, index: u32) {
        let timer = &mut self.timers[index as usize];
        let deadline = timer.deadline;
        let granule = deadline.0 >> GRANULE_BITS;
        if granule <= self.present {
            timer.place = Place::Tail;
            self.tail.push(Reverse((deadline, index, timer.generation)));
            return;
        }
        let level = ((granule ^ self.present).ilog2() / DIGIT_BITS) as usize;
        let slot = (granule >> (DIGIT_BITS * level as u32)) as usize % SLOTS;
        let list = &mut self.slots[level][slot];
        timer.place = Place::Slot {
            level: level as u8,
            slot: slot as u8,
        };
        timer.previous = NONE;
        timer.next = list.first;
        if list.first == NONE {
            list.earliest = deadline;
        } else {
            list.earliest = list.earliest.min(deadline);
            self.timers[list.first as usize].previous = index;
        }
        list.first = index;
        self.occupied[level] |= 1 << slot;
    }

    /// Places the timers of a slot anew, now that its time has come.
    fn empty(&mut self, level: usize, slot: usize) {
        self.occupied[level] &= !(1 << slot);
        let mut index = std::mem::replace(&mut self.slots[level][slot].first, NONE);
        while index != NONE {
            let next = self.timers[index as usize].next;
            self.place(index);
            index = next;
        }
    }

    fn unlink(&mut self, index: u32, level: usize, slot: usize) {
        let Timer { previous, next, .. } = self.timers[index as usize];
        if next != NONE {
            self.timers[next as usize].previous = previous;
        }
        if previous != NONE {
            self.timers[previous as usize].next = next;
            return;
        }
        self.slots[level][slot].first = next;
        if next == NONE {
            self.occupied[level] &= !(1 << slot);
        }
    }

    /// Makes the number of a timer free, and its keys invalid.
    fn release(&mut self, index: u32) -> Option<Waker> {
        let timer = &mut self.timers[index as usize];
        timer.place = Place::Free;
        timer.generation = timer.generation.wrapping_add(1);
        self.free.push(index);
        timer.waker.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};
    use std::task::Wake;

    /// Notes its number when it is woken.
    struct Note(usize, Arc<Mutex<Vec<usize>>>);

    impl Wake for Note {
        fn wake(self: Arc<Self>) {
            self.1.lock().unwrap().push(self.0);
        }
    }

    /// A generator of numbers that look random (xorshift).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % limit
        }
    }

    fn fired(wheel: &mut Wheel, now: u64, log: &Arc<Mutex<Vec<usize>>>) -> Vec<usize> {
        let mut wakers = Vec::new();
        wheel.advance(Tick(now), &mut wakers);
        wakers.into_iter().for_each(Waker::wake);
        std::mem::take(&mut log.lock().unwrap())
    }

    #[test]
    fn it_agrees_with_a_tree() {
        for seed in 1..40_u64 {
            let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
            let log = Arc::new(Mutex::new(Vec::new()));
            let mut wheel = Wheel::new();
            let mut tree = BTreeMap::new();
            let mut now = 0;
            for number in 0..2000 {
                match numbers.below(4) {
                    0 | 1 => {
                        // Any distance, from nanoseconds to decades.
                        let bits = numbers.below(60) as u32;
                        let deadline = now + numbers.below(1 << bits);
                        let waker = Waker::from(Arc::new(Note(number, Arc::clone(&log))));
                        let key = wheel.insert(Tick(deadline), waker);
                        tree.insert((deadline, number), key);
                    }
                    2 => {
                        let place = numbers.below(tree.len() as u64 + 1) as usize;
                        if let Some((&at, &key)) = tree.iter().nth(place) {
                            tree.remove(&at);
                            assert!(wheel.cancel(key).is_some());
                            assert!(wheel.cancel(key).is_none());
                        }
                    }
                    _ => {
                        let bits = numbers.below(45) as u32;
                        now += numbers.below(1 << bits);
                        let rest = tree.split_off(&(now + 1, 0));
                        let expected: Vec<_> = tree.keys().map(|&(at, _)| at).collect();
                        let due = std::mem::replace(&mut tree, rest);
                        let deadline: BTreeMap<_, _> =
                            due.keys().map(|&(at, number)| (number, at)).collect();
                        let seen = fired(&mut wheel, now, &log);
                        let seen: Vec<_> = seen.iter().map(|number| deadline[number]).collect();
                        assert_eq!(seen, expected);
                    }
                }
                assert_eq!(wheel.is_empty(), tree.is_empty());
                // Never later than the earliest deadline, and there if one is.
                match (wheel.next(), tree.first_key_value()) {
                    (None, None) => {}
                    (Some(next), Some((&(deadline, _), _))) => assert!(next.0 <= deadline),
                    (next, first) => panic!("{next:?} but {first:?}"),
                }
            }
        }
    }

    #[test]
    fn sleeping_until_next_fires_each_timer_at_its_nanosecond() {
        let log = Arc::new(Mutex::new(Vec::new()));
        let mut wheel = Wheel::new();
        let mut numbers = Numbers(99);
        let mut deadlines: Vec<u64> = (0..500).map(|_| numbers.below(1 << 42)).collect();
        for (number, &deadline) in deadlines.iter().enumerate() {
            let waker = Waker::from(Arc::new(Note(number, Arc::clone(&log))));
            wheel.insert(Tick(deadline), waker);
        }
        deadlines.sort_unstable();
        let mut turns = 0;
        let mut fired_at = Vec::new();
        while let Some(next) = wheel.next() {
            turns += 1;
            fired_at.extend(fired(&mut wheel, next.0, &log).iter().map(|_| next.0));
        }
        assert_eq!(fired_at, deadlines);
        assert_eq!(turns, 500, "no turn was in vain");
    }

    #[test]
    fn the_end_of_time_is_kept() {
        let log = Arc::new(Mutex::new(Vec::new()));
        let mut wheel = Wheel::new();
        let waker = Waker::from(Arc::new(Note(7, Arc::clone(&log))));
        wheel.insert(Tick(u64::MAX), waker);
        assert!(fired(&mut wheel, u64::MAX - 1, &log).is_empty());
        assert_eq!(fired(&mut wheel, u64::MAX, &log), [7]);
    }
}
