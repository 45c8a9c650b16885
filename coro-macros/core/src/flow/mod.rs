//! The control-flow graph, in terms of what happens to locals.
//!
//! ```text
//!   let x = f(y);      use y · declare x · init x
//!   wait!(g(&x));      use x · declare g · init g · suspend 1 · use g
//!   if c { return; }   ─┬─→ (nothing)
//!                       └─→ …
//! ```
//!
//! Laws: events stand in evaluation order, each in the *region* that its text will be part of.
//! What syntax does not decide counts as a borrow. An exit by `return`, `?` or a panic ends in
//! nothing: what is owed there is owed before.
mod builder;
mod by_need;
mod calls;
mod captures;
mod lent;
mod plain;
mod statements;

pub(crate) use by_need::{AskedCapture, Taker, asked_by_need, only_borrows};
pub(crate) use captures::{
    ByMove, Mentions, Opaque, block_of, by_move, is_asked_inside, is_part_of_local,
    is_taken_by_its_call, lent_in, mentions_in_tokens, values,
};

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Ident;
use syn::Pat;

use builder::Builder;

use crate::errors::Errors;
use crate::locals::{LocalId, Locals, MentionId};
use crate::set::Set;
use crate::shape;
use crate::tree::{Block, Point, PointId};

/// What happens to a local, or to the coroutine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Its scope begins; it has no value.
    Declare(LocalId),
    /// It gets a value, having none.
    Init(LocalId),
    /// It gets a value, and loses the one it may have.
    Assign(LocalId),
    /// It is mentioned.
    Use(LocalId, MentionId, Usage),
    /// It is dropped, if it has a value, though its scope goes on.
    Clear(LocalId),
    /// What this mention names waits as an operand, and is left by a jump: it is dropped, if its call
    /// would take it.
    Left(LocalId, MentionId),
    /// Its scope ends.
    End(LocalId),
    /// The coroutine may suspend.
    Suspend(PointId),
    /// The awaited future is done and dropped.
    Resumed(PointId),
    /// One statement: whatever it writes to may from now on hold a borrow.
    Mix(Mix),
}

/// How a mention uses its local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    /// It is moved or copied.
    Taken,
    /// A macro of the standard library takes it, if the macro of that name is the standard one.
    Given,
    /// It is used in place.
    InPlace,
    /// A part of it is read.
    Part,
    /// A part of it gets a new value.
    AssignedPart,
    /// A method is called on it.
    Receiver,
    /// A method is called on a part of it.
    PartReceiver,
    /// The arm of this number was chosen, which takes it or parts of it.
    Matched(usize),
    /// It is called, and syntax says that it is a closure of this function.
    Called,
    /// A closure that is not `move` captures it.
    Captured,
    /// A closure that is not `move` takes it, or copies it.
    CapturedValue,
    /// A `move` closure captures it.
    CapturedByMove,
}

/// Who may hold a borrow of whom after a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mix {
    /// What the statement mentions: borrows that these hold are passed on.
    pub(crate) sources: Set,
    /// What it may borrow.
    pub(crate) borrowed: Set,
    /// What it calls a method on, or captures by value, either of which may borrow it.
    pub(crate) receivers: BTreeSet<(LocalId, MentionId)>,
    /// What may hold the borrows afterwards.
    pub(crate) into: Set,
}

/// The way from a local to a part of it.
pub(crate) type Path = Vec<shape::Step>;

/// A local, or a part of one, that is matched against patterns.
#[derive(Debug)]
pub(crate) struct Taking {
    pub(crate) mention: MentionId,
    pub(crate) path: Path,
    pub(crate) pats: Vec<Pat>,
}

/// A local, or a part of one, from which a functional update takes all but the named fields.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) mention: MentionId,
    pub(crate) path: Path,
    /// The type that is written.
    pub(crate) name: syn::Path,
    pub(crate) fields: Vec<syn::Member>,
}

/// What a closure that is not `move` captures, if it takes some of that by value.
#[derive(Debug)]
pub(crate) struct Closure {
    /// It has to be made `move`, because some of that may be `Copy`.
    pub(crate) becomes_move: bool,
    /// Of each local that it takes, the first mention, and the others.
    pub(crate) taken: Vec<(MentionId, Vec<MentionId>)>,
    /// All that it mentions.
    pub(crate) mentions: Vec<MentionId>,
}

/// A sequence of events.
#[derive(Default, Debug)]
pub(crate) struct GraphNode {
    pub(crate) events: Vec<Event>,
    pub(crate) next: Vec<usize>,
}

/// The graph. It is entered at node 0.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) nodes: Vec<GraphNode>,
    /// The mentions of each local.
    mentions: Vec<Vec<MentionId>>,
    /// The locals in scope at each suspension, outermost first.
    pub(crate) scopes: Vec<Vec<LocalId>>,
    /// The regions in which something happens to a local.
    pub(crate) regions: Vec<BTreeSet<usize>>,
    /// The closures that take some local by value without being `move`.
    pub(crate) closures: Vec<Closure>,
    /// The `move` closures that locals are, of which only types tell whether a call takes them, by
    /// the first mention in each.
    pub(crate) asked: BTreeMap<LocalId, MentionId>,
    /// What the closures that locals are mention, if they are not `move`.
    pub(crate) captured: BTreeMap<LocalId, Vec<MentionId>>,
    /// Mentions of locals that a `move` closure captures part by part.
    pub(crate) captured_parts: Vec<MentionId>,
    /// The parts that mentions are of, if they are not of the whole.
    pub(crate) paths: BTreeMap<MentionId, Path>,
    /// What is taken apart by patterns, with the patterns.
    pub(crate) takings: Vec<Taking>,
    /// Reads of parts where the output cannot ask anything: in guards, and what `move` closures capture.
    pub(crate) unasked: Vec<MentionId>,
    /// The bases of functional updates.
    pub(crate) updates: Vec<Update>,
    /// The mentions among the tokens of macros that nobody can see into, by local.
    pub(crate) lent: BTreeMap<LocalId, MentionId>,
    /// All of these mentions that are not in a closure.
    lent_mentions: Vec<MentionId>,
    /// The locals that such a macro may give their first value.
    pub(crate) given: BTreeSet<LocalId>,
    /// The locals that it mentions after they may have been moved.
    pub(crate) lent_moved: BTreeSet<LocalId>,
    /// The locals that it mentions after a pattern has taken parts of them.
    pub(crate) lent_apart: BTreeSet<LocalId>,
    /// Mentions of locals of which a `move` closure captures one part.
    captured_part: BTreeSet<MentionId>,
}

/// Builds the graph of a body.
pub(crate) fn flow(
    body: &Block,
    locals: &Locals,
    points: &[Point],
    parameters: &[LocalId],
) -> Flow {
    let mut builder = Builder::new(locals, points);
    for &id in parameters {
        builder.declare(id);
        builder.event(Event::Init(id));
    }
    builder.block(body);
    builder.flow.give_to_lent(locals.len());
    builder.flow
}

impl Mix {
    /// A statement that mentions none of so many locals.
    fn empty(locals: usize) -> Self {
        Mix {
            sources: Set::empty(locals),
            borrowed: Set::empty(locals),
            receivers: BTreeSet::new(),
            into: Set::empty(locals),
        }
    }

    /// Notes what a statement inside of this one does.
    fn contain(&mut self, inner: &Mix) {
        self.sources.unite(&inner.sources);
        self.borrowed.unite(&inner.borrowed);
        self.receivers.extend(&inner.receivers);
    }
}

impl Taking {
    /// Whether the patterns can be matched against a reference instead of the value.
    pub(crate) fn binds_by_default(&self) -> bool {
        self.pats.iter().all(shape::binds_by_default)
    }

    /// Whether an arm takes whatever there is of a local, and leaves nothing to be dropped.
    pub(crate) fn takes_all(&self, arm: usize) -> bool {
        let pat = self.pats.get(arm);
        self.path.is_empty()
            && self.binds_by_default()
            && pat.is_some_and(|pat| shape::moves(pat) == shape::Moves::Everything)
    }
}

impl Flow {
    /// Whether a part of a local gets a new value somewhere.
    pub(crate) fn assigns_part_of(&self, id: LocalId) -> bool {
        self.nodes
            .iter()
            .flat_map(|node| &node.events)
            .any(|event| matches!(event, Event::Use(used, _, Usage::AssignedPart) if *used == id))
    }

    /// The part of a tuple, or of a struct with these fields, that a mention moves or copies, as a bit.
    pub(crate) fn part_of(&self, mention: MentionId, fields: &[Ident]) -> Option<u32> {
        let is_update = self.updates.iter().any(|update| update.mention == mention);
        if self.taking(mention).is_some() || is_update {
            return None;
        }
        let index = match &self.paths.get(&mention)?[..] {
            [shape::Step::Field(syn::Member::Unnamed(part))] => part.index,
            [shape::Step::Field(syn::Member::Named(name))] => {
                let index = fields.iter().position(|field| field == name)?;
                u32::try_from(index).ok()?
            }
            _ => return None,
        };
        1_u32.checked_shl(index)
    }

    /// Whether a local is mentioned after its declaration.
    pub(crate) fn uses(&self, id: LocalId) -> bool {
        self.nodes
            .iter()
            .flat_map(|node| &node.events)
            .any(|event| match event {
                Event::Use(used, _, _) | Event::Assign(used) => *used == id,
                Event::Declare(_)
                | Event::Init(_)
                | Event::Clear(_)
                | Event::Left(..)
                | Event::End(_)
                | Event::Suspend(_)
                | Event::Resumed(_)
                | Event::Mix(_) => false,
            })
    }

    /// The mentions of a local.
    pub(crate) fn mentions_of(&self, id: LocalId) -> impl Iterator<Item = MentionId> {
        self.mentions[id.index()].iter().copied()
    }

    /// Whether a local is used by the statement after the one that gives it its value, first of all.
    pub(crate) fn is_used_at_once(&self, id: LocalId) -> bool {
        let mut nodes = self.nodes.iter().map(|node| &node.events);
        nodes.all(|events| {
            let gets_value = |event: &Event| *event == Event::Init(id);
            let Some(at) = events.iter().rposition(gets_value) else {
                return true;
            };
            let mut after = events[at + 1..].iter().filter(|event| match event {
                // The end of the statement that gives it the value.
                Event::Mix(mix) => {
                    !mix.into.contains(id.index()) || mix.sources.contains(id.index())
                }
                Event::Declare(_) => false,
                _ => true,
            });
            matches!(after.next(), Some(Event::Mix(_)))
                && matches!(after.next(), Some(Event::Use(used, ..)) if *used == id)
        })
    }

    /// The patterns that a scrutinee is matched against, and the part of the local that it is.
    pub(crate) fn taking(&self, scrutinee: MentionId) -> Option<&Taking> {
        self.takings
            .iter()
            .find(|taking| taking.mention == scrutinee)
    }

    /// Refuses `move` closures that capture a local in a slot part by part: which of them is dropped first,
    /// its type decides.
    pub(crate) fn check(
        &self,
        has_slot: impl Fn(LocalId) -> bool,
        locals: &Locals,
        errors: &mut Errors,
    ) {
        for &mention in &self.captured_parts {
            if has_slot(locals.local_of(mention)) {
                let name = locals.written(mention);
                errors.on(
                    name.span(),
                    format!(
                        "a `move` closure that captures `{name}`, which lives across a suspension, part by part is not \
                         lowered yet; move the parts into locals of their own first"
                    ),
                );
            }
        }
    }
}
