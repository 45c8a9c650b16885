//! Which locals a macro that nobody can see into may give a value to: those that may have none where
//! it mentions them.
//!
//! ```text
//!   let x; set!(x, 1);          x has had no value
//!   drop(x); set!(x, 1);        x has been moved, unless it was copied
//!   let S { a } = x; set!(x, 1);    so has a part of it
//! ```
//!
//! The macro gets a place, and an assignment to that drops what it holds. So the type has to be `Copy`,
//! which the output makes rustc check: then nothing is dropped, and no move was one. Of what patterns take
//! out of a local, each part has to be. Where a local was perhaps moved, it is enough that its type needs no
//! drop, since a mutable reference looks moved where it is only borrowed anew.
use super::{Event, Flow, Usage};
use crate::locals::{LocalId, MentionId};
use crate::set::Set;

/// What may be missing at some point.
#[derive(Clone)]
struct Missing {
    /// Locals that have had no value.
    unset: Set,
    /// Locals that may have been moved.
    moved: Set,
    /// Locals of which patterns have taken parts.
    parts: Set,
}

impl Flow {
    /// Notes which of the locals that macros mention may have no value there, and that they have one
    /// afterwards.
    pub(super) fn give_to_lent(&mut self, locals: usize) {
        if self.lent_mentions.is_empty() {
            return;
        }
        let nothing = Missing {
            unset: Set::empty(locals),
            moved: Set::empty(locals),
            parts: Set::empty(locals),
        };
        let mut missing = vec![nothing; self.nodes.len()];
        let mut work: Vec<usize> = (0..self.nodes.len()).collect();
        while let Some(index) = work.pop() {
            let mut state = missing[index].clone();
            for event in &self.nodes[index].events {
                self.take(event, &mut state);
            }
            for &next in &self.nodes[index].next {
                let missing = &mut missing[next];
                let unset = missing.unset.unite(&state.unset);
                let moved = missing.moved.unite(&state.moved);
                if missing.parts.unite(&state.parts) || unset || moved {
                    work.push(next);
                }
            }
        }
        for (index, mut state) in missing.into_iter().enumerate() {
            let mut events = Vec::new();
            for event in std::mem::take(&mut self.nodes[index].events) {
                let lent = self.lent_by(&event);
                let unset = lent.filter(|id| state.unset.contains(id.index()));
                self.given.extend(unset);
                let moved = lent.filter(|id| state.moved.contains(id.index()));
                self.lent_moved.extend(moved);
                let apart = lent.filter(|id| state.parts.contains(id.index()));
                self.lent_apart.extend(apart);
                self.take(&event, &mut state);
                events.push(event);
                events.extend(unset.or(moved).map(Event::Init));
            }
            self.nodes[index].events = events;
        }
    }

    /// The local that an event mentions among the tokens of a macro.
    fn lent_by(&self, event: &Event) -> Option<LocalId> {
        match event {
            Event::Use(id, mention, Usage::InPlace) if self.lent_mentions.contains(mention) => {
                Some(*id)
            }
            _ => None,
        }
    }

    fn take(&self, event: &Event, missing: &mut Missing) {
        match event {
            Event::Declare(id) => missing.unset.insert(id.index()),
            Event::Use(
                id,
                _,
                Usage::Taken | Usage::Given | Usage::CapturedByMove | Usage::CapturedValue,
            ) => missing.moved.insert(id.index()),
            // What is read by itself has to be `Copy` in any case.
            Event::Use(id, mention, Usage::Part) if self.is_taken_with_others(*mention) => {
                missing.moved.insert(id.index());
            }
            Event::Use(id, _, Usage::Matched(_)) => missing.parts.insert(id.index()),
            Event::Init(id) | Event::Assign(id) => {
                missing.unset.remove(id.index());
                missing.moved.remove(id.index());
                missing.parts.remove(id.index());
            }
            Event::Use(..)
            | Event::Clear(_)
            | Event::Left(..)
            | Event::End(_)
            | Event::Suspend(_)
            | Event::Resumed(_)
            | Event::Mix(_) => {}
        }
    }

    /// Whether a part goes into a closure, or into another value with all that is not named.
    fn is_taken_with_others(&self, mention: MentionId) -> bool {
        let is_update = |update: &super::Update| update.mention == mention;
        self.captured_part.contains(&mention) || self.updates.iter().any(is_update)
    }
}
