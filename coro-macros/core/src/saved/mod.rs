//! What a slot has to keep, where, and what may not share its bytes.
//!
//! A local needs its slot while it has a value that is used later, that is owed a drop, or that
//! something borrows which needs its own slot.
//!
//! Laws: who may hold a borrow of whom is known from the statements that mention both (see
//! `flow::Mix`); a statement hands every borrow it can see to everything it mentions, and to what
//! may share something with that. Two locals may share bytes only if no point of the program needs
//! both.
mod borrows;
mod state;

use crate::flow::{Event, Flow, Usage};
use crate::layout::Slot;
use crate::liveness::{Access, Liveness};
use crate::locals::{Kind, LocalId, Locals, MentionId};
use crate::parts::used_again;
use crate::set::{Relation, Set, reach};
use crate::tree::{Point, PointId};
use state::{Analysis, State};

/// Whether a local is owed a drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owed {
    No,
    Yes,
    /// The way that was taken decides.
    Maybe,
}

/// One local at one suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AtPoint {
    /// Its value is kept.
    pub(crate) saved: bool,
    /// It is kept for nothing but its drop.
    pub(crate) only_for_drop: bool,
    /// It is kept only if a method call that came before did not take it.
    pub(crate) only_if_borrowed: bool,
    /// The way that was taken decides whether it is owed a drop, and not that method call alone.
    pub(crate) is_flagged: bool,
    pub(crate) owed: Owed,
}

pub(crate) struct Saved {
    /// For each suspension, each local.
    pub(crate) at: Vec<Vec<AtPoint>>,
    /// Whether a way leads to each suspension.
    pub(crate) reached: Vec<bool>,
    /// Which locals may not share bytes.
    conflicts: Relation,
    /// Which locals may not share bytes with which others if a method call borrowed them.
    asked_conflicts: Relation,
    /// Which locals may not share bytes if method calls borrowed both.
    both_asked_conflicts: Relation,
    /// The method call on each local whose answer decides, if there is one that may take it or borrow it.
    asked: Vec<Option<MentionId>>,
    parts: Vec<u32>,
}

impl Saved {
    /// The slots of locals.
    pub(crate) fn slots(&self, ids: &[LocalId]) -> Vec<Slot> {
        let apart = ids.iter().filter(|&&id| self.split(id).is_some());
        let apart = apart.map(|&id| Slot::Apart(id));
        ids.iter().map(|&id| Slot::Of(id)).chain(apart).collect()
    }

    /// Whether two slots may not share bytes.
    pub(crate) fn conflict(&self, a: Slot, b: Slot) -> bool {
        let (one, other) = (a.local(), b.local());
        one != other
            && (self.conflicts.contains(one.index(), other.index())
                || self.is_for_borrowed(a)
                    && self.asked_conflicts.contains(one.index(), other.index())
                || self.is_for_borrowed(b)
                    && self.asked_conflicts.contains(other.index(), one.index())
                || self.is_for_borrowed(a)
                    && self.is_for_borrowed(b)
                    && (self.both_asked_conflicts).contains(one.index(), other.index()))
    }

    /// Whether the local lies in this slot if a method call borrows it: where it is
    /// [`split`](Self::split), that is the slot apart.
    fn is_for_borrowed(&self, slot: Slot) -> bool {
        let id = slot.local();
        slot == Slot::Apart(id) || self.split(id).is_none()
    }

    /// The method call that decides whether the local may share bytes, if one does.
    pub(crate) fn split(&self, id: LocalId) -> Option<MentionId> {
        let asked = self.asked_conflicts.of(id.index());
        let mut asked = asked.chain(self.both_asked_conflicts.of(id.index()));
        let matters =
            asked.any(|other| other != id.index() && !self.conflicts.contains(id.index(), other));
        let asked = self.asked[id.index()]?;
        (matters && self.anywhere(id) && self.decided_by(id).is_none()).then_some(asked)
    }

    /// The parts of a local of which none is left if it is owed nothing, as bits.
    pub(crate) fn parts(&self, id: LocalId) -> u32 {
        self.parts[id.index()]
    }

    /// Whether some suspension keeps the local.
    pub(crate) fn anywhere(&self, id: LocalId) -> bool {
        self.at.iter().any(|locals| locals[id.index()].saved)
    }

    /// Whether whatever suspension keeps it, keeps it for its drop alone.
    pub(crate) fn only_for_drop(&self, id: LocalId) -> bool {
        self.at
            .iter()
            .map(|locals| locals[id.index()])
            .all(|local| !local.saved || local.only_for_drop)
    }

    /// The method call that decides whether the local is kept at all, if one does.
    pub(crate) fn decided_by(&self, id: LocalId) -> Option<MentionId> {
        let kept = || {
            self.at
                .iter()
                .map(|locals| locals[id.index()])
                .filter(|local| local.saved)
        };
        let asked = self.asked[id.index()]?;
        (kept().next().is_some() && kept().all(|local| local.only_if_borrowed)).then_some(asked)
    }

    /// Whether some suspension must note if the local is owed a drop.
    pub(crate) fn is_flagged(&self, id: LocalId) -> bool {
        (0..self.at.len()).any(|point| self.is_flagged_at(id, PointId(point)))
    }

    /// Whether this suspension must: neither it alone nor the answer of a method call says so.
    pub(crate) fn is_flagged_at(&self, id: LocalId, point: PointId) -> bool {
        let local = self.at[point.0][id.index()];
        let is_open = local.saved && local.owed == Owed::Maybe;
        is_open && (local.is_flagged || self.decided_by(id).is_none())
    }
}

pub(crate) fn saved(flow: &Flow, liveness: &Liveness, locals: &Locals, points: &[Point]) -> Saved {
    let count = locals.len();
    let parts = parts(flow, locals);
    let asked = asked(flow, liveness, locals, &parts);
    let (mut parameters, mut inside) = (Set::empty(count), Set::full(count));
    for id in locals.ids() {
        if locals[id].kind == Kind::Parameter {
            parameters.insert(id.index());
            if locals[id].is_reference {
                inside.remove(id.index());
            }
        }
    }
    let analysis = Analysis {
        flow,
        liveness,
        locals,
        inside: &inside,
        points,
        asked: &asked,
        parts: &parts,
    };
    let entry = analysis.entries();
    let nowhere = AtPoint {
        saved: false,
        only_for_drop: false,
        only_if_borrowed: false,
        is_flagged: false,
        owed: Owed::No,
    };
    let mut saved = Saved {
        at: vec![vec![nowhere; count]; points.len()],
        reached: vec![false; points.len()],
        conflicts: Relation::empty(count),
        asked_conflicts: Relation::empty(count),
        both_asked_conflicts: Relation::empty(count),
        asked: asked.clone(),
        parts: parts.clone(),
    };
    for (index, node) in flow.nodes.iter().enumerate() {
        let Some(mut state) = entry[index].clone() else {
            continue;
        };
        let after = liveness.after_events(flow, index, points);
        for (event, live) in node.events.iter().zip(after) {
            analysis.step(event, &mut state);
            let needed = analysis.needed(&state, &live);
            if let Event::Suspend(point) = event {
                saved.reached[point.0] = true;
                saved.at[point.0] = (0..count).map(|local| needed.at(&state, local)).collect();
            }
            let touched = match event {
                Event::Init(id) | Event::Assign(id) | Event::Use(id, _, _) => Some(id.index()),
                _ => None,
            };
            let (mut certain, mut there) = (needed.certain(&state), needed.all.clone());
            if let Some(touched) = touched {
                certain.insert(touched);
                there.insert(touched);
            }
            let (certain, uncertain) = (there.and(&certain), there.without(&certain));
            for local in certain.iter() {
                saved.conflicts.add(local, &certain);
            }
            for local in uncertain.iter() {
                saved.both_asked_conflicts.add(local, &uncertain);
                saved.asked_conflicts.add(local, &certain);
            }
        }
    }
    // All parameters are there before the first poll.
    for parameter in parameters.iter() {
        saved.conflicts.add(parameter, &parameters);
    }
    saved
}

/// Which locals need their slots, and why.
struct Needed {
    live: Set,
    owed: Set,
    held: Set,
    /// Held, if a method call borrowed it.
    asked: Set,
    /// For any of these reasons.
    all: Set,
}

impl Needed {
    /// Which need their slots even if a method call took them.
    fn certain(&self, state: &State) -> Set {
        let mut certain = self.owed.and(&state.whole);
        certain.unite(&self.live);
        certain.unite(&self.held);
        certain
    }

    fn at(&self, state: &State, local: usize) -> AtPoint {
        let (live, held) = (self.live.contains(local), self.held.contains(local));
        let (owed, asked) = (self.owed.contains(local), self.asked.contains(local));
        AtPoint {
            saved: self.all.contains(local),
            only_for_drop: !live && !held && !asked,
            only_if_borrowed: !(live || held || owed && state.whole.contains(local)),
            is_flagged: state.owed.contains(local)
                && state.not_owed.contains(local)
                && state.without.contains(local),
            owed: match (state.owed.contains(local), state.not_owed.contains(local)) {
                (true, false) => Owed::Yes,
                (true, true) => Owed::Maybe,
                (false, _) => Owed::No,
            },
        }
    }
}

impl Analysis<'_> {
    /// What is known where each node of the graph begins, if a way leads there.
    fn entries(&self) -> Vec<Option<State>> {
        let count = self.flow.nodes.len();
        let mut entry = vec![None; count];
        entry[0] = Some(State::at_entry(self.locals.len()));
        let mut work = Set::empty(count);
        work.insert(0);
        while let Some(index) = work.pop() {
            let Some(mut state) = entry[index].clone() else {
                continue;
            };
            for event in &self.flow.nodes[index].events {
                self.step(event, &mut state);
            }
            for &next in &self.flow.nodes[index].next {
                let is_new = match &mut entry[next] {
                    Some(known) => known.merge(&state),
                    unknown => {
                        *unknown = Some(state.clone());
                        true
                    }
                };
                if is_new {
                    work.insert(next);
                }
            }
        }
        entry
    }

    fn needed(&self, state: &State, live: &Set) -> Needed {
        let (live, owed) = (state.init.and(live), state.init.and(&state.owed));
        let mut all = live.clone();
        all.unite(&owed);
        // What a needed local may hold is needed, too.
        let relations = [&state.holds, &state.may_hold];
        let nothing = Set::empty(self.locals.len());
        let mut led_to = [nothing.clone(), nothing];
        all = reach(&relations, &all, &state.init, &mut led_to);
        let [held, asked] = led_to;
        Needed {
            live,
            owed,
            held,
            asked,
            all,
        }
    }
}

/// Of each local, the parts of which none is left if it is owed nothing, as bits: those of a tuple or a
/// struct that is written as one, or all that are read of what may be a tuple.
fn parts(flow: &Flow, locals: &Locals) -> Vec<u32> {
    let mut read = vec![0_u32; locals.len()];
    for (id, mention) in flow
        .nodes
        .iter()
        .flat_map(|node| &node.events)
        .filter_map(part_read)
    {
        read[id.index()] |= flow.part_of(mention, &[]).unwrap_or(0);
    }
    let parts = locals.ids().zip(read).map(|(id, read)| {
        let local = &locals[id];
        let fields = u32::try_from(local.fields.len()).unwrap_or(u32::MAX);
        match local.tuple {
            Some(parts) => parts,
            None if fields > 0 => 1_u32.checked_shl(fields).map_or(0, |next| next - 1),
            None if (2..=MOST_PARTS).contains(&read.count_ones()) => match read.trailing_ones() {
                all if all == read.count_ones() => read,
                _ => 0,
            },
            None => 0,
        }
    });
    parts.collect()
}

/// Of tuples with more parts, the output does not ask whether they are tuples.
const MOST_PARTS: u32 = 6;

/// A part of a local is read.
fn part_read(event: &Event) -> Option<(LocalId, MentionId)> {
    match event {
        Event::Use(id, mention, Usage::Part) => Some((*id, *mention)),
        _ => None,
    }
}

/// Of each local, the last use of which its type says whether it takes what there is: a method call, or
/// the read of a part.
fn asked(
    flow: &Flow,
    liveness: &Liveness,
    locals: &Locals,
    parts: &[u32],
) -> Vec<Option<MentionId>> {
    let mut asked = vec![None; locals.len()];
    for (node, contents) in flow.nodes.iter().enumerate() {
        for (index, event) in contents.events.iter().enumerate() {
            let Event::Use(id, mention, usage) = event else {
                continue;
            };
            let (id, local) = (*id, &locals[*id]);
            let is_asked = match (usage, liveness.access[mention.index()]) {
                (Usage::Receiver | Usage::Called, Access::Asked) => true,
                // A shared reference is borrowed only by a method that references have.
                (Usage::Receiver, Access::InPlace) => local.is_reference && local.is_copy,
                (Usage::Part, _) => {
                    let is_part = parts[id.index()] != 0
                        && local.tuple.is_none()
                        && !local.is_reference
                        && !local.is_trivial
                        && flow.part_of(*mention, &local.fields).is_some()
                        && !flow.unasked.contains(mention);
                    let path = flow.paths.get(mention).filter(|_| is_part);
                    path.is_some_and(|path| !used_again(flow, node, index, id, path))
                }
                _ => false,
            };
            // What an operator decides about no method does.
            if is_asked && local.kind != Kind::Parameter && local.branch.is_none() {
                asked[id.index()] = Some(*mention);
            }
        }
    }
    asked
}
