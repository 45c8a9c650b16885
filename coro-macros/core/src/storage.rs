//! Where each local lives.
//!
//! ```text
//!   Segment   a Rust local, as in the source: it never leaves one stretch of text
//!   Stack     a slot on the stack of one resumption: text comes between, no suspension does
//!   Saved     a slot in the frame, at an address that stays
//! ```
//!
//! Laws: scopes end in the order of the source. A local that is declared before another one
//! with a slot, and gets its value in the same segment or a later one, has one too, unless it has
//! no drop, or is taken before anything else happens.
use syn::{Expr, Stmt as Source};

use crate::flow::{Event, Flow};
use crate::locals::{Callee, Kind, LocalId, Locals};
use crate::saved::Saved;
use crate::set::Set;
use crate::tree::{Block, Node, Point, Stmt};
use crate::{scopes, shape};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Segment,
    Stack,
    Saved {
        /// Only for its drop: a type without one needs no bytes.
        only_for_drop: bool,
    },
}

pub(crate) struct Storage(Vec<Class>);

impl std::ops::Index<LocalId> for Storage {
    type Output = Class;
    fn index(&self, id: LocalId) -> &Class {
        &self.0[id.index()]
    }
}

impl Storage {
    pub(crate) fn has_slot(&self, id: LocalId) -> bool {
        self[id] != Class::Segment
    }
}

pub(crate) fn storage(
    body: &Block,
    flow: &Flow,
    saved: &Saved,
    locals: &Locals,
    points: &[Point],
) -> Storage {
    let mut storage = Storage(vec![Class::Segment; locals.len()]);
    let mut ended = Set::empty(locals.len());
    for event in flow.nodes.iter().flat_map(|node| &node.events) {
        if let Event::Clear(id) = event {
            ended.insert(id.index());
        }
    }
    for id in locals.ids() {
        let local = &locals[id];
        storage.0[id.index()] = if local.kind == Kind::Parameter {
            // One that has no drop and is never mentioned is not kept at all.
            if local.is_trivial && !flow.uses(id) {
                Class::Segment
            } else {
                Class::Saved {
                    only_for_drop: false,
                }
            }
        } else if saved.anywhere(id) {
            Class::Saved {
                only_for_drop: saved.only_for_drop(id)
                    && !matches!(local.callee, Callee::Closure | Callee::ClosureOnce)
                    || local.constant.is_some(),
            }
        } else if flow.regions[id.index()].len() > 1
            || matches!(local.kind, Kind::Temporary | Kind::Result | Kind::Future)
            || ended.contains(id.index())
        {
            Class::Stack
        } else {
            Class::Segment
        };
    }
    // A suspension that is never reached parts the text all the same, and nothing is known there of
    // who borrows whom.
    let unreached = flow.scopes.iter().zip(&saved.reached);
    for (scope, _) in unreached.filter(|(_, reached)| !**reached) {
        for &id in scope {
            let may_be_borrowed = locals[id].kind == Kind::Binding;
            if !storage.has_slot(id) && (!locals[id].is_trivial || may_be_borrowed) {
                storage.0[id.index()] = Class::Stack;
            }
        }
    }
    storage.order(body, locals, points);
    storage
}

impl Storage {
    /// Gives a slot to whatever is declared before a local that has one.
    fn order(&mut self, block: &Block, locals: &Locals, points: &[Point]) {
        let segments = scopes::declared(block, locals, points);
        let declared: Vec<(usize, LocalId)> = segments
            .iter()
            .enumerate()
            .flat_map(|(segment, ids)| ids.iter().map(move |&id| (segment, id)))
            .collect();
        let handed_on = handed_on(block, locals);
        // Backwards: what gets a slot comes after all others that need one for that.
        for (first, &(_, id)) in declared.iter().enumerate().rev() {
            let is_in = |segment: usize| segments[segment].contains(&id);
            let last = (0..segments.len()).rposition(is_in).unwrap_or_default();
            let precedes_slot = declared[first + 1..]
                .iter()
                .any(|&(segment, other)| segment <= last && other != id && self.has_slot(other));
            let needs_slot = !locals[id].is_trivial && !handed_on.contains(&id);
            if precedes_slot && needs_slot && !self.has_slot(id) {
                self.0[id.index()] = Class::Stack;
            }
        }
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let { init: node, .. } | Stmt::Node(node) => {
                    self.order_in(node, locals, points)
                }
                Stmt::Plain(_)
                | Stmt::Declare(_)
                | Stmt::End(_)
                | Stmt::Operand(_)
                | Stmt::Question { .. } => {}
            }
        }
        if let Some(tail) = &block.tail {
            self.order_in(tail, locals, points);
        }
    }

    fn order_in(&mut self, node: &Node, locals: &Locals, points: &[Point]) {
        match node {
            Node::Plain(_) | Node::Wait(_) => {}
            Node::Block(inner) | Node::Loop(inner) => self.order(&inner.body, locals, points),
            Node::If(branch) => {
                self.order(&branch.then, locals, points);
                if let Some(otherwise) = &branch.otherwise {
                    self.order(otherwise, locals, points);
                }
            }
            Node::Match(choice) => {
                for arm in &choice.arms {
                    self.order(&arm.body, locals, points);
                }
            }
        }
    }
}

/// The outputs of suspensions that the next statement takes before it does anything else. No scope
/// ever drops one.
fn handed_on(block: &Block, locals: &Locals) -> Vec<LocalId> {
    let mut stmts = block
        .stmts
        .iter()
        .filter(|stmt| !matches!(stmt, Stmt::Declare(_)))
        .peekable();
    let mut found = Vec::new();
    while let Some(stmt) = stmts.next() {
        let Stmt::Let { pat, .. } = stmt else {
            continue;
        };
        let next = match stmts.peek() {
            Some(Stmt::Plain(Source::Local(local))) => local.init.as_ref().map(|init| &*init.expr),
            Some(Stmt::Plain(Source::Expr(expr, _))) => Some(expr),
            Some(Stmt::Let { init: node, .. } | Stmt::Node(node)) => starts_with(node),
            Some(
                Stmt::Plain(_)
                | Stmt::Declare(_)
                | Stmt::End(_)
                | Stmt::Operand(_)
                | Stmt::Question { .. },
            ) => None,
            None => block.tail.as_deref().and_then(starts_with),
        };
        if let [id] = shape::bindings(pat, locals)[..]
            && locals[id].kind == Kind::Value
            && next.is_some_and(|next| takes_first(next, id, locals))
        {
            found.push(id);
        }
    }
    found
}

/// The expression that a node evaluates before anything else.
fn starts_with(node: &Node) -> Option<&Expr> {
    match node {
        Node::Plain(expr) => Some(expr),
        Node::Wait(wait) => Some(&wait.operand),
        Node::If(branch) => Some(&branch.cond),
        Node::Match(choice) => Some(&choice.scrutinee),
        Node::Block(_) | Node::Loop(_) => None,
    }
}

/// Whether the first thing that an expression does is to take a local.
fn takes_first(expr: &Expr, id: LocalId, locals: &Locals) -> bool {
    let is_it = |expr: &Expr| {
        let mention = shape::lone_name(expr).and_then(|name| locals.find(name));
        mention.is_some_and(|mention| locals.local_of(mention) == id)
    };
    let first = |expr: &Expr| takes_first(expr, id, locals);
    match expr {
        Expr::Try(attempt) => is_it(&attempt.expr) || first(&attempt.expr),
        Expr::Call(call) => call.args.first().is_some_and(|argument| {
            let is_function = matches!(&*call.func, Expr::Path(path) if path.path.get_ident().is_none_or(|name| locals.find(name).is_none()));
            is_function && (is_it(argument) || first(argument))
        }),
        Expr::Paren(inner) => first(&inner.expr),
        Expr::Group(inner) => first(&inner.expr),
        Expr::MethodCall(call) => first(&call.receiver),
        Expr::Field(part) => first(&part.base),
        Expr::Cast(cast) => first(&cast.expr),
        Expr::Reference(reference) => first(&reference.expr),
        Expr::Match(choice) => first(&choice.expr),
        Expr::Binary(operation) if !shape::is_compound(&operation.op) => first(&operation.left),
        Expr::Assign(assign) => first(&assign.right),
        Expr::Return(leave) => leave.expr.as_deref().is_some_and(first),
        _ => false,
    }
}
