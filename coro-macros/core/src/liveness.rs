//! What is used later, and what follows from it for each mention.
//!
//! Laws: a local is live where a path leads to a use of it without a new value on the way. A
//! method is called in place on whatever is used later; where syntax leaves a doubt whether it
//! takes its receiver, the output asks rustc (`Access::Asked`).
use crate::flow::{Event, Flow, Usage};
use crate::locals::{Kind, LocalId, Locals, MentionId};
use crate::set::Set;
use crate::shape::{self, Moves};
use crate::tree::Point;

/// How the output gets at a local that has moved into a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Where it is.
    InPlace,
    /// By moving or copying it out.
    Take,
    /// Its type decides: a method takes its receiver or borrows it.
    Asked,
    /// It is taken, and put back by the arms that bind nothing.
    Matched,
    /// It is matched where it is, and the arms read the parts that they take.
    Apart,
    /// Through a reference, which a closure can capture.
    Reference,
    /// It is taken, and a closure captures it under its own name.
    Capture,
    /// Through the reference to it that a pattern has bound.
    View,
    /// It becomes a Rust local in its scope, for rustc to see whether a call takes it.
    Called,
}

pub(crate) struct Liveness {
    /// For each node, what is live at its end.
    live_out: Vec<Set>,
    /// How each mention gets at its local.
    pub(crate) access: Vec<Access>,
    /// Whether the local of each mention is used after that.
    used_later: Vec<bool>,
}

pub(crate) fn liveness(flow: &Flow, locals: &Locals, points: &[Point]) -> Liveness {
    let mut live_in = vec![Set::empty(locals.len()); flow.nodes.len()];
    let mut live_out = live_in.clone();
    let mut changed = true;
    while changed {
        changed = false;
        for (index, node) in flow.nodes.iter().enumerate().rev() {
            let mut live = Set::empty(locals.len());
            for &next in &node.next {
                live.unite(&live_in[next]);
            }
            live_out[index].clone_from(&live);
            for event in node.events.iter().rev() {
                step(event, points, &mut live);
            }
            if live != live_in[index] {
                live_in[index] = live;
                changed = true;
            }
        }
    }
    let mut liveness = Liveness {
        live_out,
        access: vec![Access::InPlace; locals.mentions()],
        used_later: vec![true; locals.mentions()],
    };
    liveness.decide(flow, locals, points);
    liveness
}

impl Liveness {
    /// What is live after each event of a node.
    pub(crate) fn after_events(&self, flow: &Flow, node: usize, points: &[Point]) -> Vec<Set> {
        let mut live = self.live_out[node].clone();
        let mut after = Vec::new();
        for event in flow.nodes[node].events.iter().rev() {
            after.push(live.clone());
            step(event, points, &mut live);
        }
        after.reverse();
        after
    }

    /// Whether a local is a closure without a drop: whatever it mentions that has one is used later, and so
    /// is borrowed.
    pub(crate) fn only_borrows(&self, id: LocalId, flow: &Flow, locals: &Locals) -> bool {
        let borrows = |&mention: &MentionId| {
            let local = &locals[locals.local_of(mention)];
            local.is_trivial || local.is_reference || self.used_later[mention.index()]
        };
        let captured = flow.captured.get(&id);
        captured.is_some_and(|mentions| mentions.iter().all(borrows))
    }

    fn decide(&mut self, flow: &Flow, locals: &Locals, points: &[Point]) {
        let mut matched: Vec<(MentionId, bool)> = Vec::new();
        let whole = |mention: MentionId| {
            flow.taking(mention).is_some_and(|taking| {
                // While a guard runs, the value is where it was.
                let stays_whole = |pat: &syn::Pat| {
                    shape::moves(pat) != Moves::Parts
                        && !shape::borrows(pat)
                        && !matches!(pat, syn::Pat::Guard(_))
                };
                taking.path.is_empty() && taking.pats.iter().all(stays_whole)
            })
        };
        for (index, node) in flow.nodes.iter().enumerate() {
            let after = self.after_events(flow, index, points);
            for (at, (event, live)) in node.events.iter().zip(after).enumerate() {
                let Event::Use(id, mention, usage) = event else {
                    continue;
                };
                self.used_later[mention.index()] = live.contains(id.index());
                if locals[*id].kind == Kind::View {
                    self.access[mention.index()] = Access::View;
                    continue;
                }
                let used_later = live.contains(id.index()) || locals[*id].is_reference;
                let access = match usage {
                    Usage::Taken | Usage::Given | Usage::Receiver if locals[*id].is_copy => {
                        Access::InPlace
                    }
                    Usage::Taken => Access::Take,
                    // What is used later has been copied, or a user's own macro has only borrowed it.
                    Usage::Given if live.contains(id.index()) => Access::InPlace,
                    Usage::Given => Access::Take,
                    Usage::InPlace | Usage::Part | Usage::AssignedPart | Usage::PartReceiver => {
                        Access::InPlace
                    }
                    Usage::Receiver if used_later => Access::InPlace,
                    Usage::Called if used_later => Access::InPlace,
                    Usage::Called
                        if locals.waits(*mention) || suspends_after(flow, (index, at), *id) =>
                    {
                        match flow.asked.contains_key(id) {
                            true => Access::Asked,
                            false => Access::InPlace,
                        }
                    }
                    Usage::Called => Access::Called,
                    // What is used later has been copied, or borrowed again.
                    Usage::CapturedValue if live.contains(id.index()) => Access::Reference,
                    Usage::CapturedValue => Access::Capture,
                    Usage::Receiver => Access::Asked,
                    Usage::Captured => Access::Reference,
                    Usage::CapturedByMove => Access::Capture,
                    Usage::Matched(_) => {
                        matched.push((*mention, used_later));
                        continue;
                    }
                };
                self.access[mention.index()] = access;
            }
        }
        for (first, others) in flow.closures.iter().flat_map(|closure| &closure.taken) {
            for other in others {
                self.access[other.index()] = self.access[first.index()];
            }
        }
        for &(mention, _) in &matched {
            let used_later =
                |&(other, used_later): &(MentionId, bool)| other == mention && used_later;
            let is_whole = whole(mention);
            self.access[mention.index()] = if locals[locals.local_of(mention)].is_trivial {
                Access::InPlace
            } else if !is_whole {
                Access::Apart
            } else if !matched.iter().any(used_later) {
                Access::Matched
            } else if matched.iter().all(|use_of| use_of.0 != mention || use_of.1) {
                // What is used later has been copied.
                Access::InPlace
            } else {
                Access::Apart
            };
        }
    }
}

fn step(event: &Event, points: &[Point], live: &mut Set) {
    match event {
        Event::Declare(id) | Event::Init(id) | Event::Assign(id) | Event::End(id) => {
            live.remove(id.index())
        }
        Event::Use(id, _, _) => live.insert(id.index()),
        Event::Resumed(point) => live.insert(future(points, *point).index()),
        Event::Clear(_) | Event::Left(..) | Event::Suspend(_) | Event::Mix(_) => {}
    }
}

/// Whether the coroutine may suspend after an event, while the local is in scope.
fn suspends_after(flow: &Flow, (node, at): (usize, usize), id: LocalId) -> bool {
    let mut seen = vec![false; flow.nodes.len()];
    let mut work = vec![(node, at + 1)];
    while let Some((node, from)) = work.pop() {
        let ends = |event: &&Event| {
            matches!(event, Event::Init(other) | Event::Declare(other) | Event::Assign(other)
                | Event::End(other) if *other == id)
        };
        let events = &flow.nodes[node].events[from..];
        let end = events.iter().position(|event| ends(&event));
        let is_suspension = |event: &Event| matches!(event, Event::Suspend(_));
        if events[..end.unwrap_or(events.len())]
            .iter()
            .any(is_suspension)
        {
            return true;
        }
        if end.is_none() {
            for &next in &flow.nodes[node].next {
                if !std::mem::replace(&mut seen[next], true) {
                    work.push((next, 0));
                }
            }
        }
    }
    false
}

fn future(points: &[Point], point: crate::tree::PointId) -> LocalId {
    points[point.0].future
}
