//! A method; what it saves may borrow from `self`.
use std::future::ready;

pub(crate) struct Counter {
    counts: Vec<u32>,
}

impl Counter {
    #[coro::coroutine]
    pub(crate) fn largest(&self) -> Option<&u32> {
        let mut largest = self.counts.first()?;
        for count in &self.counts {
            if wait!(ready(count > largest)) {
                largest = count;
            }
        }
        Some(largest)
    }
}
