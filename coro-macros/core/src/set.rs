//! Sets of small numbers, as one bit each: what data-flow analyses merge again and again.
//!
//! Plain loops over words, and no allocation for the few numbers that most functions need: the macro
//! runs unoptimised in most builds.

const BITS: usize = u64::BITS as usize;

/// A set of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// Of numbers that fit into one word.
    Small(u64),
    Large(Vec<u64>),
}

impl Set {
    /// An empty set for numbers below `count`.
    pub(crate) fn empty(count: usize) -> Self {
        if count <= BITS {
            Set::Small(0)
        } else {
            Set::Large(vec![0; count.div_ceil(BITS)])
        }
    }

    /// The set of all numbers below `count`.
    pub(crate) fn full(count: usize) -> Self {
        let mut all = Set::empty(count);
        for number in 0..count {
            all.insert(number);
        }
        all
    }

    fn words(&self) -> &[u64] {
        match self {
            Set::Small(word) => std::slice::from_ref(word),
            Set::Large(words) => words,
        }
    }

    fn words_mut(&mut self) -> &mut [u64] {
        match self {
            Set::Small(word) => std::slice::from_mut(word),
            Set::Large(words) => words,
        }
    }

    pub(crate) fn contains(&self, number: usize) -> bool {
        self.words()[number / BITS] >> (number % BITS) & 1 == 1
    }

    pub(crate) fn insert(&mut self, number: usize) {
        self.words_mut()[number / BITS] |= 1 << (number % BITS);
    }

    pub(crate) fn remove(&mut self, number: usize) {
        self.words_mut()[number / BITS] &= !(1 << (number % BITS));
    }

    /// Adds what is in another one, and says whether anything was new.
    pub(crate) fn unite(&mut self, more: &Set) -> bool {
        unite(self.words_mut(), more.words())
    }

    /// What is in both.
    pub(crate) fn and(&self, other: &Set) -> Set {
        let mut both = self.clone();
        let (words, others) = (both.words_mut(), other.words());
        let mut index = 0;
        while index < words.len() {
            words[index] &= others[index];
            index += 1;
        }
        both
    }

    /// What is in this one only.
    pub(crate) fn without(&self, other: &Set) -> Set {
        let mut rest = self.clone();
        let (words, others) = (rest.words_mut(), other.words());
        let mut index = 0;
        while index < words.len() {
            words[index] &= !others[index];
            index += 1;
        }
        rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        are_empty(self.words())
    }

    /// The numbers in it, smallest first.
    pub(crate) fn iter(&self) -> Numbers<'_> {
        Numbers::of(self.words())
    }

    /// Takes the smallest number out, if there is one.
    pub(crate) fn pop(&mut self) -> Option<usize> {
        pop(self.words_mut())
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

    /// The words of the set of one number.
    fn row(&self, one: usize) -> &[u64] {
        let words = self.words.as_slice();
        &words[one * self.width..][..self.width]
    }

    /// The set of one number.
    pub(crate) fn of(&self, one: usize) -> Numbers<'_> {
        Numbers::of(self.row(one))
    }

    pub(crate) fn contains(&self, one: usize, other: usize) -> bool {
        let words = self.words.as_slice();
        words[one * self.width + other / BITS] >> (other % BITS) & 1 == 1
    }

    /// Adds to the set of one number.
    pub(crate) fn add(&mut self, one: usize, others: &Set) {
        let (words, others) = (self.words.as_mut_slice(), others.words());
        let (start, mut index) = (one * self.width, 0);
        while index < others.len() {
            words[start + index] |= others[index];
            index += 1;
        }
    }

    /// The set of one number.
    pub(crate) fn set_of(&self, one: usize) -> Set {
        match self.row(one) {
            [word] => Set::Small(*word),
            words => Set::Large(words.to_vec()),
        }
    }

    /// Adds the set of one number to another set.
    pub(crate) fn add_to(&self, one: usize, others: &mut Set) {
        let (words, others) = (self.words.as_slice(), others.words_mut());
        let (start, mut index) = (one * self.width, 0);
        while index < others.len() {
            others[index] |= words[start + index];
            index += 1;
        }
    }

    /// Takes a number out of all sets, and everything out of its own.
    pub(crate) fn forget(&mut self, number: usize) {
        let words = self.words.as_mut_slice();
        let (mut index, bit) = (number / BITS, 1 << (number % BITS));
        while index < words.len() {
            words[index] &= !bit;
            index += self.width;
        }
        let (start, mut index) = (number * self.width, 0);
        while index < self.width {
            words[start + index] = 0;
            index += 1;
        }
    }

    /// The numbers whose sets have this one in them.
    pub(crate) fn holding(&self, number: usize) -> Set {
        let words = self.words.as_slice();
        let mut holding = Set::empty(words.len() / self.width);
        let (mut index, bit, mut one) = (number / BITS, 1 << (number % BITS), 0);
        while index < words.len() {
            if words[index] & bit != 0 {
                holding.insert(one);
            }
            (index, one) = (index + self.width, one + 1);
        }
        holding
    }

    /// Adds what is in another one, and says whether anything was new.
    pub(crate) fn unite(&mut self, more: &Relation) -> bool {
        unite(&mut self.words, &more.words)
    }
}

/// What numbers reach by some relations, themselves included, on ways through the numbers in `within`. Adds
/// to each set of `led_to` where one of the relations leads to from other numbers.
pub(crate) fn reach(relations: &[&Relation], from: &Set, within: &Set, led_to: &mut [Set]) -> Set {
    let (mut reached, mut left) = (from.clone(), from.clone());
    let (within, all, left) = (within.words(), reached.words_mut(), left.words_mut());
    while let Some(number) = pop(left) {
        let mut relation = 0;
        while relation < relations.len() {
            let words = relations[relation].words.as_slice();
            let (start, mut index) = (number * all.len(), 0);
            while index < all.len() {
                let there = words[start + index] & within[index];
                let new = there & !all[index];
                all[index] |= new;
                left[index] |= new;
                if there != 0 && relation < led_to.len() {
                    let itself = u64::from(index == number / BITS) << (number % BITS);
                    led_to[relation].words_mut()[index] |= there & !itself;
                }
                index += 1;
            }
            relation += 1;
        }
    }
    reached
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

fn pop(words: &mut [u64]) -> Option<usize> {
    let mut index = 0;
    while index < words.len() {
        let word = words[index];
        if word != 0 {
            words[index] = word & (word - 1);
            return Some(index * BITS + word.trailing_zeros() as usize);
        }
        index += 1;
    }
    None
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
    use super::{Relation, Set, reach};

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
        assert_eq!(relation.holding(4).iter().collect::<Vec<_>>(), [3, 90]);
        relation.forget(4);
        assert_eq!(relation.of(3).collect::<Vec<_>>(), [90]);
        relation.forget(90);
        assert_eq!(relation.of(3).count() + relation.of(90).count(), 0);
    }

    #[test]
    fn reaches_by_several_relations() {
        for count in [64, 100] {
            let mut relations = [Relation::empty(count), Relation::empty(count)];
            for (relation, from, to) in [(0, 1, 2), (1, 2, 63), (0, 63, 1), (1, 63, 5), (0, 5, 6)] {
                relations[relation].add(from, &set(count, &[to]));
            }
            relations[0].add(6, &set(count, &[6]));
            let relations = [&relations[0], &relations[1]];
            let mut by = [Set::empty(count), Set::empty(count)];
            let numbers = |set: &Set| set.iter().collect::<Vec<_>>();
            let all = reach(&relations, &set(count, &[1]), &Set::full(count), &mut by);
            assert_eq!(numbers(&all), [1, 2, 5, 6, 63]);
            assert_eq!(by.each_ref().map(numbers), [vec![1, 2, 6], vec![5, 63]]);
            let within = Set::full(count).without(&set(count, &[1, 5]));
            let all = reach(&relations, &set(count, &[1]), &within, &mut []);
            assert_eq!(numbers(&all), [1, 2, 63]);
        }
    }
}
