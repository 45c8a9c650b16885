//! Suspensions among the operands of an expression.
use proc_macro2::Span;
use quote::format_ident;
use syn::{BinOp, Expr, parse_quote};

use super::places::{Borrow, mutated_in};
use super::{Normaliser, let_node, made_anew};
use crate::flow::only_borrows;
use crate::locals::{Kind, LocalId, Operand};
use crate::shape::{self, Use};
use crate::tree::{Node, Stmt};
use crate::{macros, make, suspend};

/// The scope of operands.
#[derive(Clone, Copy)]
enum Scope {
    /// Inside of that of the temporaries: these are dropped after all operands.
    Inner,
    /// That of the temporaries: all are dropped in the order in which they are made.
    Shared,
}

/// What becomes of the last operand that suspends, and of those behind it.
#[derive(Clone, Copy)]
enum Last {
    /// What is left of them stays where it is.
    Stays,
    /// They are evaluated like the others.
    Evaluated,
}

impl Normaliser<'_> {
    /// Normalises an expression that suspends.
    pub(super) fn node(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Node {
        if !suspend::expr(&expr) {
            return Node::Plain(expr);
        }
        let mut expr = expr;
        if let Some((_, value)) = shape::as_place_temporary(&mut expr, self.locals) {
            let inner = std::mem::replace(value, Expr::Verbatim(Default::default()));
            let inner = self.value(inner, out);
            if let Some((_, value)) = shape::as_place_temporary(&mut expr, self.locals) {
                *value = inner;
            }
            return Node::Plain(expr);
        }
        match expr {
            Expr::Await(wait) => self.wait(wait, out),
            Expr::Paren(inner) => match self.node(*inner.expr, out) {
                Node::Plain(expr) => Node::Plain(make::parenthesised(expr, Span::call_site())),
                node => node,
            },
            Expr::Group(inner) => self.node(*inner.expr, out),
            Expr::Block(block) => self.scope(block.label.map(|label| label.name), block.block),
            Expr::Unsafe(block) => self.scope(None, block.block),
            Expr::If(branch) => self.branch(branch, out),
            Expr::Match(choice) => self.choice(choice, out),
            Expr::Loop(repeat) => self.repeat(repeat),
            Expr::While(repeat) => self.repeat_while(repeat, out),
            Expr::ForLoop(repeat) => self.iterate(repeat, out),
            Expr::Return(mut leave) => {
                let value = leave
                    .expr
                    .take()
                    .map(|value| Box::new(self.value(*value, out)));
                leave.expr = value;
                Node::Plain(Expr::Return(leave))
            }
            Expr::Break(mut leave) => {
                let value = leave
                    .expr
                    .take()
                    .map(|value| Box::new(self.value(*value, out)));
                leave.expr = value;
                Node::Plain(Expr::Break(leave))
            }
            Expr::Binary(operation) if matches!(operation.op, BinOp::And(_) | BinOp::Or(_)) => {
                self.short_circuit(operation, out)
            }
            Expr::Assign(mut assign) if matches!(*assign.left, Expr::Infer(_)) => {
                // What nobody wants is dropped with the statement.
                let node = self.node(*assign.right, out);
                *assign.right = self.inline(node, out);
                Node::Plain(Expr::Assign(assign))
            }
            Expr::Assign(mut assign) => {
                *assign.right = self.value(*assign.right, out);
                if suspend::expr(&assign.left) {
                    // The value comes first, and waits for the place.
                    if !self.is_inert(&assign.right, Use::Value) {
                        self.hoist(&mut assign.right, Use::Value);
                        *assign.right = self.bind(Node::Plain((*assign.right).clone()), out);
                    }
                    self.borrow = Borrow::Mutable;
                    self.operands(
                        shape::operands(&mut assign.left),
                        Last::Stays,
                        Scope::Inner,
                        out,
                    );
                }
                Node::Plain(Expr::Assign(assign))
            }
            Expr::Binary(operation) if shape::is_compound(&operation.op) => {
                self.compound(operation, out)
            }
            Expr::Let(binding) => {
                self.unsupported(
                    &binding.let_token,
                    "in a chain of `let` conditions",
                    "nest the conditions",
                );
                Node::Plain(Expr::Let(binding))
            }
            Expr::Macro(call) => self.macro_call(call, out),
            mut expr if shape::is_of_operands(&expr) => {
                self.of_operands(&mut expr, Scope::Inner, out);
                Node::Plain(expr)
            }
            other => {
                self.unsupported(
                    &other,
                    "in this expression",
                    "bind its value with `let` first",
                );
                Node::Plain(other)
            }
        }
    }

    /// Normalises an expression that suspends, and is all of a full expression.
    pub(super) fn whole_node(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Node {
        match expr {
            Expr::Group(inner) => self.whole_node(*inner.expr, out),
            Expr::Paren(inner) => match self.whole_node(*inner.expr, out) {
                Node::Plain(expr) => Node::Plain(make::parenthesised(expr, Span::call_site())),
                node => node,
            },
            mut expr if shape::is_of_operands(&expr) => {
                self.of_operands(&mut expr, Scope::Shared, out);
                Node::Plain(expr)
            }
            Expr::Assign(mut assign)
                if shape::is_of_operands(&assign.right) && !suspend::expr(&assign.left) =>
            {
                // What is not an operand itself has the operands in the scope of the assignment.
                *assign.right = match self.whole_node(*assign.right, out) {
                    Node::Plain(expr) => expr,
                    node => self.bind(node, out),
                };
                Node::Plain(Expr::Assign(assign))
            }
            expr => self.node(expr, out),
        }
    }

    /// Normalises what evaluates its operands, and then does something with them.
    fn of_operands(&mut self, expr: &mut Expr, scope: Scope, out: &mut Vec<Stmt>) {
        match self.asked_of(expr, out) {
            None => {
                self.borrow = self.borrow_by(expr);
                self.operands(shape::operands(expr), Last::Stays, scope, out);
                super::control::of_any_type(expr);
            }
            Some(asked) => {
                self.borrow = Borrow::ByMethod(asked.kind);
                let mut operands = shape::operands(expr);
                operands[0].1 = Use::Receiver;
                self.operands(operands, Last::Evaluated, scope, out);
                self.ask(asked, expr, out);
            }
        }
    }

    /// How an expression borrows the place that is an operand of it, as far as syntax tells.
    fn borrow_by(&self, expr: &Expr) -> Borrow {
        match expr {
            Expr::Reference(syn::ExprReference {
                mutability: Some(_),
                ..
            })
            | Expr::RawAddr(syn::ExprRawAddr {
                mutability: syn::PointerMutability::Mut(_),
                ..
            }) => Borrow::Mutable,
            Expr::Index(_)
            | Expr::Field(_)
            | Expr::Unary(syn::ExprUnary {
                op: syn::UnOp::Deref(_),
                ..
            }) => self.borrow,
            _ => Borrow::Shared,
        }
    }

    /// Evaluates operands up to the last one that suspends, in evaluation order.
    fn operands(
        &mut self,
        mut operands: Vec<(&mut Expr, Use)>,
        last: Last,
        scope: Scope,
        out: &mut Vec<Stmt>,
    ) {
        let suspending = operands
            .iter()
            .rposition(|(operand, _)| suspend::expr(operand));
        let Some(suspending) = suspending else { return };
        let last = match last {
            Last::Stays => suspending,
            Last::Evaluated => operands.len(),
        };
        let mutated: Vec<_> = operands
            .iter()
            .map(|(operand, _)| mutated_in(operand, self.locals))
            .collect();
        let mut receiver = None;
        for (index, (operand, usage)) in operands.iter_mut().enumerate().take(last + 1) {
            // A place that is written to later in the expression can only have been copied before.
            let is_written = shape::part(operand)
                .and_then(|(name, _)| self.locals.find(name))
                .map(|mention| self.locals.local_of(mention))
                .is_some_and(|id| {
                    mutated[index + 1..]
                        .iter()
                        .flatten()
                        .any(|&other| other == id)
                });
            // A closure that is evaluated after all suspensions stays where its parameters have types.
            if index > suspending && shape::contains_closure(operand) {
                continue;
            }
            let is_last = index == last;
            if is_written && !is_last && *usage != Use::Value {
                let value = std::mem::replace(*operand, Expr::Verbatim(Default::default()));
                **operand = self.bind(Node::Plain(value), out);
            } else if suspend::expr(operand) || !self.is_inert(operand, *usage) {
                match scope {
                    Scope::Inner => self.operand(operand, *usage, is_last, out),
                    Scope::Shared => self.declared_here(out, |this, out| {
                        this.operand(operand, *usage, is_last, out);
                    }),
                }
            }
            if matches!(usage, Use::Receiver | Use::TakenReceiver) && !is_written && !is_last {
                receiver = self.receiver(operand, out);
            }
        }
        if let Some(Operand { points, .. }) =
            receiver.and_then(|id| self.locals[id].operand.as_mut())
        {
            points.end = self.points.len();
        }
    }

    /// A receiver that is named again after the arguments of its call is an operand until then.
    fn receiver(&mut self, receiver: &Expr, out: &mut Vec<Stmt>) -> Option<LocalId> {
        let (name, _) = shape::part(receiver)?;
        let local = self.locals.local_of(self.locals.find(name)?);
        let name = format_ident!("{}_operand", self.locals[local].name);
        let id = self.locals.add(name, Kind::Operand);
        self.locals[id].is_trivial = true;
        self.locals[id].operand = Some(Operand {
            receiver: receiver.clone(),
            points: self.points.len()..self.points.len(),
        });
        out.push(Stmt::Operand(id));
        Some(id)
    }

    /// Evaluates an operand, and puts the name of its value in its place.
    fn operand(&mut self, operand: &mut Expr, usage: Use, is_last: bool, out: &mut Vec<Stmt>) {
        let mut expr = std::mem::replace(operand, Expr::Verbatim(Default::default()));
        if suspend::expr(&expr) {
            self.hoist_tail(&mut expr);
        }
        let borrow = self.borrow;
        if usage == Use::Value {
            self.borrow = Borrow::Shared;
        }
        let mut node = match usage {
            Use::Value => self.made(expr, out),
            Use::Place | Use::Receiver | Use::TakenReceiver => self.settled(expr, out),
        };
        *operand = if is_last {
            // What is left of the last one does not suspend: it may stay where it is.
            match (node, usage) {
                (Node::Plain(expr), _) => expr,
                (node, Use::Value) => self.bind(node, out),
                (node, Use::Place | Use::Receiver | Use::TakenReceiver) => self.inline(node, out),
            }
        } else {
            self.kept(&mut node, usage, out)
                .unwrap_or_else(|| match usage {
                    Use::Value => self.bind(node, out),
                    // A value that may be borrowed stays to the end of the statement.
                    Use::Place | Use::Receiver | Use::TakenReceiver => {
                        self.bind_temporary(node, out)
                    }
                })
        };
        self.borrow = borrow;
    }

    /// Evaluates an operand that others follow.
    pub(super) fn evaluated(&mut self, operand: &mut Expr, out: &mut Vec<Stmt>) {
        self.operand(operand, Use::Value, false, out);
    }

    /// Evaluates what suspends of the last operand.
    pub(super) fn last_operand(&mut self, operand: &mut Expr, usage: Use, out: &mut Vec<Stmt>) {
        self.operand(operand, usage, true, out);
    }

    /// Declares the temporaries that `walk` makes before all else that it emits. They end with the
    /// full expression that is open.
    fn declared_here(&mut self, out: &mut Vec<Stmt>, walk: impl FnOnce(&mut Self, &mut Vec<Stmt>)) {
        let mut list = Vec::new();
        self.open.push(Vec::new());
        walk(self, &mut list);
        let temporaries = self.open.pop().unwrap_or_default();
        self.declare(&temporaries, &mut list);
        out.append(&mut list);
        self.declared.extend(&temporaries);
        let open = self.open.last_mut().expect("a full expression is open");
        open.extend(temporaries);
    }

    /// An operand that is a place can be named again; all others are evaluated now.
    fn kept(&mut self, node: &mut Node, usage: Use, out: &mut Vec<Stmt>) -> Option<Expr> {
        let Node::Plain(expr) = node else { return None };
        if usage == Use::Value || shape::is_rvalue(expr) {
            self.hoist(expr, Use::Value);
            return None;
        }
        if shape::is_inert_place(expr) {
            return Some(expr.clone());
        }
        if usage == Use::TakenReceiver {
            self.hoist(expr, Use::Value);
            return None;
        }
        let is_receiver = usage != Use::Place;
        if is_receiver && !matches!(self.borrow, Borrow::ByMethod(_)) {
            self.unsupported(
                &expr.clone(),
                "in the arguments of a call of what is in a place with operands of its own",
                "bind the value that is waited for with `let` first",
            );
        }
        Some(self.named_place(expr.clone(), is_receiver, self.borrow, out))
    }

    /// Normalises an expression. What is left of a value by the name of a place is still a value,
    /// which whoever borrows it has to put somewhere.
    fn settled(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Node {
        let was_value = shape::is_rvalue(&expr);
        match self.node(expr, out) {
            Node::Plain(expr) if was_value && shape::lone_name(&expr).is_some() => {
                let key = shape::lone_name(&expr).and_then(|name| self.locals.find(name));
                let is_value = key.is_some_and(|mention| {
                    self.locals[self.locals.local_of(mention)].kind == Kind::Value
                });
                Node::Plain(if is_value { made_anew(expr) } else { expr })
            }
            node => node,
        }
    }

    /// What a node evaluates to, as an expression that still makes a temporary of its own.
    pub(super) fn inline(&mut self, node: Node, out: &mut Vec<Stmt>) -> Expr {
        match node {
            Node::Plain(expr) => expr,
            node => {
                let key = self.bind(node, out);
                made_anew(key)
            }
        }
    }

    /// Whether an operand can be evaluated after the suspension that follows it, with nothing to
    /// tell the difference.
    fn is_inert(&self, expr: &Expr, usage: Use) -> bool {
        match (shape::bare(expr), usage) {
            (expr, Use::Place | Use::Receiver | Use::TakenReceiver) => {
                let is_constant = shape::is_copy(expr) && shape::is_promotable(expr);
                shape::is_inert_place(expr) || is_constant
            }
            (Expr::Lit(_), Use::Value) => true,
            (Expr::Path(_), Use::Value) => {
                shape::lone_name(expr).is_none_or(|name| self.locals.find(name).is_none())
            }
            (Expr::Reference(reference), Use::Value) => shape::is_inert_place(&reference.expr),
            (Expr::Closure(_), Use::Value) => only_borrows(shape::bare(expr), self.locals),
            _ => false,
        }
    }

    /// A call of a macro that can be seen into.
    fn macro_call(&mut self, mut call: syn::ExprMacro, out: &mut Vec<Stmt>) -> Node {
        let Some(mut known) = macros::parse(&call.mac) else {
            unreachable!("suspensions in other macros are refused")
        };
        if let Some(lazy) = known
            .arguments
            .iter()
            .skip(known.eager)
            .find(|argument| suspend::expr(&argument.value))
        {
            self.unsupported(
                &lazy.value.clone(),
                "in an argument that is not always evaluated",
                "bind its value with `let` first, or use `if` and `panic!`",
            );
        }
        let operands = known
            .arguments
            .iter_mut()
            .map(|argument| (&mut argument.value, argument.usage))
            .collect();
        if !macros::is_statement_of_its_own(&call.mac) {
            self.operands(operands, Last::Stays, Scope::Inner, out);
            call.mac.tokens = known.into_tokens();
            return Node::Plain(Expr::Macro(call));
        }
        let mut list = Vec::new();
        self.open.push(Vec::new());
        self.operands(operands, Last::Stays, Scope::Inner, &mut list);
        let temporaries = self.open.pop().unwrap_or_default();
        call.mac.tokens = known.into_tokens();
        let node = Node::Plain(Expr::Macro(call));
        self.ended(node, temporaries, list, out)
    }

    /// `a && b` and `a || b`.
    fn short_circuit(&mut self, operation: syn::ExprBinary, out: &mut Vec<Stmt>) -> Node {
        if !suspend::expr(&operation.right) {
            let left = self.condition(*operation.left, out);
            return Node::Plain(Expr::Binary(syn::ExprBinary {
                left: Box::new(left),
                ..operation
            }));
        }
        let (left, right) = (&operation.left, &operation.right);
        let branch = match operation.op {
            BinOp::And(_) => parse_quote!(if #left { #right } else { false }),
            _ => parse_quote!(if #left { true } else { #right }),
        };
        self.branch(branch, out)
    }

    /// A condition that binds nothing: its temporaries end with it.
    pub(super) fn condition(&mut self, cond: Expr, out: &mut Vec<Stmt>) -> Expr {
        if !suspend::expr(&cond) {
            return cond;
        }
        match self.whole(cond, out) {
            Node::Plain(expr) => expr,
            node => self.bind(node, out),
        }
    }

    /// A value that patterns are matched against: where an arm suspends, as a place that outlives
    /// the match.
    pub(super) fn scrutinee(
        &mut self,
        expr: Expr,
        arms_suspend: bool,
        out: &mut Vec<Stmt>,
    ) -> Expr {
        if !arms_suspend {
            let node = self.settled(expr, out);
            return self.inline(node, out);
        }
        if suspend::expr(&expr) {
            return match self.settled(expr, out) {
                Node::Plain(mut expr) => {
                    self.hoist(&mut expr, Use::Place);
                    expr
                }
                node => self.bind_temporary(node, out),
            };
        }
        let mut expr = expr;
        self.hoist(&mut expr, Use::Place);
        expr
    }

    /// A value that is evaluated here and used later.
    pub(super) fn let_value(&mut self, name: &str, value: Expr, out: &mut Vec<Stmt>) -> LocalId {
        let id = self
            .locals
            .add_made_up(name, Kind::Value, proc_macro2::Span::mixed_site());
        let key = self.locals.mention_made_up(id);
        out.push(let_node(&key, Node::Plain(value)));
        id
    }
}
