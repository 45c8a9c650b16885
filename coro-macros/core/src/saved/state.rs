//! What is known of locals at one place of the program, and what an event changes about it.
use super::borrows;
use crate::flow::{Event, Flow, Usage};
use crate::liveness::{Access, Liveness};
use crate::locals::{LocalId, Locals, MentionId};
use crate::set::{Relation, Set};
use crate::tree::Point;

#[derive(Clone, PartialEq)]
pub(super) struct State {
    /// It may have a value.
    pub(super) init: Set,
    pub(super) owed: Set,
    pub(super) not_owed: Set,
    /// It may have a value that the method call which decides has not taken.
    pub(super) whole: Set,
    /// It may have no value for another reason than that this call took it.
    pub(super) without: Set,
    /// Which parts of a tuple may be left, as bits.
    pub(super) left: Vec<u32>,
    /// Of whom each may hold a borrow.
    pub(super) holds: Relation,
    /// The same, if a method call borrowed it and did not take it.
    pub(super) may_hold: Relation,
    /// Which have been in one statement, and may share something: what is written to one end of a
    /// channel can be read from the other.
    pub(super) akin: Relation,
}

impl State {
    /// No local has a value yet.
    pub(super) fn at_entry(count: usize) -> Self {
        State {
            init: Set::empty(count),
            owed: Set::empty(count),
            not_owed: Set::full(count),
            whole: Set::empty(count),
            without: Set::full(count),
            left: vec![0; count],
            holds: Relation::empty(count),
            may_hold: Relation::empty(count),
            akin: Relation::empty(count),
        }
    }

    /// Adds another way that leads to the same place, and says whether anything is new.
    pub(super) fn merge(&mut self, from: &State) -> bool {
        let mut changed = self.init.unite(&from.init);
        changed |= self.owed.unite(&from.owed);
        changed |= self.not_owed.unite(&from.not_owed);
        changed |= self.whole.unite(&from.whole);
        changed |= self.without.unite(&from.without);
        changed |= self.holds.unite(&from.holds);
        changed |= self.may_hold.unite(&from.may_hold);
        changed |= self.akin.unite(&from.akin);
        for (a, b) in self.left.iter_mut().zip(&from.left) {
            changed |= b & !*a != 0;
            *a |= b;
        }
        changed
    }

    /// A local has no value that is owed a drop.
    pub(super) fn disown(&mut self, id: LocalId) {
        self.owed.remove(id.index());
        self.not_owed.insert(id.index());
        self.whole.remove(id.index());
        self.without.insert(id.index());
    }
}

pub(super) struct Analysis<'a> {
    pub(super) flow: &'a Flow,
    pub(super) liveness: &'a Liveness,
    pub(super) locals: &'a Locals,
    /// All but the parameters that are references: what those refer to outlives all locals, and holds none.
    pub(super) inside: &'a Set,
    pub(super) points: &'a [Point],
    pub(super) asked: &'a [Option<MentionId>],
    /// Of each local, the parts of which none is left if it is owed nothing, as bits.
    pub(super) parts: &'a [u32],
}

impl Analysis<'_> {
    pub(super) fn step(&self, event: &Event, state: &mut State) {
        match event {
            Event::Declare(id) => {
                state.init.remove(id.index());
                state.disown(*id);
            }
            Event::Init(id) | Event::Assign(id) => {
                state.init.insert(id.index());
                state.whole.insert(id.index());
                state.without.remove(id.index());
                state.left[id.index()] = self.parts[id.index()];
                let has_no_drop = self.locals[*id].is_trivial
                    || self.liveness.only_borrows(*id, self.flow, self.locals);
                if !has_no_drop {
                    state.owed.insert(id.index());
                    state.not_owed.remove(id.index());
                }
            }
            Event::Use(id, mention, usage) => {
                match (usage, self.liveness.access[mention.index()]) {
                    (Usage::Matched(_), Access::Matched)
                    | (Usage::Given, Access::Take)
                    | (Usage::Called, Access::Called)
                    | (Usage::CapturedValue, Access::Capture)
                    | (Usage::Taken | Usage::CapturedByMove, _) => state.disown(*id),
                    (Usage::Matched(arm), Access::Apart) if self.takes_all(*mention, *arm) => {
                        state.disown(*id);
                    }
                    (Usage::Receiver | Usage::Called, Access::Asked) => {
                        self.ask(*id, *mention, state);
                    }
                    (
                        Usage::Matched(_)
                        | Usage::Given
                        | Usage::Called
                        | Usage::CapturedValue
                        | Usage::Receiver,
                        _,
                    ) => {}
                    (Usage::Part, _) => self.leave(*id, *mention, state),
                    (
                        Usage::InPlace
                        | Usage::AssignedPart
                        | Usage::PartReceiver
                        | Usage::Captured,
                        _,
                    ) => {}
                }
            }
            Event::Left(id, mention) => match self.liveness.access[mention.index()] {
                Access::Asked => self.ask(*id, *mention, state),
                Access::Take => state.disown(*id),
                _ => {}
            },
            Event::Resumed(point) => {
                let future = self.points[point.0].future;
                state.init.remove(future.index());
                state.disown(future);
            }
            Event::Clear(id) => {
                state.init.remove(id.index());
                state.disown(*id);
            }
            Event::End(id) => {
                state.init.remove(id.index());
                state.disown(*id);
                borrows::forget(state, *id);
            }
            Event::Mix(mix) => self.spread(mix, state),
            Event::Suspend(_) => {}
        }
    }

    /// A method call takes a local or borrows it.
    fn ask(&self, id: LocalId, mention: MentionId, state: &mut State) {
        state.not_owed.insert(id.index());
        if self.asked[id.index()] == Some(mention) {
            state.whole.remove(id.index());
        } else {
            state.without.insert(id.index());
        }
    }

    /// A part is moved or copied. A tuple of which nothing is left that has a drop is owed none; of what may
    /// be one, or may have a drop of its own, its type says so.
    fn leave(&self, id: LocalId, mention: MentionId, state: &mut State) {
        let local = &self.locals[id];
        let Some(part) = self.flow.part_of(mention, &local.fields) else {
            return;
        };
        if self.flow.assigns_part_of(id) {
            return;
        }
        let left = &mut state.left[id.index()];
        *left &= !part;
        if *left == 0 && local.tuple.is_some() {
            state.disown(id);
        } else if *left == 0 && self.asked[id.index()] == Some(mention) {
            self.ask(id, mention, state);
        }
    }

    /// Whether an arm takes all of the local that is matched, and leaves nothing to be dropped.
    fn takes_all(&self, scrutinee: MentionId, arm: usize) -> bool {
        let taking = self.flow.taking(scrutinee);
        taking.is_some_and(|taking| taking.takes_all(arm))
    }
}
