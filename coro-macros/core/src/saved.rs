//! What a slot has to keep, where, and what may not share its bytes.
//!
//! A local needs its slot while it has a value that is used later, that is owed a drop, or that
//! something borrows which needs its own slot.
//!
//! Laws: who may hold a borrow of whom is known from the statements that mention both (see
//! `flow::Mix`); a statement hands every borrow it can see to everything it writes to. Two
//! locals may share bytes only if no point of the program needs both.
use crate::flow::{Event, Flow, Mix, Usage};
use crate::layout::Slot;
use crate::liveness::{Access, Liveness, union};
use crate::locals::{Kind, LocalId, Locals, MentionId};
use crate::tree::Point;

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
    pub(crate) owed: Owed,
}

pub(crate) struct Saved {
    /// For each suspension, each local.
    pub(crate) at: Vec<Vec<AtPoint>>,
    /// Which locals may not share bytes.
    conflicts: Vec<Vec<bool>>,
    /// Which locals may not share bytes with which others if a method call borrowed them.
    asked_conflicts: Vec<Vec<bool>>,
    /// The one method call on each local that may take it or borrow it, if there is just one.
    asked: Vec<Option<MentionId>>,
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
        self.conflicts[a.local().index()][b.local().index()]
            || self.asked_conflict(a, b)
            || self.asked_conflict(b, a)
    }

    /// Whether a slot may not share bytes with another one if a method call borrows its local: where
    /// it does, one that is [`split`](Self::split) lies in the slot apart.
    fn asked_conflict(&self, slot: Slot, other: Slot) -> bool {
        let id = slot.local();
        self.asked_conflicts[id.index()][other.local().index()]
            && (slot == Slot::Apart(id) || self.split(id).is_none())
    }

    /// The method call that decides whether the local may share bytes, if one does.
    pub(crate) fn split(&self, id: LocalId) -> Option<MentionId> {
        let pairs = self.conflicts[id.index()]
            .iter()
            .zip(&self.asked_conflicts[id.index()]);
        let matters = pairs
            .into_iter()
            .any(|(&certain, &asked)| asked && !certain);
        let asked = self.asked[id.index()]?;
        (matters && self.anywhere(id) && self.decided_by(id).is_none()).then_some(asked)
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

    /// Whether a suspension must note if the local is owed a drop.
    pub(crate) fn is_flagged(&self, id: LocalId) -> bool {
        self.decided_by(id).is_none()
            && self
                .at
                .iter()
                .any(|locals| locals[id.index()].saved && locals[id.index()].owed == Owed::Maybe)
    }
}

#[derive(Clone, PartialEq)]
struct State {
    reached: bool,
    /// It may have a value.
    init: Vec<bool>,
    owed: Vec<bool>,
    not_owed: Vec<bool>,
    /// It may have a value that no method call may have taken.
    whole: Vec<bool>,
    /// It may have no value for another reason than a method call that took it.
    without: Vec<bool>,
    /// Which parts of a tuple may be left, as bits.
    left: Vec<u32>,
    /// `holds[y][x]`: y may hold a borrow of x.
    holds: Vec<Vec<bool>>,
    /// The same, if a method call borrowed x and did not take it.
    may_hold: Vec<Vec<bool>>,
}

pub(crate) fn saved(flow: &Flow, liveness: &Liveness, locals: &Locals, points: &[Point]) -> Saved {
    let count = locals.len();
    let nothing = State {
        reached: false,
        init: vec![false; count],
        owed: vec![false; count],
        not_owed: vec![false; count],
        whole: vec![false; count],
        without: vec![false; count],
        left: vec![0; count],
        holds: vec![vec![false; count]; count],
        may_hold: vec![vec![false; count]; count],
    };
    let analysis = Analysis {
        flow,
        liveness,
        locals,
        points,
    };
    let mut entry = vec![nothing; flow.nodes.len()];
    entry[0].reached = true;
    entry[0].not_owed = vec![true; count];
    entry[0].without = vec![true; count];
    let mut work: Vec<usize> = (0..flow.nodes.len()).rev().collect();
    while let Some(index) = work.pop() {
        if !entry[index].reached {
            continue;
        }
        let mut state = entry[index].clone();
        for event in &flow.nodes[index].events {
            analysis.step(event, &mut state);
        }
        for &next in &flow.nodes[index].next {
            if merge(&mut entry[next], &state) {
                work.push(next);
            }
        }
    }
    let nowhere = AtPoint {
        saved: false,
        only_for_drop: false,
        only_if_borrowed: false,
        owed: Owed::No,
    };
    let mut saved = Saved {
        at: vec![vec![nowhere; count]; points.len()],
        conflicts: vec![vec![false; count]; count],
        asked_conflicts: vec![vec![false; count]; count],
        asked: asked(flow, liveness, locals),
    };
    for (index, node) in flow.nodes.iter().enumerate() {
        let mut state = entry[index].clone();
        if !state.reached {
            continue;
        }
        let after = liveness.after_events(flow, index, points);
        for (event, live) in node.events.iter().zip(after) {
            analysis.step(event, &mut state);
            let needed = analysis.needed(&state, &live);
            if let Event::Suspend(point) = event {
                saved.at[point.0] = (0..count)
                    .map(|local| needed[local].at(&state, local))
                    .collect();
            }
            let touched = match event {
                Event::Init(id) | Event::Assign(id) | Event::Use(id, _, _) => Some(id.index()),
                _ => None,
            };
            let certain =
                |local: usize| touched == Some(local) || needed[local].is_certain(&state, local);
            let there: Vec<usize> = (0..count)
                .filter(|&local| needed[local].any() || touched == Some(local))
                .collect();
            for &a in &there {
                for &b in there
                    .iter()
                    .filter(|&&b| b != a && (needed[a].any() || needed[b].any()))
                {
                    if certain(a) == certain(b) {
                        saved.conflicts[a][b] = true;
                    } else if certain(b) {
                        saved.asked_conflicts[a][b] = true;
                    }
                }
            }
        }
    }
    // All parameters are there before the first poll.
    let parameters: Vec<_> = locals
        .ids()
        .filter(|&id| locals[id].kind == Kind::Parameter)
        .collect();
    for a in &parameters {
        for b in &parameters {
            saved.conflicts[a.index()][b.index()] |= a != b;
        }
    }
    saved
}

/// Why a local needs its slot.
#[derive(Clone, Copy, Default)]
struct Need {
    live: bool,
    owed: bool,
    held: bool,
    /// Held, if a method call borrowed it.
    asked: bool,
}

impl Need {
    fn any(self) -> bool {
        self.live || self.owed || self.held || self.asked
    }

    /// Whether it needs the slot even if a method call took it.
    fn is_certain(self, state: &State, local: usize) -> bool {
        self.live || self.held || self.owed && state.whole[local]
    }

    fn at(self, state: &State, local: usize) -> AtPoint {
        AtPoint {
            saved: self.any(),
            only_for_drop: !self.live && !self.held && !self.asked,
            only_if_borrowed: !self.live
                && !self.held
                && !(self.owed && (state.whole[local] || state.without[local])),
            owed: match (state.owed[local], state.not_owed[local]) {
                (true, false) => Owed::Yes,
                (true, true) => Owed::Maybe,
                (false, _) => Owed::No,
            },
        }
    }
}

struct Analysis<'a> {
    flow: &'a Flow,
    liveness: &'a Liveness,
    locals: &'a Locals,
    points: &'a [Point],
}

impl Analysis<'_> {
    fn needed(&self, state: &State, live: &[bool]) -> Vec<Need> {
        let count = live.len();
        let mut needed: Vec<Need> = (0..count)
            .map(|local| Need {
                live: state.init[local] && live[local],
                owed: state.init[local] && state.owed[local],
                held: false,
                asked: false,
            })
            .collect();
        let mut work: Vec<usize> = (0..count).filter(|&local| needed[local].any()).collect();
        while let Some(holder) = work.pop() {
            for (local, need) in needed.iter_mut().enumerate() {
                if local == holder || !state.init[local] {
                    continue;
                }
                let known = need.any();
                need.held |= state.holds[holder][local];
                need.asked |= state.may_hold[holder][local];
                if !known && need.any() {
                    work.push(local);
                }
            }
        }
        needed
    }

    fn step(&self, event: &Event, state: &mut State) {
        match event {
            Event::Declare(id) => {
                state.init[id.index()] = false;
                disown(state, *id);
            }
            Event::Init(id) | Event::Assign(id) => {
                state.init[id.index()] = true;
                state.whole[id.index()] = true;
                state.without[id.index()] = false;
                state.left[id.index()] = self.locals[*id].tuple.unwrap_or(0);
                if !self.locals[*id].is_trivial {
                    state.owed[id.index()] = true;
                    state.not_owed[id.index()] = false;
                }
            }
            Event::Use(id, mention, usage) => {
                match (usage, self.liveness.access[mention.index()]) {
                    (Usage::Matched(_), Access::Matched)
                    | (Usage::TakenReceiver, Access::Told)
                    | (Usage::Given, Access::Take)
                    | (Usage::Called, Access::Called)
                    | (Usage::CapturedValue, Access::Capture)
                    | (Usage::Taken | Usage::CapturedByMove, _) => disown(state, *id),
                    (Usage::Matched(arm), Access::Apart) if self.takes_all(*mention, *arm) => {
                        disown(state, *id);
                    }
                    (Usage::Receiver, Access::Asked) => {
                        state.not_owed[id.index()] = true;
                        state.whole[id.index()] = false;
                    }
                    (
                        Usage::Matched(_)
                        | Usage::Given
                        | Usage::Called
                        | Usage::CapturedValue
                        | Usage::Receiver
                        | Usage::TakenReceiver,
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
            Event::Resumed(point) => {
                let future = self.points[point.0].future;
                state.init[future.index()] = false;
                disown(state, future);
            }
            Event::Clear(id) => {
                state.init[id.index()] = false;
                disown(state, *id);
            }
            Event::End(id) => {
                state.init[id.index()] = false;
                disown(state, *id);
                for relation in [&mut state.holds, &mut state.may_hold] {
                    relation[id.index()].fill(false);
                    for holder in relation {
                        holder[id.index()] = false;
                    }
                }
            }
            Event::Mix(mix) => self.spread(mix, state),
            Event::Suspend(_) => {}
        }
    }

    /// A part is moved or copied. A tuple of which nothing is left that has a drop is owed none.
    fn leave(&self, id: LocalId, mention: MentionId, state: &mut State) {
        let is_tuple = self.locals[id].tuple.is_some() && !self.flow.assigns_part_of(id);
        if let Some(part) = self.flow.part_of_tuple(mention).filter(|_| is_tuple) {
            state.left[id.index()] &= !part;
            if state.left[id.index()] == 0 {
                disown(state, id);
            }
        }
    }

    /// Whether an arm takes all of the local that is matched, and leaves nothing to be dropped.
    fn takes_all(&self, scrutinee: MentionId, arm: usize) -> bool {
        let taking = self.flow.taking(scrutinee);
        taking.is_some_and(|taking| taking.takes_all(arm))
    }

    /// What a parameter refers to that is a reference outlives all locals: it holds none.
    fn is_from_outside(&self, id: LocalId) -> bool {
        let local = &self.locals[id];
        local.kind == Kind::Parameter && local.is_reference
    }

    fn spread(&self, mix: &Mix, state: &mut State) {
        let mut held = vec![false; state.init.len()];
        let mut may_hold = held.clone();
        for source in &mix.sources {
            union(&mut held, &state.holds[source.index()]);
            union(&mut may_hold, &state.may_hold[source.index()]);
        }
        // What is written through a borrow goes to what is borrowed.
        let mut written: Vec<usize> = mix
            .into
            .iter()
            .chain(&mix.sources)
            .map(|id| id.index())
            .collect();
        let mut next = 0;
        while let Some(&holder) = written.get(next) {
            next += 1;
            for id in self.locals.ids().filter(|&id| !self.is_from_outside(id)) {
                let local = id.index();
                if (state.holds[holder][local] || state.may_hold[holder][local])
                    && !written.contains(&local)
                {
                    written.push(local);
                }
            }
        }
        let only_read: Vec<usize> = mix
            .sources
            .difference(&mix.into)
            .map(|id| id.index())
            .collect();
        for holder in written
            .into_iter()
            .filter(|local| !only_read.contains(local))
        {
            union(&mut state.holds[holder], &held);
            union(&mut state.may_hold[holder], &may_hold);
            let is_other = |id: &LocalId| id.index() != holder || mix.entangled.contains(id);
            for borrowed in mix.borrowed.iter().filter(|id| is_other(id)) {
                state.holds[holder][borrowed.index()] = true;
            }
            for (receiver, mention) in mix.receivers.iter().filter(|(id, _)| is_other(id)) {
                match self.liveness.access[mention.index()] {
                    Access::Told => {}
                    Access::Asked => state.may_hold[holder][receiver.index()] = true,
                    _ => state.holds[holder][receiver.index()] = true,
                }
            }
        }
    }
}

/// The locals on which just one method is called that may take them or borrow them.
fn asked(flow: &Flow, liveness: &Liveness, locals: &Locals) -> Vec<Option<MentionId>> {
    let mut calls = vec![Vec::new(); locals.len()];
    for event in flow.nodes.iter().flat_map(|node| &node.events) {
        if let Event::Use(id, mention, Usage::Receiver) = event
            && liveness.access[mention.index()] == Access::Asked
            && locals[*id].kind != Kind::Parameter
            // What an operator decides about no method does.
            && locals[*id].branch.is_none()
        {
            calls[id.index()].push(*mention);
        }
    }
    calls
        .into_iter()
        .map(|calls| {
            if let [one] = calls[..] {
                Some(one)
            } else {
                None
            }
        })
        .collect()
}

fn disown(state: &mut State, id: LocalId) {
    state.owed[id.index()] = false;
    state.not_owed[id.index()] = true;
    state.without[id.index()] = true;
}

fn merge(into: &mut State, from: &State) -> bool {
    let mut changed = !into.reached;
    into.reached = true;
    changed |= union(&mut into.init, &from.init);
    changed |= union(&mut into.owed, &from.owed);
    changed |= union(&mut into.not_owed, &from.not_owed);
    changed |= union(&mut into.whole, &from.whole);
    changed |= union(&mut into.without, &from.without);
    for (a, b) in into.left.iter_mut().zip(&from.left) {
        changed |= b & !*a != 0;
        *a |= b;
    }
    for (a, b) in into.holds.iter_mut().zip(&from.holds) {
        changed |= union(a, b);
    }
    for (a, b) in into.may_hold.iter_mut().zip(&from.may_hold) {
        changed |= union(a, b);
    }
    changed
}
