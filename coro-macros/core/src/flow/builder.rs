//! Walks the tree: the graph's nodes and edges, scopes, regions and statements.
use std::collections::{BTreeMap, BTreeSet};

use syn::{Expr, Lifetime, Pat};

use super::statements::Statement;
use super::{Event, Flow, GraphNode, Mix, Usage};
use crate::locals::{Kind, LocalId, Locals, MentionId};
use crate::shape::{self, Step};
use crate::tree::{Block, Node, Point, Stmt};

/// Where a jump out of a labelled block or loop goes.
pub(super) struct Target {
    pub(super) label: Option<Lifetime>,
    pub(super) after: usize,
    pub(super) again: Option<usize>,
    pub(super) scope: usize,
}

pub(super) struct Builder<'a> {
    pub(super) locals: &'a Locals,
    pub(super) points: &'a [Point],
    pub(super) flow: Flow,
    pub(super) now: usize,
    pub(super) scope: Vec<LocalId>,
    pub(super) targets: Vec<Target>,
    pub(super) region: usize,
    pub(super) regions: usize,
    /// What the open statements have mentioned so far.
    pub(super) mixes: Vec<Mix>,
    /// The innermost statement without a suspension that is open.
    pub(super) statement: Statement,
    /// How many guards and conditions the walk is inside of: nothing can be moved there.
    pub(super) guards: usize,
    /// The operands whose calls are still to come, and their receivers.
    pub(super) waiting: Vec<(LocalId, MentionId)>,
    /// The local of which the last `let` or assignment makes a value for its own name.
    pub(super) remade: Option<MentionId>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(locals: &'a Locals, points: &'a [Point]) -> Self {
        Builder {
            locals,
            points,
            flow: Flow {
                nodes: vec![GraphNode::default()],
                mentions: vec![Vec::new(); locals.len()],
                scopes: vec![Vec::new(); points.len()],
                regions: vec![BTreeSet::new(); locals.len()],
                closures: Vec::new(),
                asked: BTreeMap::new(),
                captured: BTreeMap::new(),
                captured_parts: Vec::new(),
                paths: BTreeMap::new(),
                takings: Vec::new(),
                unasked: Vec::new(),
                updates: Vec::new(),
                lent: BTreeMap::new(),
                lent_mentions: Vec::new(),
                given: BTreeSet::new(),
                lent_moved: BTreeSet::new(),
                lent_apart: BTreeSet::new(),
                captured_part: BTreeSet::new(),
            },
            now: 0,
            scope: Vec::new(),
            targets: Vec::new(),
            region: 0,
            regions: 0,
            mixes: vec![Mix::empty(locals.len())],
            statement: Statement::default(),
            guards: 0,
            waiting: Vec::new(),
            remade: None,
        }
    }
}

impl Builder<'_> {
    pub(super) fn node(&mut self) -> usize {
        self.flow.nodes.push(GraphNode::default());
        self.flow.nodes.len() - 1
    }

    pub(super) fn edge(&mut self, from: usize, to: usize) {
        self.flow.nodes[from].next.push(to);
    }

    /// Ends the current node with a fall-through into a new one.
    pub(super) fn then(&mut self) -> usize {
        let next = self.node();
        self.edge(self.now, next);
        self.now = next;
        next
    }

    pub(super) fn event(&mut self, event: Event) {
        let mix = self.mixes.last_mut().expect("a statement is open");
        match event {
            Event::Init(id) | Event::Assign(id) => {
                mix.into.insert(id.index());
                self.flow.regions[id.index()].insert(self.region);
            }
            Event::Use(id, mention, usage) => {
                mix.sources.insert(id.index());
                self.flow.mentions[id.index()].push(mention);
                // Nothing is written into a parameter that is a reference but the reference itself:
                // what it refers to outlives all locals.
                let local = &self.locals[id];
                let may_hold = local.kind != Kind::Parameter || !local.is_reference;
                // What a reference refers to is not in its own slot.
                let is_behind = local.is_reference
                    && matches!(self.flow.paths.get(&mention), Some(path) if path.first() == Some(&Step::Deref));
                let is_written = match usage {
                    Usage::Taken
                    | Usage::Given
                    | Usage::Part
                    | Usage::Matched(_)
                    | Usage::CapturedByMove => false,
                    Usage::InPlace
                    | Usage::Captured
                    | Usage::AssignedPart
                    | Usage::PartReceiver => {
                        if !is_behind {
                            mix.borrowed.insert(id.index());
                        }
                        true
                    }
                    // What is used after a closure that copies it is captured by reference.
                    Usage::Receiver | Usage::Called | Usage::CapturedValue => {
                        mix.receivers.insert((id, mention));
                        true
                    }
                };
                if is_written && may_hold {
                    mix.into.insert(id.index());
                }
                self.flow.regions[id.index()].insert(self.region);
            }
            Event::Declare(id) => {
                self.flow.regions[id.index()].insert(self.region);
            }
            Event::Clear(_)
            | Event::Left(..)
            | Event::End(_)
            | Event::Suspend(_)
            | Event::Resumed(_)
            | Event::Mix(_) => {}
        }
        self.flow.nodes[self.now].events.push(event);
    }

    fn fresh_region(&mut self) {
        self.regions += 1;
        self.region = self.regions;
    }

    pub(super) fn declare(&mut self, id: LocalId) {
        if !self.scope.contains(&id) {
            self.event(Event::Declare(id));
            self.scope.push(id);
        }
    }

    pub(super) fn end(&mut self, depth: usize) {
        for id in self.scope.split_off(depth).into_iter().rev() {
            self.event(Event::End(id));
        }
    }

    /// A way from here to a node, on which nothing that was bound since `depth` has been.
    pub(super) fn edge_without(&mut self, to: usize, depth: usize) {
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

    pub(super) fn scoped(&mut self, walk: impl FnOnce(&mut Self)) {
        let depth = self.scope.len();
        walk(self);
        self.end(depth);
    }

    pub(super) fn jump(&mut self, to: usize, depth: usize) {
        let left: Vec<_> = self.scope[depth..].iter().rev().copied().collect();
        for id in left {
            self.left(id);
            self.event(Event::End(id));
        }
        self.edge(self.now, to);
        self.now = self.node();
    }

    pub(super) fn bind(&mut self, pat: &Pat) {
        for id in shape::bindings(pat, self.locals) {
            self.declare(id);
            self.event(Event::Init(id));
        }
    }

    /// The scope of a local is left; if it is an operand, it may wait for its call.
    fn left(&mut self, id: LocalId) {
        let waiting = self.waiting.iter().find(|(waiting, _)| *waiting == id);
        if let Some(&(_, mention)) = waiting {
            self.event(Event::Left(self.locals.local_of(mention), mention));
        }
    }

    pub(super) fn block(&mut self, block: &Block) {
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
            Stmt::Operand(id) => {
                self.declare(*id);
                let operand = self.locals[*id].operand.as_ref();
                let receiver =
                    operand.and_then(|it| shape::scrutinee_part(&it.receiver, self.locals));
                if let Some((mention, path)) = receiver {
                    self.waiting.push((*id, mention));
                    // A part may be missing while others are moved.
                    if !path.is_empty() {
                        self.left(*id);
                    }
                }
            }
            Stmt::End(ids) => {
                for &id in ids.iter().rev() {
                    self.event(Event::Clear(id));
                }
            }
            // What else it mentions is used by what follows, if at all.
            Stmt::Question { answer, .. } => {
                let answer = answer.as_ref().and_then(|key| self.locals.find(key));
                if let Some(mention) = answer {
                    self.used(mention, Usage::Part);
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
                    .insert(future.index());
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
                let start_region = self.region;
                let place = shape::scrutinee_part(&choice.scrutinee, self.locals);
                let left = place.as_ref().and_then(|(mention, _)| {
                    let id = self.locals.local_of(*mention);
                    let borrows = choice.arms.iter().any(|arm| shape::borrows(&arm.pat));
                    (borrows || !self.locals[id].is_trivial).then_some(id)
                });
                self.mixed(|this| {
                    let pats = choice.arms.iter().map(|arm| &arm.pat);
                    this.scrutinee(&choice.scrutinee, pats, place.is_some());
                    // What the arms bind may hold what the scrutinee held. A place is borrowed by
                    // `ref` only; what is taken from it holds what it held.
                    let mix = this.mixes.last_mut().expect("a statement is open");
                    for arm in &choice.arms {
                        if place.is_none() || shape::borrows(&arm.pat) {
                            for bound in shape::bindings(&arm.pat, this.locals) {
                                mix.into.insert(bound.index());
                            }
                        }
                    }
                });
                let start = self.then();
                let after = self.node();
                for (number, arm) in choice.arms.iter().enumerate() {
                    self.now = self.node();
                    let earlier = choice.arms[..number].iter().map(|arm| &arm.pat);
                    self.edge_to_arm(start, earlier, &arm.pat);
                    self.region = start_region;
                    self.scoped(|this| {
                        this.mixed(|this| {
                            if let Some((mention, _)) = &place
                                && shape::borrows(&arm.pat)
                            {
                                this.used(*mention, Usage::InPlace);
                            }
                            this.arm(&choice.scrutinee, &arm.pat, number, start);
                        });
                        this.fresh_region();
                        this.bound_elsewhere(shape::bindings(&arm.pat, this.locals));
                        // So does what is left of the place.
                        this.bound_elsewhere(left.into_iter().collect());
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

    /// A way from a scrutinee to an arm, which starts here. rustc leaves out an arm that nothing reaches.
    pub(super) fn edge_to_arm<'p>(
        &mut self,
        start: usize,
        mut earlier: impl Iterator<Item = &'p Pat>,
        pat: &Pat,
    ) {
        if !earlier.any(|other| shape::covers(other, pat)) {
            self.edge(start, self.now);
        }
    }

    /// Chooses an arm: its guard runs, then its pattern binds.
    pub(super) fn arm(&mut self, scrutinee: &Expr, pat: &Pat, number: usize, otherwise: usize) {
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
    pub(super) fn matched(&mut self, scrutinee: &Expr, pat: &Pat, number: usize) {
        if let Some((mention, _)) = shape::scrutinee_part(scrutinee, self.locals)
            && shape::moves(pat) != shape::Moves::Nothing
        {
            let id = self.locals.local_of(mention);
            self.event(Event::Use(id, mention, Usage::Matched(number)));
        }
    }

    pub(super) fn labelled(&mut self, label: Option<&Lifetime>, walk: impl FnOnce(&mut Self)) {
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

    pub(super) fn target(&self, label: Option<&Lifetime>) -> Option<&Target> {
        self.targets.iter().rev().find(|target| match label {
            Some(label) => target.label.as_ref() == Some(label),
            None => target.again.is_some(),
        })
    }
}
