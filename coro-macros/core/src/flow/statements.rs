//! Statements: which borrows each passes on, and on which ways through it.
use std::collections::BTreeSet;

use super::builder::{Builder, Target};
use super::{Event, Mix};

/// A statement that is being walked.
#[derive(Default)]
pub(super) struct Statement {
    /// The first node that is not shared with what comes before it.
    node: usize,
    /// How many statements are open around it.
    depth: usize,
}

impl Builder<'_> {
    /// Walks one statement and notes, at its start, which borrows it passes on to whom.
    pub(super) fn mixed(&mut self, walk: impl FnOnce(&mut Self)) {
        let at = (self.now, self.flow.nodes[self.now].events.len());
        let nothing = Event::Mix(self.nothing_mixed());
        self.flow.nodes[at.0].events.push(nothing);
        let statement = Statement {
            node: self.flow.nodes.len(),
            depth: self.mixes.len(),
        };
        let around = std::mem::replace(&mut self.statement, statement);
        self.mixes.push(self.nothing_mixed());
        walk(self);
        self.statement = around;
        let mix = self.mixes.pop().expect("a statement is open");
        self.outer(&mix);
        self.flow.nodes[at.0].events[at.1] = Event::Mix(mix);
    }

    /// Walks one of several ways through a statement, which starts in a node of its own. What happens on
    /// one that only leads out of the statement happens to no other.
    pub(super) fn way(&mut self, walk: impl FnOnce(&mut Self)) {
        let start = self.now;
        let so_far = self.mixes.last().expect("a statement is open").clone();
        self.mixes.push(so_far);
        walk(self);
        let mix = self.mixes.pop().expect("a statement is open");
        if self.leads_out(start) {
            // It may lead to the end of a statement around this one, with a value.
            if let Some(around) = self.mixes[..self.statement.depth].last_mut() {
                around.contain(&mix);
            }
            self.flow.nodes[start].events.insert(0, Event::Mix(mix));
        } else if let Some(statement) = self.mixes.last_mut() {
            *statement = mix;
        }
    }

    /// Whether nothing of the statement but the way that started here is reached on it, nor was a part of
    /// the statement that it may repeat.
    fn leads_out(&self, start: usize) -> bool {
        let is_repeated = |target: &Target| {
            target
                .again
                .is_some_and(|again| again >= self.statement.node)
        };
        if self.targets.iter().any(is_repeated) {
            return false;
        }
        let mut reached = BTreeSet::from([start]);
        let mut work = vec![start];
        while let Some(node) = work.pop() {
            if node == self.now || (self.statement.node..start).contains(&node) {
                return false;
            }
            let next = self.flow.nodes[node].next.iter().copied();
            work.extend(next.filter(|&next| next >= self.statement.node && reached.insert(next)));
        }
        true
    }

    /// Walks a statement that contains others and notes at its end which borrows it passes on.
    pub(super) fn mixed_after(&mut self, walk: impl FnOnce(&mut Self)) {
        self.mixes.push(self.nothing_mixed());
        walk(self);
        let mix = self.mixes.pop().expect("a statement is open");
        self.outer(&mix);
        self.flow.nodes[self.now].events.push(Event::Mix(mix));
    }

    fn nothing_mixed(&self) -> Mix {
        Mix::empty(self.locals.len())
    }

    fn outer(&mut self, mix: &Mix) {
        if let Some(outer) = self.mixes.last_mut() {
            outer.contain(mix);
        }
    }
}
