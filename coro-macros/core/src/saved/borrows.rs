//! Who may hold a borrow of whom: what statements, and the ends of scopes, do to that.
use super::state::{Analysis, State};
use crate::flow::Mix;
use crate::liveness::Access;
use crate::locals::{Kind, LocalId};
use crate::set::Set;

impl Analysis<'_> {
    /// What a parameter refers to that is a reference outlives all locals: it holds none.
    fn is_from_outside(&self, local: usize) -> bool {
        let local = &self.locals[LocalId::from_index(local)];
        local.kind == Kind::Parameter && local.is_reference
    }

    /// What some locals reach by borrows or by what they share.
    fn reached(&self, from: &Set, state: &State) -> Set {
        let mut reached = from.clone();
        let mut work: Vec<usize> = from.iter().collect();
        while let Some(holder) = work.pop() {
            for relation in [&state.holds, &state.may_hold, &state.akin] {
                for local in relation.of(holder) {
                    if !reached.contains(local) && !self.is_from_outside(local) {
                        reached.insert(local);
                        work.push(local);
                    }
                }
            }
        }
        reached
    }

    /// Notes who may hold what after a statement.
    pub(super) fn spread(&self, mix: &Mix, state: &mut State) {
        let mut held = Set::empty(self.locals.len());
        let mut may_hold = held.clone();
        for source in &mix.sources {
            state.holds.add_to(source.index(), &mut held);
            state.may_hold.add_to(source.index(), &mut may_hold);
        }
        let mut lent = Set::empty(self.locals.len());
        let mut may_lend = lent.clone();
        for borrowed in &mix.borrowed {
            lent.insert(borrowed.index());
        }
        for (receiver, mention) in &mix.receivers {
            match self.liveness.access[mention.index()] {
                Access::Capture => {}
                _ if self.asked[receiver.index()] == Some(*mention) => {
                    may_lend.insert(receiver.index())
                }
                _ => lent.insert(receiver.index()),
            }
        }
        // What is written through a borrow goes to what is borrowed, and to whatever shares it. What is
        // taken may share it, too.
        let mut met = Set::empty(self.locals.len());
        for id in mix.sources.iter().chain(&mix.into) {
            if !self.is_from_outside(id.index()) {
                met.insert(id.index());
            }
        }
        for local in met.iter() {
            state.akin.add(local, &met);
        }
        held.unite(&lent);
        may_hold.unite(&may_lend);
        if held.is_empty() && may_hold.is_empty() {
            return;
        }
        for holder in self.reached(&met, state).iter() {
            state.holds.add(holder, &held);
            state.may_hold.add(holder, &may_hold);
        }
    }
}

/// A local is gone: what it held, those that held it may still reach.
pub(super) fn forget(state: &mut State, id: LocalId) {
    let gone = id.index();
    let all = [&state.holds, &state.may_hold, &state.akin];
    if all.iter().all(|relation| relation.is_unrelated(gone)) {
        return;
    }
    let [held, may_hold, akin] =
        [&state.holds, &state.may_hold, &state.akin].map(|relation| relation.set_of(gone));
    for holder in 0..state.left.len() {
        let holds = state.holds.contains(holder, gone);
        if holds {
            state.holds.add(holder, &held);
        }
        if holds || state.may_hold.contains(holder, gone) {
            state.may_hold.add(holder, &held);
            state.may_hold.add(holder, &may_hold);
        }
    }
    for local in akin.iter() {
        state.akin.add(local, &akin);
    }
    for relation in [&mut state.holds, &mut state.may_hold, &mut state.akin] {
        relation.forget(gone);
    }
}
