//! Moves of a part of a local, which leave the rest to its scope.
//!
//! ```text
//!   let head = conn.head;     conn_owner.part(1, &raw const (*conn).head)
//!   …                         the scope ends:  |whole, 1| { forget(whole.head); }   drops the rest
//! ```
//!
//! Whether `conn.head` is a move or a copy is for its type to say. Where it is read again it can
//! only be a copy, and nothing is to be done. Otherwise the read is noted, and the end of the
//! scope repeats it on the whole value in front of rustc, who knows which it is, and drops what
//! is left in the right order.
//!
//! A pattern that takes a part and leaves another is noted in the same way: the parts are read
//! through references, and the end of the scope matches the whole once more. So is the base of a
//! functional update.
//!
//! Laws: each move that can be noted has a bit. The end of the scope knows every set of bits that
//! a path through the function leads to, and no other: where the source is free of a second move,
//! so is what is repeated.
use std::collections::{BTreeMap, BTreeSet};

use syn::Member;

use crate::errors::Errors;
use crate::flow::{Event, Flow, Path, Taking, Usage};
use crate::liveness::Access;
use crate::locals::{Kind, LocalId, Locals, MentionId};
use crate::shape::{self, Moves};

/// Moves of a part, as bits in the note of what has been moved. A part that is assigned anew may
/// have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part(u64);

/// What an arm takes of what is matched.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taken {
    Nothing,
    Part(Part),
    /// Whatever there is to be dropped.
    All,
}

/// How a part is moved.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// By naming it.
    Path(Path),
    /// By a method that is called on it, and may take it.
    Receiver(Path, MentionId),
    /// By a pattern, as one of the arms of a match on the part.
    Pattern(Path, Box<syn::Pat>),
    /// As the base of an update, all but the named fields: `S { field: …, ..base }`.
    Update(Path, syn::Path, Vec<Member>),
}

/// Which mentions move which part.
#[derive(Default)]
pub(crate) struct Parts {
    of: BTreeMap<LocalId, Vec<Piece>>,
    mentions: BTreeMap<MentionId, Part>,
    /// For each scrutinee that is taken apart, what each arm takes.
    arms: BTreeMap<MentionId, Vec<Taken>>,
    /// The sets of parts that may be missing from a local at the same time.
    missing: BTreeMap<LocalId, BTreeSet<u64>>,
}

const MOST_PIECES: usize = u64::BITS as usize;
const MOST_SETS: usize = 64;

impl Part {
    /// The move of a piece.
    fn of(piece: usize) -> Self {
        Part(u32::try_from(piece).map_or(0, |piece| 1u64.checked_shl(piece).unwrap_or(0)))
    }

    pub(crate) fn bits(self) -> u64 {
        self.0
    }
}

impl Parts {
    /// The part that a mention moves, or assigns anew.
    pub(crate) fn of_mention(&self, mention: MentionId) -> Option<Part> {
        self.mentions.get(&mention).copied()
    }

    /// The method calls that may take a part of a local, in the order of their bits.
    pub(crate) fn calls(&self, id: LocalId) -> impl Iterator<Item = MentionId> {
        self.of_local(id).iter().filter_map(|piece| match piece {
            Piece::Receiver(_, mention) => Some(*mention),
            Piece::Path(_) | Piece::Pattern(..) | Piece::Update(..) => None,
        })
    }

    /// What the arms of a match take.
    pub(crate) fn of_arms(&self, scrutinee: MentionId) -> Option<&[Taken]> {
        self.arms.get(&scrutinee).map(Vec::as_slice)
    }

    /// The pieces of a local that may be moved.
    pub(crate) fn of_local(&self, id: LocalId) -> &[Piece] {
        self.of.get(&id).map_or(&[], Vec::as_slice)
    }

    /// How many bits the note of a local has.
    pub(crate) fn width(&self, id: LocalId) -> u32 {
        let count = u32::try_from(self.of_local(id).len()).unwrap_or(u32::MAX);
        count.max(u8::BITS).next_power_of_two()
    }

    /// The sets of parts that may be missing from a local, as bits, each with its pieces.
    pub(crate) fn missing(&self, id: LocalId) -> impl Iterator<Item = (u64, Vec<&Piece>)> {
        let pieces = self.of_local(id);
        self.missing
            .get(&id)
            .into_iter()
            .flatten()
            .filter(|&&set| set != 0)
            .map(|&set| {
                let missing = pieces.iter().enumerate();
                let missing = missing.filter(|&(part, _)| set & Part::of(part).bits() != 0);
                (set, missing.map(|(_, piece)| piece).collect())
            })
    }

    fn add(&mut self, id: LocalId, piece: Piece) -> Part {
        let known = self.of.entry(id).or_default();
        known.push(piece);
        Part::of(known.len() - 1)
    }

    /// A match that leaves a part of what it matches.
    fn take_apart(&mut self, taking: &Taking, id: LocalId) {
        let arms = taking.pats.iter().zip(0..);
        let arms = arms.map(|(pat, arm)| match shape::moves(pat) {
            Moves::Nothing => Taken::Nothing,
            Moves::Everything | Moves::Parts if taking.takes_all(arm) => Taken::All,
            Moves::Everything | Moves::Parts => {
                let pat = match pat {
                    syn::Pat::Guard(guarded) => &guarded.pat,
                    pat => pat,
                };
                let piece = Piece::Pattern(taking.path.clone(), Box::new(pat.clone()));
                Taken::Part(self.add(id, piece))
            }
        });
        let arms = arms.collect();
        self.arms.insert(taking.mention, arms);
    }

    /// A mention of a part, by value or as a receiver.
    fn take(&mut self, id: LocalId, mention: MentionId, path: &Path, is_receiver: bool) {
        let part = if is_receiver {
            self.add(id, Piece::Receiver(path.clone(), mention))
        } else {
            let same = |piece: &Piece| matches!(piece, Piece::Path(other) if other == path);
            match self.of_local(id).iter().position(same) {
                Some(part) => Part::of(part),
                None => self.add(id, Piece::Path(path.clone())),
            }
        };
        self.mentions.insert(mention, part);
    }

    /// What an event does to the set of missing parts.
    fn step(&self, event: &Event, id: LocalId, access: &[Access], sets: &mut BTreeSet<u64>) {
        match event {
            Event::Init(other) | Event::Declare(other) | Event::Assign(other) if *other == id => {
                *sets = [0].into();
            }
            Event::Use(other, mention, usage) if *other == id => match usage {
                Usage::Taken | Usage::CapturedByMove => *sets = [0].into(),
                Usage::Given if access[mention.index()] == Access::Take => *sets = [0].into(),
                Usage::Matched(arm) => {
                    match self.of_arms(*mention).and_then(|arms| arms.get(*arm)) {
                        Some(Taken::Part(part)) => {
                            *sets = sets.iter().map(|set| set | part.bits()).collect();
                        }
                        Some(Taken::All) => *sets = [0].into(),
                        None if access[mention.index()] == Access::Matched => *sets = [0].into(),
                        Some(Taken::Nothing) | None => {}
                    }
                }
                Usage::Part => {
                    if let Some(part) = self.of_mention(*mention) {
                        *sets = sets.iter().map(|set| set | part.bits()).collect();
                    }
                }
                Usage::PartReceiver => {
                    if let Some(part) = self.of_mention(*mention) {
                        let taken: Vec<u64> = sets.iter().map(|set| set | part.bits()).collect();
                        sets.extend(taken);
                    }
                }
                Usage::AssignedPart => {
                    if let Some(part) = self.of_mention(*mention) {
                        *sets = sets.iter().map(|set| set & !part.bits()).collect();
                    }
                }
                Usage::Called | Usage::CapturedValue => match access[mention.index()] {
                    Access::Called | Access::Capture => *sets = [0].into(),
                    _ => {}
                },
                Usage::Given | Usage::InPlace | Usage::Receiver | Usage::Captured => {}
            },
            Event::Left(other, mention) if *other == id => {
                if let Some(part) = self.of_mention(*mention) {
                    let taken: Vec<u64> = sets.iter().map(|set| set | part.bits()).collect();
                    sets.extend(taken);
                }
            }
            Event::Init(_)
            | Event::Declare(_)
            | Event::Assign(_)
            | Event::Use(..)
            | Event::Left(..)
            | Event::Clear(_)
            | Event::End(_)
            | Event::Suspend(_)
            | Event::Resumed(_)
            | Event::Mix(_) => {}
        }
    }

    /// Follows every path through the function.
    fn reach(&self, id: LocalId, flow: &Flow, access: &[Access]) -> BTreeSet<u64> {
        let mut entry = vec![BTreeSet::new(); flow.nodes.len()];
        entry[0].insert(0);
        let mut work = vec![0];
        let mut all = BTreeSet::new();
        while let Some(node) = work.pop() {
            let mut sets = entry[node].clone();
            for event in &flow.nodes[node].events {
                self.step(event, id, access, &mut sets);
                all.extend(&sets);
            }
            if all.len() > MOST_SETS {
                break;
            }
            for &next in &flow.nodes[node].next {
                let known = entry[next].len();
                entry[next].extend(&sets);
                if entry[next].len() > known {
                    work.push(next);
                }
            }
        }
        all
    }
}

pub(crate) fn parts(
    flow: &Flow,
    locals: &Locals,
    access: &[Access],
    has_slot: impl Fn(LocalId) -> bool,
    errors: &mut Errors,
) -> Parts {
    let mut parts = Parts::default();
    let may_lose_parts = |id: LocalId| {
        let local = &locals[id];
        has_slot(id) && !local.is_reference && !local.is_trivial && local.kind != Kind::Future
    };
    for taking in &flow.takings {
        let id = locals.local_of(taking.mention);
        if access[taking.mention.index()] == Access::Apart
            && may_lose_parts(id)
            && taking.binds_by_default()
        {
            parts.take_apart(taking, id);
        }
    }
    for update in &flow.updates {
        let id = locals.local_of(update.mention);
        if may_lose_parts(id) {
            let piece = Piece::Update(
                update.path.clone(),
                update.name.clone(),
                update.fields.clone(),
            );
            let part = parts.add(id, piece);
            parts.mentions.insert(update.mention, part);
        }
    }
    for (node, index, id, mention, usage) in uses(flow) {
        let is_receiver = match usage {
            Usage::Part => false,
            Usage::PartReceiver => true,
            _ => continue,
        };
        if parts.mentions.contains_key(&mention) || flow.taking(mention).is_some() {
            continue;
        }
        if let Some(path) = flow.paths.get(&mention)
            && may_lose_parts(id)
            && !used_again(flow, node, index, id, path)
        {
            parts.take(id, mention, path, is_receiver);
        }
    }
    for (_, _, id, mention, usage) in uses(flow) {
        if usage == Usage::AssignedPart {
            parts.assign(id, mention, flow, locals, errors);
        }
    }
    parts.of.retain(|_, pieces| !pieces.is_empty());
    for (&id, pieces) in &parts.of {
        let sets = if pieces.len() > MOST_PIECES {
            BTreeSet::new()
        } else {
            parts.reach(id, flow, access)
        };
        if pieces.len() > MOST_PIECES || sets.len() > MOST_SETS {
            let name = &locals[id].name;
            errors.on(
                name.span(),
                format!(
                    "moving as many parts out of `{name}`, which lives across a suspension, one by one is not \
                     lowered; take `{name}` apart with one `let` pattern"
                ),
            );
        }
        parts.missing.insert(id, sets);
    }
    parts
}

impl Parts {
    /// A part that gets a new value has one again.
    fn assign(
        &mut self,
        id: LocalId,
        mention: MentionId,
        flow: &Flow,
        locals: &Locals,
        errors: &mut Errors,
    ) {
        let Some(path) = flow.paths.get(&mention) else {
            return;
        };
        let same = |piece: &Piece| matches!(piece, Piece::Path(other) | Piece::Receiver(other, _) if other == path);
        let known = self.of_local(id);
        let bits = known
            .iter()
            .enumerate()
            .filter(|(_, piece)| same(piece))
            .fold(0, |bits, (part, _)| bits | Part::of(part).bits());
        let is_mixed = known
            .iter()
            .any(|piece| !same(piece) && overlap(piece.path(), path));
        if bits != 0 {
            self.mentions.insert(mention, Part(bits));
        }
        if is_mixed {
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
}

/// All mentions, and where they are.
fn uses(flow: &Flow) -> impl Iterator<Item = (usize, usize, LocalId, MentionId, Usage)> {
    flow.nodes.iter().enumerate().flat_map(|(node, contents)| {
        let events = contents.events.iter().enumerate();
        events.filter_map(move |(index, event)| match event {
            Event::Use(id, mention, usage) => Some((node, index, *id, *mention, *usage)),
            _ => None,
        })
    })
}

impl Piece {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Piece::Path(path)
            | Piece::Receiver(path, _)
            | Piece::Pattern(path, _)
            | Piece::Update(path, ..) => path,
        }
    }
}

/// Whether one path is a part of the other.
fn overlap(a: &Path, b: &Path) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}

/// Whether a path leads from an event to another use of the same part.
pub(crate) fn used_again(flow: &Flow, node: usize, index: usize, id: LocalId, path: &Path) -> bool {
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
                    } else if other.is_none_or(|other| overlap(other, path))
                        && flow.taking(*mention).is_none()
                    {
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
                | Event::Left(..)
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
