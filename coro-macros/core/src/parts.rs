//! Moves of a part of a local, which leave the rest to its scope.
//!
//! ```text
//!   let head = conn.head;     conn_owner.part(1, &raw const (*conn).head)
//!   …                         the scope ends:  |whole| { forget(whole.head); }   drops the rest
//! ```
//!
//! Whether `conn.head` is a move or a copy is for its type to say. Where it is read again it can
//! only be a copy, and nothing is to be done. Otherwise the read is noted, and the end of the
//! scope repeats it on the whole value in front of rustc, who knows which it is, and drops what
//! is left in the right order.
//!
//! A pattern that takes a part and leaves another is noted in the same way: the parts are read
//! through references, and the end of the scope matches the whole once more.
//!
//! Laws: the parts of one local that are noted do not overlap.
use std::collections::HashMap;

use crate::errors::Errors;
use crate::flow::{Event, Flow, Path, Taking, Usage};
use crate::locals::{Kind, LocalId, Locals, MentionId};
use crate::shape::{self, Moves};

/// One part of a local, as a bit in the note of what has been moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part(pub(crate) usize);

/// How a part is moved.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// By naming it.
    Path(Path),
    /// By a pattern, as one of the arms of a match on the part.
    Pattern(Path, syn::Pat),
}

/// Which mentions move which part.
#[derive(Default)]
pub(crate) struct Parts {
    of: HashMap<LocalId, Vec<Piece>>,
    mentions: HashMap<MentionId, Part>,
    /// For each scrutinee that is taken apart, the piece that each arm takes.
    arms: HashMap<MentionId, Vec<Part>>,
}

impl Parts {
    /// The part that a mention moves, or assigns anew.
    pub(crate) fn of_mention(&self, mention: MentionId) -> Option<Part> {
        self.mentions.get(&mention).copied()
    }

    /// A match that leaves a part of what it matches.
    fn take_apart(
        &mut self,
        taking: &Taking,
        locals: &Locals,
        has_slot: &impl Fn(LocalId) -> bool,
    ) {
        let id = locals.local_of(taking.mention);
        let local = &locals[id];
        let leaves = taking.pats.iter().any(|pat| match shape::moves(pat) {
            Moves::Parts => true,
            Moves::Everything => !taking.path.is_empty(),
            Moves::Nothing => false,
        });
        let known = self.of.get(&id).map_or(0, Vec::len);
        if local.is_reference
            || local.is_trivial
            || !has_slot(id)
            || !leaves
            || known > 0
            || taking.pats.len() > 8
            || !taking.pats.iter().all(shape::binds_by_default)
        {
            return;
        }
        let pieces = taking
            .pats
            .iter()
            .map(|pat| Piece::Pattern(taking.path.clone(), pat.clone()));
        self.of.insert(id, pieces.collect());
        self.arms
            .insert(taking.mention, (0..taking.pats.len()).map(Part).collect());
    }

    /// The method calls that may take a part of a local, with the part.
    pub(crate) fn calls(
        &self,
        id: LocalId,
        flow: &Flow,
        locals: &Locals,
    ) -> Vec<(MentionId, Part)> {
        let calls = self
            .mentions
            .iter()
            .map(|(&mention, &part)| (mention, part));
        let mut calls: Vec<_> = calls
            .filter(|&(mention, _)| locals.local_of(mention) == id && flow.is_receiver(mention))
            .collect();
        calls.sort_by_key(|&(mention, _)| mention);
        calls
    }

    /// The pieces that the arms of a match take.
    pub(crate) fn of_arms(&self, scrutinee: MentionId) -> Option<&[Part]> {
        self.arms.get(&scrutinee).map(Vec::as_slice)
    }

    /// The pieces of a local that may be moved.
    pub(crate) fn of_local(&self, id: LocalId) -> &[Piece] {
        self.of.get(&id).map_or(&[], Vec::as_slice)
    }
}

pub(crate) fn parts(
    flow: &Flow,
    locals: &Locals,
    has_slot: impl Fn(LocalId) -> bool,
    errors: &mut Errors,
) -> Parts {
    let mut parts = Parts::default();
    for taking in &flow.takings {
        parts.take_apart(taking, locals, &has_slot);
    }
    let each = |usage: Usage| {
        flow.nodes
            .iter()
            .enumerate()
            .flat_map(move |(node, contents)| {
                contents
                    .events
                    .iter()
                    .enumerate()
                    .filter_map(move |(index, event)| match event {
                        Event::Use(id, mention, found) if *found == usage => {
                            Some((node, index, *id, *mention))
                        }
                        _ => None,
                    })
            })
    };
    for (node, index, id, mention) in each(Usage::Part).chain(each(Usage::PartReceiver)) {
        let Some(path) = flow.paths.get(&mention) else {
            continue;
        };
        let local = &locals[id];
        if local.is_reference
            || local.is_trivial
            || !has_slot(id)
            || used_again(flow, node, index, id, path)
        {
            continue;
        }
        let is_receiver = flow.is_receiver(mention);
        let known = parts.of.entry(id).or_default();
        let overlaps = |known: &[Piece]| known.iter().any(|other| overlap(other.path(), path));
        let part = match known
            .iter()
            .position(|other| matches!(other, Piece::Path(other) if other == path))
        {
            Some(part) if !is_receiver => part,
            found => {
                if is_receiver && (found.is_some() || overlaps(known) || known.len() == 8) {
                    // It is called in place: rustc refuses a method that takes it.
                    continue;
                }
                if overlaps(known) || known.len() == 8 {
                    let name = locals.written(mention);
                    errors.on(
                        name.span(),
                        format!(
                            "moving these parts out of `{name}`, which lives across a suspension, is not lowered yet; \
                             take `{name}` apart with one `let` pattern"
                        ),
                    );
                    continue;
                }
                known.push(Piece::Path(path.clone()));
                known.len() - 1
            }
        };
        parts.mentions.insert(mention, Part(part));
    }
    for (_, _, id, mention) in each(Usage::AssignedPart) {
        let (Some(path), Some(known)) = (flow.paths.get(&mention), parts.of.get(&id)) else {
            continue;
        };
        if let Some(part) = known
            .iter()
            .position(|other| matches!(other, Piece::Path(other) if other == path))
        {
            parts.mentions.insert(mention, Part(part));
        } else if known.iter().any(|other| overlap(other.path(), path)) {
            let name = locals.written(mention);
            errors.on(
                name.span(),
                format!(
                    "assigning to this part of `{name}`, of which another is moved out, is not lowered yet; \
                     take `{name}` apart with one `let` pattern"
                ),
            );
        }
    }
    parts
        .of
        .retain(|&id, known| locals[id].kind != Kind::Future && !known.is_empty());
    parts
}

impl Piece {
    fn path(&self) -> &Path {
        match self {
            Piece::Path(path) | Piece::Pattern(path, _) => path,
        }
    }
}

/// Whether one path is a part of the other.
fn overlap(a: &Path, b: &Path) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}

/// Whether a path leads from an event to another use of the same part.
fn used_again(flow: &Flow, node: usize, index: usize, id: LocalId, path: &Path) -> bool {
    let mut seen = vec![false; flow.nodes.len()];
    let mut work = vec![(node, index + 1)];
    while let Some((node, from)) = work.pop() {
        let mut goes_on = true;
        for event in flow.nodes[node].events.iter().skip(from) {
            match event {
                Event::Use(used, mention, usage) if *used == id => {
                    let other = flow.paths.get(mention);
                    if *usage == Usage::AssignedPart {
                        // A new value for all of it.
                        goes_on = !other
                            .is_some_and(|other| other.len() <= path.len() && overlap(other, path));
                    } else if other.is_none_or(|other| overlap(other, path)) {
                        return true;
                    }
                }
                Event::Init(other)
                | Event::Assign(other)
                | Event::Declare(other)
                | Event::End(other) => {
                    goes_on = *other != id;
                }
                Event::Use(..)
                | Event::Clear(_)
                | Event::Suspend(_)
                | Event::Resumed(_)
                | Event::Mix(_) => {}
            }
            if !goes_on {
                break;
            }
        }
        if goes_on {
            for &next in &flow.nodes[node].next {
                if !std::mem::replace(&mut seen[next], true) {
                    work.push((next, 0));
                }
            }
        }
    }
    false
}
