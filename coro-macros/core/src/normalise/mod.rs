//! The body into the tree, in which every suspension stands where it can be jumped to.
//!
//! ```text
//!   let n = f(a(), b(&c()).await);       Declare n · Declare t
//!                                        Plain   let a = a();
//!                                        Let     b = Wait(b(&(t := c())))
//!                                        Plain   let n = f(a, b);
//!                                        End     t
//! ```
//!
//! Laws: what the source evaluates before a suspension is evaluated before it, once, in the
//! source's order, and what it keeps until the end of the statement is kept that long. Subtrees
//! without a suspension are left alone. The operand of a suspension, a condition, a scrutinee
//! and a guard contain none. Loops that suspend have a label, and jumps out of them name it.
mod again;
mod bindings;
mod compound;
mod constants;
mod control;
mod guards;
mod operands;
mod places;
mod references;
mod temporaries;

pub(crate) use bindings::is_nameless;
pub(crate) use temporaries::EXTENDED;

use proc_macro2::{Ident, Span};
use syn::{Expr, Stmt as Source, Token, parse_quote};

use self::places::Borrow;
use crate::errors::Errors;
use crate::keywords::is_name;
use crate::locals::{Kind, LocalId, Locals};
use crate::spelling::{self, Spelling};
use crate::tree::{Block, Node, Point, PointId, Stmt, Wait};
use crate::{Edition, make, shape, suspend};

/// Normalises a resolved body.
pub(crate) fn normalise(
    mut body: syn::Block,
    edition: Edition,
    locals: &mut Locals,
) -> syn::Result<Normalised> {
    references::references(&mut body, locals);
    constants::constants(&mut body);
    let mut normaliser = Normaliser {
        locals,
        edition,
        errors: Errors::default(),
        points: Vec::new(),
        open: vec![Vec::new()],
        labels: 0,
        declared: Vec::new(),
        extended: Vec::new(),
        is_let_else: false,
        borrow: Borrow::Shared,
        depends_on_edition: false,
    };
    let mut block = normaliser.block(body);
    let temporaries = normaliser.open.pop().unwrap_or_default();
    normaliser.declare(&temporaries, &mut block.stmts);
    std::mem::take(&mut normaliser.errors).finish()?;
    let Normaliser {
        points,
        depends_on_edition,
        ..
    } = normaliser;
    Ok(Normalised {
        body: block,
        points,
        depends_on_edition,
    })
}

/// A body in which every suspension can be jumped to.
pub(crate) struct Normalised {
    pub(crate) body: Block,
    pub(crate) points: Vec<Point>,
    /// Another edition ends some temporary at another time.
    pub(crate) depends_on_edition: bool,
}

struct Normaliser<'a> {
    locals: &'a mut Locals,
    edition: Edition,
    errors: Errors,
    points: Vec<Point>,
    /// The temporaries of each full expression that is open.
    open: Vec<Vec<LocalId>>,
    /// The temporaries of open full expressions that are declared already.
    declared: Vec<LocalId>,
    /// The temporaries that the `let` at hand extends.
    extended: Vec<LocalId>,
    labels: usize,
    /// The next `if let` is a `let` with an `else`, which ends its temporaries before that, whatever
    /// the edition.
    is_let_else: bool,
    /// What becomes of the place at hand.
    borrow: Borrow,
    depends_on_edition: bool,
}

impl Normaliser<'_> {
    fn block(&mut self, block: syn::Block) -> Block {
        let mut stmts = Vec::new();
        let mut tail = None;
        let span = block.brace_token.span.open();
        let count = block.stmts.len();
        if !suspend::block(&block) {
            return plain_block(block);
        }
        let leaves = shape::leaves(&block);
        for (index, stmt) in block.stmts.into_iter().enumerate() {
            let last = index + 1 == count;
            match stmt {
                Source::Local(local) => self.local(local, &mut stmts),
                Source::Item(_) => stmts.push(Stmt::Plain(stmt)),
                Source::Expr(expr, None) if last => {
                    tail = Some(Box::new(self.tail(expr, &mut stmts)))
                }
                Source::Macro(call)
                    if call.semi_token.is_none() && last && !is_definition(&call.mac) =>
                {
                    let expr = Expr::Macro(syn::ExprMacro {
                        attrs: call.attrs,
                        mac: call.mac,
                    });
                    tail = Some(Box::new(self.tail(expr, &mut stmts)));
                }
                Source::Expr(expr, semi) => self.statement(expr, semi, &mut stmts),
                Source::Macro(call) if suspend::tokens_of(&call.mac) => {
                    let expr = Expr::Macro(syn::ExprMacro {
                        attrs: call.attrs,
                        mac: call.mac,
                    });
                    self.statement(expr, Some(Default::default()), &mut stmts);
                }
                Source::Macro(_) => stmts.push(Stmt::Plain(stmt)),
            }
        }
        if tail.is_none() && leaves {
            // rustc does not see it through what can be jumped into.
            tail = Some(Box::new(Node::Plain(never())));
        }
        Block { stmts, tail, span }
    }

    /// Runs `walk` as one full expression: its temporaries are declared before what it emits,
    /// and ended after.
    fn full(
        &mut self,
        bindings: Vec<LocalId>,
        out: &mut Vec<Stmt>,
        walk: impl FnOnce(&mut Self, &mut Vec<Stmt>),
    ) {
        let mut list = Vec::new();
        self.open.push(Vec::new());
        walk(self, &mut list);
        let temporaries = self.open.pop().unwrap_or_default();
        if temporaries.is_empty() {
            out.append(&mut list);
            return;
        }
        // Bindings outlive the temporaries, and are dropped after them when a drop panics.
        out.push(Stmt::Declare(bindings));
        self.declare(&temporaries, &mut list);
        out.append(&mut list);
        out.push(Stmt::End(temporaries));
    }

    fn statement(&mut self, expr: Expr, semi: Option<Token![;]>, out: &mut Vec<Stmt>) {
        if !suspend::expr(&expr) {
            out.push(Stmt::Plain(Source::Expr(expr, semi)));
            return;
        }
        self.full(Vec::new(), out, |this, out| {
            let stmt = match this.node(expr, out) {
                Node::Plain(expr) => Stmt::Plain(Source::Expr(expr, Some(Default::default()))),
                node => Stmt::Node(node),
            };
            out.push(stmt);
        });
    }

    fn tail(&mut self, mut expr: Expr, out: &mut Vec<Stmt>) -> Node {
        if !suspend::expr(&expr) {
            return Node::Plain(expr);
        }
        match self.edition {
            // The temporaries of a tail expression end before the block's locals …
            Edition::From2024 => {
                let node = self.whole(expr, out);
                self.depends_on_edition |= matches!(out.last(), Some(Stmt::End(_)));
                node
            }
            // … or used to, with the statement around the block.
            Edition::Before2024 => {
                self.hoist_tail(&mut expr);
                self.node(expr, out)
            }
        }
    }

    /// Normalises an expression whose temporaries end with it.
    fn terminated(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Node {
        self.terminated_by(expr, out, Self::node)
    }

    /// The same for a condition, or the tail of a block, whose own operands are in the scope of its
    /// temporaries: they are dropped in the order in which all are made.
    fn whole(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Node {
        self.terminated_by(expr, out, Self::whole_node)
    }

    fn terminated_by(
        &mut self,
        expr: Expr,
        out: &mut Vec<Stmt>,
        walk: impl FnOnce(&mut Self, Expr, &mut Vec<Stmt>) -> Node,
    ) -> Node {
        if !suspend::expr(&expr) {
            return Node::Plain(expr);
        }
        let mut list = Vec::new();
        self.open.push(Vec::new());
        let node = walk(self, expr, &mut list);
        let temporaries = self.open.pop().unwrap_or_default();
        self.ended(node, temporaries, list, out)
    }

    /// Evaluates `node` after `list`, then ends the temporaries. Its value is lost if one of them
    /// panics.
    fn ended(
        &mut self,
        node: Node,
        temporaries: Vec<LocalId>,
        mut list: Vec<Stmt>,
        out: &mut Vec<Stmt>,
    ) -> Node {
        if temporaries.is_empty() {
            out.append(&mut list);
            return node;
        }
        let id = self
            .locals
            .add_made_up("value", Kind::Result, Span::mixed_site());
        self.locals[id].is_trivial = true;
        let key = self.locals.mention_made_up(id);
        out.push(Stmt::Declare(vec![id]));
        self.declare(&temporaries, &mut list);
        out.append(&mut list);
        out.push(let_node(&key, node));
        out.push(Stmt::End(temporaries));
        let key = self.locals.mention_made_up(id);
        Node::Plain(made_anew(make::path(key)))
    }

    /// Declares temporaries, in the order in which they are made: what is evaluated earlier is
    /// dropped later when the full expression is left early. They outlive the operands.
    fn declare(&self, temporaries: &[LocalId], list: &mut Vec<Stmt>) {
        let mut declared: Vec<(usize, LocalId)> = temporaries
            .iter()
            .filter(|id| !self.declared.contains(id))
            .map(|&id| {
                let makes = |stmt: &Stmt| stmt.mentions(id, self.locals);
                (list.iter().position(makes).unwrap_or(list.len()), id)
            })
            .collect();
        // Of those that one statement makes, the first one comes first.
        declared.sort_by_key(|&(at, _)| at);
        if !declared.is_empty() {
            let ids = declared.into_iter().map(|(_, id)| id).collect();
            list.insert(0, Stmt::Declare(ids));
        }
    }

    /// Binds what suspends to a name, so that the rest does not.
    fn value(&mut self, mut expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        if !suspend::expr(&expr) {
            return expr;
        }
        self.hoist_tail(&mut expr);
        match self.made(expr, out) {
            Node::Plain(expr) => expr,
            node => self.bind(node, out),
        }
    }

    /// Normalises what makes a value. One that is never made, because the way to it visibly leaves, is
    /// of any type.
    fn made(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Node {
        let leaves = shape::leaves_by(&expr);
        match self.node(expr, out) {
            node if leaves && node.suspends() => {
                out.push(Stmt::Node(node));
                Node::Plain(never())
            }
            node => node,
        }
    }

    /// Evaluates a node in a `let` and gives the name of its value.
    fn bind(&mut self, node: Node, out: &mut Vec<Stmt>) -> Expr {
        let id = self.value_of(&node, Kind::Value);
        let key = self.locals.mention_made_up(id);
        out.push(let_node(&key, node));
        let key = self.locals.mention_made_up(id);
        make::path(key)
    }

    /// Evaluates a node in a `let` that lives to the end of the statement.
    fn bind_temporary(&mut self, node: Node, out: &mut Vec<Stmt>) -> Expr {
        let id = self.value_of(&node, Kind::Temporary);
        if let Node::Plain(value) = &node {
            self.locals[id].written_as = shape::written_as(value);
        }
        self.open
            .last_mut()
            .expect("a full expression is open")
            .push(id);
        let key = self.locals.mention_made_up(id);
        out.push(let_node(&key, node));
        let key = self.locals.mention_made_up(id);
        make::path(key)
    }

    /// A local for the value of a node.
    fn value_of(&mut self, node: &Node, kind: Kind) -> LocalId {
        let id = self.locals.add(self.name_of(node), kind);
        self.locals[id].stands_for = match node {
            Node::Wait(wait) => Some(wait.spelling),
            Node::Plain(expr) => Some(Spelling::of_expr(expr)),
            Node::Block(_) | Node::If(_) | Node::Match(_) | Node::Loop(_) => None,
        };
        id
    }

    fn name_of(&self, node: &Node) -> Ident {
        let name = match node {
            Node::Wait(wait) => self.locals[self.points[wait.point.0].future]
                .name
                .to_string(),
            Node::Plain(expr) => called(expr).unwrap_or_else(|| "value".to_owned()),
            Node::Block(_) | Node::If(_) | Node::Match(_) | Node::Loop(_) => "value".to_owned(),
        };
        Ident::new(&name, Span::mixed_site())
    }

    /// A suspension point.
    fn wait(&mut self, wait: syn::ExprAwait, out: &mut Vec<Stmt>) -> Node {
        let (spelling, keyword) = (Spelling::of_suspension(&wait), spelling::keyword(&wait));
        let mut operand = self.value(*wait.base, out);
        self.hoist(&mut operand, shape::Use::Value);
        let name = called(&operand).unwrap_or_else(|| "future".to_owned());
        let count = self
            .points
            .iter()
            .filter(|point| self.locals[point.future].name == name)
            .count();
        // The states that every coroutine has come first.
        let is_taken = ["start", "running", "returned"].contains(&&*name);
        let state = match count + usize::from(is_taken) {
            0 => camel(&name),
            n => format!("{}_{}", camel(&name), n + 1),
        };
        let future = self
            .locals
            .add(Ident::new(&name, Span::mixed_site()), Kind::Future);
        let point = PointId(self.points.len());
        self.points.push(Point {
            future,
            name: Ident::new(&state, Span::mixed_site()),
        });
        Node::Wait(Wait {
            operand,
            point,
            spelling,
            keyword,
        })
    }

    fn unsupported(&mut self, at: &impl quote::ToTokens, place: &str, way_round: &str) {
        self.errors.at(
            at,
            format!("a suspension {place} is not lowered yet; {way_round}"),
        );
    }
}

/// A block without a suspension.
fn plain_block(mut block: syn::Block) -> Block {
    let tail = match block.stmts.last() {
        Some(Source::Expr(_, None)) => match block.stmts.pop() {
            Some(Source::Expr(expr, None)) => Some(Box::new(Node::Plain(expr))),
            _ => None,
        },
        Some(Source::Macro(call)) if call.semi_token.is_none() && !is_definition(&call.mac) => {
            match block.stmts.pop() {
                Some(Source::Macro(call)) => {
                    Some(Box::new(Node::Plain(Expr::Macro(syn::ExprMacro {
                        attrs: call.attrs,
                        mac: call.mac,
                    }))))
                }
                _ => None,
            }
        }
        _ => None,
    };
    Block {
        stmts: block.stmts.into_iter().map(Stmt::Plain).collect(),
        tail,
        span: block.brace_token.span.open(),
    }
}

/// What no way leads to.
fn never() -> Expr {
    parse_quote!(__coro::unreachable!())
}

/// Whether a macro call defines a macro.
fn is_definition(mac: &syn::Macro) -> bool {
    mac.path.is_ident("macro_rules")
}

/// `let key = node;`
/// `({ expr })`: a value, also where the expression is a place.
fn made_anew(expr: Expr) -> Expr {
    let span = Span::call_site();
    make::parenthesised(make::braced(expr, span), span)
}

fn let_node(key: &Ident, node: Node) -> Stmt {
    let pat = make::binding(key.clone());
    match node {
        Node::Plain(expr) => Stmt::Plain(make::local(pat, expr, Span::call_site())),
        node => Stmt::Let { pat, init: node },
    }
}

/// What an expression calls: the name of its last function or method.
fn called(operand: &Expr) -> Option<String> {
    let name = match shape::bare(operand) {
        Expr::MethodCall(call) => call.method.to_string(),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let mut segments = path.path.segments.iter().rev().map(|s| s.ident.to_string());
                let last = segments.next()?;
                match &*last {
                    // `Sleep::new(…)` is better called after the type.
                    "new" => segments.next().unwrap_or(last),
                    _ => last,
                }
            }
            _ => return None,
        },
        Expr::Try(attempt) => return called(&attempt.expr),
        _ => return None,
    };
    let name = snake(name.trim_start_matches("r#").trim_start_matches('_'));
    // A keyword, or a key of a local, is no name.
    (is_name(&name) && !name.starts_with("mention") && !name.starts_with("place_temporary"))
        .then_some(name)
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// `read_line` as a type's name, and `read_2` as another than `read2`.
pub(crate) fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut rest = word.chars();
        let Some(first) = rest.next() else { continue };
        if first.is_ascii_digit() {
            camel.push('_');
        }
        camel.extend(first.to_uppercase());
        camel.push_str(rest.as_str());
    }
    camel
}
