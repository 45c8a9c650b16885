//! Sets of small numbers, as one bit each: what data-flow analyses merge again and again.
//!
//! Plain loops over words: the macro runs unoptimised in most builds.

const BITS: usize = u64::BITS as usize;

/// A set of numbers.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Set(Vec<u64>);

impl Set {
    /// An empty set for numbers below `count`.
    pub(crate) fn empty(count: usize) -> Self {
        Set(vec![0; count.div_ceil(BITS)])
    }

    /// The set of all numbers below `count`.
    pub(crate) fn full(count: usize) -> Self {
        let mut all = Set::empty(count);
        for number in 0..count {
            all.insert(number);
        }
        all
    }

    pub(crate) fn contains(&self, number: usize) -> bool {
        self.0[number / BITS] >> (number % BITS) & 1 == 1
    }

    pub(crate) fn insert(&mut self, number: usize) {
        self.0[number / BITS] |= 1 << (number % BITS);
    }

    pub(crate) fn remove(&mut self, number: usize) {
        self.0[number / BITS] &= !(1 << (number % BITS));
    }

    /// Adds what is in another one, and says whether anything was new.
    pub(crate) fn unite(&mut self, more: &Set) -> bool {
        unite(&mut self.0, &more.0)
    }

    /// What is in both.
    pub(crate) fn and(&self, other: &Set) -> Set {
        let mut both = self.clone();
        for index in 0..both.0.len() {
            both.0[index] &= other.0[index];
        }
        both
    }

    /// What is in this one only.
    pub(crate) fn without(&self, other: &Set) -> Set {
        let mut rest = self.clone();
        for index in 0..rest.0.len() {
            rest.0[index] &= !other.0[index];
        }
        rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        are_empty(&self.0)
    }

    /// The numbers in it, smallest first.
    pub(crate) fn iter(&self) -> Numbers<'_> {
        Numbers::of(&self.0)
    }
}

/// A set for each number, of numbers below the same count.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    /// How many words a set has.
    width: usize,
    words: Vec<u64>,
}

impl Relation {
    /// Empty sets for numbers below `count`.
    pub(crate) fn empty(count: usize) -> Self {
        let width = count.div_ceil(BITS);
        Relation {
            width,
            words: vec![0; width * count],
        }
    }

    /// The set of one number.
    pub(crate) fn of(&self, one: usize) -> Numbers<'_> {
        Numbers::of(&self.words[one * self.width..(one + 1) * self.width])
    }

    pub(crate) fn contains(&self, one: usize, other: usize) -> bool {
        self.words[one * self.width + other / BITS] >> (other % BITS) & 1 == 1
    }

    /// Adds to the set of one number.
    pub(crate) fn add(&mut self, one: usize, others: &Set) {
        unite(
            &mut self.words[one * self.width..(one + 1) * self.width],
            &others.0,
        );
    }

    /// The set of one number.
    pub(crate) fn set_of(&self, one: usize) -> Set {
        Set(self.words[one * self.width..(one + 1) * self.width].to_vec())
    }

    /// Adds the set of one number to another set.
    pub(crate) fn add_to(&self, one: usize, others: &mut Set) {
        unite(
            &mut others.0,
            &self.words[one * self.width..(one + 1) * self.width],
        );
    }

    /// Takes a number out of all sets, and everything out of its own.
    pub(crate) fn forget(&mut self, number: usize) {
        self.words[number * self.width..(number + 1) * self.width].fill(0);
        let (mut index, bit) = (number / BITS, 1 << (number % BITS));
        while index < self.words.len() {
            self.words[index] &= !bit;
            index += self.width;
        }
    }

    /// Whether a number is in no set, and its own is empty.
    pub(crate) fn is_unrelated(&self, number: usize) -> bool {
        let (mut index, bit) = (number / BITS, 1 << (number % BITS));
        while index < self.words.len() {
            if self.words[index] & bit != 0 {
                return false;
            }
            index += self.width;
        }
        are_empty(&self.words[number * self.width..(number + 1) * self.width])
    }

    /// Adds what is in another one, and says whether anything was new.
    pub(crate) fn unite(&mut self, more: &Relation) -> bool {
        unite(&mut self.words, &more.words)
    }
}

/// The numbers of a set.
pub(crate) struct Numbers<'a> {
    words: &'a [u64],
    /// How many words have been taken.
    taken: usize,
    /// What is left of the last of them.
    rest: u64,
}

impl<'a> Numbers<'a> {
    fn of(words: &'a [u64]) -> Self {
        Numbers {
            words,
            taken: 0,
            rest: 0,
        }
    }
}

impl Iterator for Numbers<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.rest == 0 {
            if self.taken == self.words.len() {
                return None;
            }
            self.rest = self.words[self.taken];
            self.taken += 1;
        }
        let bit = self.rest.trailing_zeros() as usize;
        self.rest &= self.rest - 1;
        Some((self.taken - 1) * BITS + bit)
    }
}

fn unite(all: &mut [u64], more: &[u64]) -> bool {
    let (mut index, mut changed) = (0, false);
    while index < all.len() {
        let (old, new) = (all[index], all[index] | more[index]);
        if old != new {
            all[index] = new;
            changed = true;
        }
        index += 1;
    }
    changed
}

fn are_empty(words: &[u64]) -> bool {
    let mut index = 0;
    while index < words.len() {
        if words[index] != 0 {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Relation, Set};

    fn set(count: usize, numbers: &[usize]) -> Set {
        let mut set = Set::empty(count);
        numbers.iter().for_each(|&number| set.insert(number));
        set
    }

    #[test]
    fn holds_numbers_of_several_words() {
        let numbers = [0, 1, 63, 64, 65, 127, 128, 199];
        let mut all = set(200, &numbers);
        assert_eq!(all.iter().collect::<Vec<_>>(), numbers);
        all.remove(64);
        assert!(!all.contains(64) && all.contains(63) && all.contains(65));
        assert_eq!(Set::full(130).iter().count(), 130);
        assert_eq!(Set::empty(0).iter().count(), 0);
        assert!(Set::empty(130).is_empty() && !all.is_empty());
    }

    #[test]
    fn unites_and_intersects() {
        let (a, b) = (set(100, &[1, 70]), set(100, &[70, 99]));
        assert_eq!(a.and(&b).iter().collect::<Vec<_>>(), [70]);
        assert_eq!(a.without(&b).iter().collect::<Vec<_>>(), [1]);
        let mut all = a.clone();
        assert!(all.unite(&b));
        assert!(!all.unite(&b));
        assert_eq!(all.iter().collect::<Vec<_>>(), [1, 70, 99]);
    }

    #[test]
    fn relates_numbers() {
        let mut relation = Relation::empty(100);
        relation.add(3, &set(100, &[4, 90]));
        relation.add(90, &set(100, &[3, 4]));
        assert!(relation.contains(3, 90) && !relation.contains(90, 90));
        let mut held = Set::empty(100);
        relation.add_to(3, &mut held);
        assert_eq!(held.iter().collect::<Vec<_>>(), [4, 90]);
        assert!(relation.is_unrelated(5) && !relation.is_unrelated(4) && !relation.is_unrelated(3));
        relation.forget(4);
        assert_eq!(relation.of(3).collect::<Vec<_>>(), [90]);
        relation.forget(90);
        assert_eq!(relation.of(3).count() + relation.of(90).count(), 0);
    }
}
