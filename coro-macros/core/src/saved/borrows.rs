//! Who may hold a borrow of whom: what statements, and the ends of scopes, do to that.
use super::state::{Analysis, State};
use crate::flow::Mix;
use crate::liveness::Access;
use crate::locals::LocalId;
use crate::set::{Set, reach};

impl Analysis<'_> {
    /// Notes who may hold what after a statement.
    pub(super) fn spread(&self, mix: &Mix, state: &mut State) {
        let (mut met, mut held) = (mix.sources.clone(), Set::empty(self.locals.len()));
        let mut may_hold = held.clone();
        for source in met.iter() {
            state.holds.add_to(source, &mut held);
            state.may_hold.add_to(source, &mut may_hold);
        }
        held.unite(&mix.borrowed);
        for (receiver, mention) in &mix.receivers {
            match self.liveness.access[mention.index()] {
                Access::Capture => {}
                _ if self.asked[receiver.index()] == Some(*mention) => {
                    may_hold.insert(receiver.index())
                }
                _ => held.insert(receiver.index()),
            }
        }
        // What is written through a borrow goes to what is borrowed, and to whatever shares it. What is
        // taken may share it, too.
        met.unite(&mix.into);
        met = met.and(self.inside);
        for local in met.iter() {
            state.akin.add(local, &met);
        }
        if held.is_empty() && may_hold.is_empty() {
            return;
        }
        let relations = [&state.holds, &state.may_hold, &state.akin];
        for holder in reach(&relations, &met, self.inside, &mut []).iter() {
            state.holds.add(holder, &held);
            state.may_hold.add(holder, &may_hold);
        }
    }
}

/// A local is gone: what it held, those that held it may still reach.
pub(super) fn forget(state: &mut State, id: LocalId) {
    let gone = id.index();
    let held = state.holds.set_of(gone);
    let mut may_hold = state.may_hold.set_of(gone);
    may_hold.unite(&held);
    for holder in state.holds.holding(gone).iter() {
        state.holds.add(holder, &held);
        state.may_hold.add(holder, &may_hold);
    }
    for holder in state.may_hold.holding(gone).iter() {
        state.may_hold.add(holder, &may_hold);
    }
    let akin = state.akin.set_of(gone);
    for local in akin.iter() {
        state.akin.add(local, &akin);
    }
    state.holds.forget(gone);
    state.may_hold.forget(gone);
    state.akin.forget(gone);
}
