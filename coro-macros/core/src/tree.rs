//! The tree between the passes: the source's own control flow, with the suspensions on top.
//!
//! ```text
//!   let n = stream.read(&mut buf).await?;       Let   read = Wait(stream.read(&mut buf), 1)
//!   if n == 0 { return log(n).await; }          Plain let n = read?;
//!                                               Node  If(n == 0, Block {
//!                                                         Let   log = Wait(log(n), 2)
//!                                                         Plain return log;
//!                                                     })
//! ```
//!
//! Data only. Whatever contains no suspension is a `Plain` leaf and stays as it was written.
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr, Lifetime, Pat};

use crate::flow::mentions_in_tokens;
use crate::locals::{LocalId, Locals};
use crate::spelling::Spelling;

/// Names one suspension point: the state of the coroutine while it waits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PointId(pub(crate) usize);

/// One suspension point.
#[derive(Debug)]
pub(crate) struct Point {
    /// The local that holds the future while it is awaited.
    pub(crate) future: LocalId,
    /// What the state is called: after what the operand calls.
    pub(crate) name: Ident,
}

/// A scope.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) tail: Option<Box<Node>>,
    /// Where its braces are: their edition says when the temporaries of the tail end.
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum Stmt {
    /// No suspension in it.
    Plain(syn::Stmt),
    /// `let pat = init;`, where `init` suspends.
    Let { pat: Pat, init: Node },
    /// `node;`
    Node(Node),
    /// The scopes of these locals begin.
    Declare(Vec<LocalId>),
    /// These temporaries end, the last one first.
    End(Vec<LocalId>),
    /// A receiver is evaluated, and waits for the arguments of its call as this operand.
    Operand(LocalId),
    /// Code that never runs, and is there for rustc to infer types from: that of the local that `answer`
    /// mentions, if it is the last to mention that.
    Question { answer: Option<Ident>, code: Expr },
}

/// An expression.
#[derive(Debug)]
pub(crate) enum Node {
    /// No suspension in it.
    Plain(Expr),
    Wait(Wait),
    Block(Labelled),
    If(If),
    Match(Match),
    Loop(Labelled),
}

/// Evaluates the operand, makes the future, and waits for it.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(crate) operand: Expr,
    pub(crate) point: PointId,
    pub(crate) spelling: Spelling,
    /// The `await` or the `wait`.
    pub(crate) keyword: Span,
}

#[derive(Debug)]
pub(crate) struct Labelled {
    pub(crate) label: Option<Lifetime>,
    pub(crate) body: Block,
}

/// A choice between two blocks. The condition may bind names, as in `if let`.
#[derive(Debug)]
pub(crate) struct If {
    pub(crate) cond: Expr,
    pub(crate) then: Block,
    pub(crate) otherwise: Option<Block>,
}

/// A choice among arms. Neither the scrutinee nor a guard suspends.
#[derive(Debug)]
pub(crate) struct Match {
    pub(crate) scrutinee: Expr,
    pub(crate) arms: Vec<Arm>,
    /// The keyword and the scrutinee.
    pub(crate) head: Spelling,
    /// The brace that ends it.
    pub(crate) end: Span,
}

#[derive(Debug)]
pub(crate) struct Arm {
    /// The guard, if there is one, included.
    pub(crate) pat: Pat,
    pub(crate) body: Block,
}

impl Block {
    pub(crate) fn points(&self) -> Vec<PointId> {
        let mut found: Vec<PointId> = self.stmts.iter().flat_map(Stmt::points).collect();
        found.extend(self.tail.iter().flat_map(|tail| tail.points()));
        found
    }

    pub(crate) fn suspends(&self) -> bool {
        self.stmts.iter().any(Stmt::suspends)
            || self.tail.as_ref().is_some_and(|tail| tail.suspends())
    }
}

impl Stmt {
    /// The suspension points inside, in the order of the source.
    pub(crate) fn points(&self) -> Vec<PointId> {
        match self {
            Stmt::Let { init: node, .. } | Stmt::Node(node) => node.points(),
            Stmt::Plain(_)
            | Stmt::Declare(_)
            | Stmt::End(_)
            | Stmt::Operand(_)
            | Stmt::Question { .. } => Vec::new(),
        }
    }

    pub(crate) fn suspends(&self) -> bool {
        match self {
            Stmt::Let { init: node, .. } | Stmt::Node(node) => node.suspends(),
            Stmt::Plain(_)
            | Stmt::Declare(_)
            | Stmt::End(_)
            | Stmt::Operand(_)
            | Stmt::Question { .. } => false,
        }
    }
}

impl Block {
    fn mentions(&self, id: LocalId, locals: &Locals) -> bool {
        self.stmts.iter().any(|stmt| stmt.mentions(id, locals))
            || self
                .tail
                .as_ref()
                .is_some_and(|tail| tail.mentions(id, locals))
    }
}

impl Stmt {
    /// Whether the local is mentioned inside.
    pub(crate) fn mentions(&self, id: LocalId, locals: &Locals) -> bool {
        match self {
            Stmt::Plain(stmt) => mentions(stmt, id, locals),
            Stmt::Let { pat, init } => mentions(pat, id, locals) || init.mentions(id, locals),
            Stmt::Node(node) => node.mentions(id, locals),
            Stmt::Declare(_) | Stmt::End(_) | Stmt::Operand(_) | Stmt::Question { .. } => false,
        }
    }
}

impl Node {
    fn mentions(&self, id: LocalId, locals: &Locals) -> bool {
        match self {
            Node::Plain(expr) => mentions(expr, id, locals),
            Node::Wait(wait) => mentions(&wait.operand, id, locals),
            Node::Block(inner) | Node::Loop(inner) => inner.body.mentions(id, locals),
            Node::If(branch) => {
                let otherwise = branch.otherwise.as_ref();
                mentions(&branch.cond, id, locals)
                    || branch.then.mentions(id, locals)
                    || otherwise.is_some_and(|otherwise| otherwise.mentions(id, locals))
            }
            Node::Match(choice) => {
                mentions(&choice.scrutinee, id, locals)
                    || choice
                        .arms
                        .iter()
                        .any(|arm| mentions(&arm.pat, id, locals) || arm.body.mentions(id, locals))
            }
        }
    }
}

fn mentions(syntax: &impl ToTokens, id: LocalId, locals: &Locals) -> bool {
    let mut found = Vec::new();
    mentions_in_tokens(&syntax.to_token_stream(), locals, &mut found);
    found.iter().any(|&mention| locals.local_of(mention) == id)
}

impl Node {
    /// The suspension points inside, in the order of the source.
    pub(crate) fn points(&self) -> Vec<PointId> {
        match self {
            Node::Plain(_) => Vec::new(),
            Node::Wait(wait) => vec![wait.point],
            Node::Block(inner) | Node::Loop(inner) => inner.body.points(),
            Node::If(branch) => {
                let mut found = branch.then.points();
                found.extend(branch.otherwise.iter().flat_map(Block::points));
                found
            }
            Node::Match(choice) => choice
                .arms
                .iter()
                .flat_map(|arm| arm.body.points())
                .collect(),
        }
    }

    pub(crate) fn suspends(&self) -> bool {
        match self {
            Node::Plain(_) => false,
            Node::Wait(_) => true,
            Node::Block(inner) | Node::Loop(inner) => inner.body.suspends(),
            Node::If(branch) => {
                branch.then.suspends() || branch.otherwise.as_ref().is_some_and(Block::suspends)
            }
            Node::Match(choice) => choice.arms.iter().any(|arm| arm.body.suspends()),
        }
    }
}
