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
mod plain;

pub(crate) use plain::{Mentions, is_taken_by_its_call, lent_in, mentions_in_tokens};

use std::collections::{BTreeMap, BTreeSet, HashMap};

use syn::{Expr, Lifetime, Pat};

use crate::errors::Errors;
use crate::locals::{Kind, LocalId, Locals, MentionId};
use crate::shape;
use crate::tree::{Block, Node, Point, PointId, Stmt};

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
    /// A method is called on it that takes it, unless it is used again.
    TakenReceiver,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mix {
    /// What the statement mentions: borrows that these hold are passed on.
    pub(crate) sources: BTreeSet<LocalId>,
    /// What it may borrow.
    pub(crate) borrowed: BTreeSet<LocalId>,
    /// What it calls a method on, which may borrow it.
    pub(crate) receivers: BTreeSet<(LocalId, MentionId)>,
    /// What may hold the borrows afterwards.
    pub(crate) into: BTreeSet<LocalId>,
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
    /// The locals in scope at each suspension, outermost first.
    pub(crate) scopes: Vec<Vec<LocalId>>,
    /// The regions in which something happens to a local.
    pub(crate) regions: Vec<BTreeSet<usize>>,
    /// The closures that take some local by value without being `move`.
    pub(crate) closures: Vec<Closure>,
    /// Mentions of which only parts are captured by a `move` closure.
    pub(crate) captured_parts: Vec<MentionId>,
    /// The parts that mentions are of, if they are not of the whole.
    pub(crate) paths: HashMap<MentionId, Path>,
    /// What is taken apart by patterns, with the patterns.
    pub(crate) takings: Vec<Taking>,
    /// The bases of functional updates.
    pub(crate) updates: Vec<Update>,
    /// The mentions among the tokens of macros that nobody can see into, by local.
    pub(crate) lent: BTreeMap<LocalId, MentionId>,
}

/// Builds the graph of a body.
pub(crate) fn flow(
    body: &Block,
    locals: &Locals,
    points: &[Point],
    parameters: &[LocalId],
) -> Flow {
    let mut builder = Builder {
        locals,
        points,
        flow: Flow {
            nodes: vec![GraphNode::default()],
            scopes: vec![Vec::new(); points.len()],
            regions: vec![BTreeSet::new(); locals.len()],
            closures: Vec::new(),
            captured_parts: Vec::new(),
            paths: HashMap::new(),
            takings: Vec::new(),
            updates: Vec::new(),
            lent: BTreeMap::new(),
        },
        now: 0,
        scope: Vec::new(),
        targets: Vec::new(),
        region: 0,
        regions: 0,
        mixes: vec![Mix::default()],
        guards: 0,
    };
    for &id in parameters {
        builder.declare(id);
        builder.event(Event::Init(id));
    }
    builder.block(body);
    builder.flow
}

/// Where a jump out of a labelled block or loop goes.
struct Target {
    label: Option<Lifetime>,
    after: usize,
    again: Option<usize>,
    scope: usize,
}

struct Builder<'a> {
    locals: &'a Locals,
    points: &'a [Point],
    flow: Flow,
    now: usize,
    scope: Vec<LocalId>,
    targets: Vec<Target>,
    region: usize,
    regions: usize,
    /// What the open statements have mentioned so far.
    mixes: Vec<Mix>,
    /// How many guards and conditions the walk is inside of: nothing can be moved there.
    guards: usize,
}

impl Builder<'_> {
    fn node(&mut self) -> usize {
        self.flow.nodes.push(GraphNode::default());
        self.flow.nodes.len() - 1
    }

    fn edge(&mut self, from: usize, to: usize) {
        self.flow.nodes[from].next.push(to);
    }

    /// Ends the current node with a fall-through into a new one.
    fn then(&mut self) -> usize {
        let next = self.node();
        self.edge(self.now, next);
        self.now = next;
        next
    }

    fn event(&mut self, event: Event) {
        let mix = self.mixes.last_mut().expect("a statement is open");
        match event {
            Event::Init(id) | Event::Assign(id) => {
                mix.into.insert(id);
                self.flow.regions[id.index()].insert(self.region);
            }
            Event::Use(id, mention, usage) => {
                mix.sources.insert(id);
                // Nothing is written into a parameter that is a reference but the reference itself:
                // what it refers to outlives all locals.
                let local = &self.locals[id];
                let may_hold = local.kind != Kind::Parameter || !local.is_reference;
                let mut into = Vec::new();
                match usage {
                    Usage::Taken
                    | Usage::Given
                    | Usage::Part
                    | Usage::Matched(_)
                    | Usage::CapturedValue
                    | Usage::CapturedByMove => {}
                    Usage::InPlace
                    | Usage::Called
                    | Usage::Captured
                    | Usage::AssignedPart
                    | Usage::PartReceiver => {
                        mix.borrowed.insert(id);
                        into.push(id);
                    }
                    Usage::Receiver | Usage::TakenReceiver => {
                        mix.receivers.insert((id, mention));
                        into.push(id);
                    }
                }
                mix.into.extend(into.into_iter().filter(|_| may_hold));
                self.flow.regions[id.index()].insert(self.region);
            }
            Event::Declare(id) => {
                self.flow.regions[id.index()].insert(self.region);
            }
            Event::Clear(_)
            | Event::End(_)
            | Event::Suspend(_)
            | Event::Resumed(_)
            | Event::Mix(_) => {}
        }
        self.flow.nodes[self.now].events.push(event);
    }

    /// Walks one statement and notes, at its start, which borrows it passes on to whom.
    fn mixed(&mut self, walk: impl FnOnce(&mut Self)) {
        let at = (self.now, self.flow.nodes[self.now].events.len());
        self.flow.nodes[at.0]
            .events
            .push(Event::Mix(Mix::default()));
        self.mixes.push(Mix::default());
        walk(self);
        let mix = self.mixes.pop().unwrap_or_default();
        self.outer(&mix);
        self.flow.nodes[at.0].events[at.1] = Event::Mix(mix);
    }

    /// Walks a statement that contains others and notes at its end which borrows it passes on.
    fn mixed_after(&mut self, walk: impl FnOnce(&mut Self)) {
        self.mixes.push(Mix::default());
        walk(self);
        let mix = self.mixes.pop().unwrap_or_default();
        self.outer(&mix);
        self.flow.nodes[self.now].events.push(Event::Mix(mix));
    }

    fn outer(&mut self, mix: &Mix) {
        if let Some(outer) = self.mixes.last_mut() {
            outer.sources.extend(&mix.sources);
            outer.borrowed.extend(&mix.borrowed);
            outer.receivers.extend(&mix.receivers);
        }
    }

    fn fresh_region(&mut self) {
        self.regions += 1;
        self.region = self.regions;
    }

    fn declare(&mut self, id: LocalId) {
        if !self.scope.contains(&id) {
            self.event(Event::Declare(id));
            self.scope.push(id);
        }
    }

    fn end(&mut self, depth: usize) {
        for id in self.scope.split_off(depth).into_iter().rev() {
            self.event(Event::End(id));
        }
    }

    /// A way from here to a node, on which nothing that was bound since `depth` has been.
    fn edge_without(&mut self, to: usize, depth: usize) {
        let way = self.node();
        self.edge(self.now, way);
        let ends = self.scope[depth..]
            .iter()
            .rev()
            .map(|&id| Event::End(id))
            .collect();
        self.flow.nodes[way].events = ends;
        self.edge(way, to);
    }

    /// Bindings of a pattern live in the text that it leads to, not in the text that it stands in,
    /// even if nothing mentions them there.
    fn bound_elsewhere(&mut self, bindings: Vec<LocalId>) {
        for id in bindings {
            self.flow.regions[id.index()].insert(self.region);
        }
    }

    fn scoped(&mut self, walk: impl FnOnce(&mut Self)) {
        let depth = self.scope.len();
        walk(self);
        self.end(depth);
    }

    fn jump(&mut self, to: usize, depth: usize) {
        let left: Vec<_> = self.scope[depth..].iter().rev().copied().collect();
        for id in left {
            self.event(Event::End(id));
        }
        self.edge(self.now, to);
        self.now = self.node();
    }

    fn bind(&mut self, pat: &Pat) {
        for id in shape::bindings(pat, self.locals) {
            self.declare(id);
            self.event(Event::Init(id));
        }
    }

    fn block(&mut self, block: &Block) {
        if block.suspends() {
            self.fresh_region();
        }
        self.scoped(|this| {
            for stmt in &block.stmts {
                this.stmt(stmt);
            }
            if let Some(tail) = &block.tail {
                this.tree(tail);
            }
        });
        if block.suspends() {
            self.fresh_region();
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Plain(stmt) => self.mixed(|this| this.plain_stmt(stmt)),
            Stmt::Let { pat, init } => self.mixed_after(|this| {
                this.tree(init);
                this.bind(pat);
            }),
            Stmt::Node(node) => self.tree(node),
            Stmt::Declare(ids) => {
                for &id in ids {
                    self.declare(id);
                }
            }
            Stmt::End(ids) => {
                for &id in ids.iter().rev() {
                    self.event(Event::Clear(id));
                }
            }
        }
    }

    fn tree(&mut self, node: &Node) {
        match node {
            Node::Plain(expr) => self.mixed(|this| this.expr(expr, shape::Use::Value)),
            Node::Wait(wait) => {
                let future = self.points[wait.point.0].future;
                self.mixed(|this| {
                    this.expr(&wait.operand, shape::Use::Value);
                    this.declare(future);
                    this.event(Event::Init(future));
                });
                self.then();
                self.fresh_region();
                self.flow.scopes[wait.point.0] = self.scope.clone();
                self.event(Event::Suspend(wait.point));
                self.event(Event::Resumed(wait.point));
                // What the future held, its output may hold.
                self.mixes
                    .last_mut()
                    .expect("a statement is open")
                    .sources
                    .insert(future);
            }
            Node::Block(inner) => {
                self.labelled(inner.label.as_ref(), |this| this.block(&inner.body))
            }
            Node::If(branch) => {
                let depth = self.scope.len();
                let start = self.node();
                self.mixed(|this| this.condition(&branch.cond, start, depth));
                self.fresh_region();
                self.bound_elsewhere(shape::bindings_of_condition(&branch.cond, self.locals));
                self.block(&branch.then);
                self.end(depth);
                let then = self.now;
                self.now = start;
                if let Some(otherwise) = &branch.otherwise {
                    self.fresh_region();
                    self.block(otherwise);
                }
                let after = self.then();
                self.edge(then, after);
                self.fresh_region();
            }
            Node::Match(choice) => {
                let mut bound = Vec::new();
                let start_region = self.region;
                self.mixed(|this| {
                    this.scrutinee(&choice.scrutinee, choice.arms.iter().map(|arm| &arm.pat));
                    // What the arms bind may hold what the scrutinee held.
                    for arm in &choice.arms {
                        bound.extend(shape::bindings(&arm.pat, this.locals));
                    }
                    let mix = this.mixes.last_mut().expect("a statement is open");
                    mix.into.extend(bound.iter().copied());
                });
                let start = self.then();
                let after = self.node();
                for (number, arm) in choice.arms.iter().enumerate() {
                    self.now = self.node();
                    self.edge(start, self.now);
                    self.region = start_region;
                    self.scoped(|this| {
                        this.mixed(|this| this.arm(&choice.scrutinee, &arm.pat, number, start));
                        this.fresh_region();
                        this.bound_elsewhere(shape::bindings(&arm.pat, this.locals));
                        this.block(&arm.body);
                    });
                    self.edge(self.now, after);
                }
                self.now = after;
                self.fresh_region();
            }
            Node::Loop(repeat) => {
                self.fresh_region();
                let again = self.then();
                let after = self.node();
                let scope = self.scope.len();
                self.targets.push(Target {
                    label: repeat.label.clone(),
                    after,
                    again: Some(again),
                    scope,
                });
                self.block(&repeat.body);
                self.targets.pop();
                self.edge(self.now, again);
                self.now = after;
                self.fresh_region();
            }
        }
    }

    /// Chooses an arm: its guard runs, then its pattern binds.
    fn arm(&mut self, scrutinee: &Expr, pat: &Pat, number: usize, otherwise: usize) {
        if let Pat::Guard(guarded) = pat {
            let depth = self.scope.len();
            for id in shape::bindings(&guarded.pat, self.locals) {
                self.declare(id);
                self.event(Event::Init(id));
            }
            // While a guard runs, what the pattern binds is borrowed.
            self.guards += 1;
            self.condition(&guarded.guard, otherwise, depth);
            self.guards -= 1;
            self.matched(scrutinee, &guarded.pat, number);
        } else {
            self.matched(scrutinee, pat, number);
            self.bind(pat);
        }
    }

    /// An arm was chosen: what its pattern takes is taken.
    fn matched(&mut self, scrutinee: &Expr, pat: &Pat, number: usize) {
        if let Some((mention, _)) = shape::scrutinee_part(scrutinee, self.locals)
            && shape::moves(pat) != shape::Moves::Nothing
        {
            let id = self.locals.local_of(mention);
            self.event(Event::Use(id, mention, Usage::Matched(number)));
        }
    }

    fn labelled(&mut self, label: Option<&Lifetime>, walk: impl FnOnce(&mut Self)) {
        let Some(label) = label else {
            return walk(self);
        };
        let after = self.node();
        let scope = self.scope.len();
        self.targets.push(Target {
            label: Some(label.clone()),
            after,
            again: None,
            scope,
        });
        walk(self);
        self.targets.pop();
        self.edge(self.now, after);
        self.now = after;
    }

    fn target(&self, label: Option<&Lifetime>) -> Option<&Target> {
        self.targets.iter().rev().find(|target| match label {
            Some(label) => target.label.as_ref() == Some(label),
            None => target.again.is_some(),
        })
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
                | Event::End(_)
                | Event::Suspend(_)
                | Event::Resumed(_)
                | Event::Mix(_) => false,
            })
    }

    /// The mentions of a local.
    pub(crate) fn mentions_of(&self, id: LocalId) -> impl Iterator<Item = MentionId> {
        let events = self.nodes.iter().flat_map(|node| &node.events);
        events.filter_map(move |event| match event {
            Event::Use(used, mention, _) if *used == id => Some(*mention),
            _ => None,
        })
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
                Event::Mix(mix) => !mix.into.contains(&id) || mix.sources.contains(&id),
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

    /// Refuses `move` closures that capture a part of a local in a slot, and leave the rest.
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
                        "a `move` closure that captures a part of `{name}`, which lives across a suspension, is not \
                         lowered yet; move the part into a local of its own first"
                    ),
                );
            }
        }
    }
}
