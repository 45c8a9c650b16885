//! What happens to locals in code without a suspension, which is as it was written.
use syn::{BinOp, Expr, Ident, Pat, Stmt as Source};

use super::builder::{Builder, Target};
use super::captures::{block_of, mentions_in_tokens};
use super::{Event, Taking, Update, Usage};
use crate::locals::MentionId;
use crate::macros;
use crate::shape::{self, Use};

impl Builder<'_> {
    pub(super) fn plain_stmt(&mut self, stmt: &Source) {
        match stmt {
            Source::Local(local) => {
                let Some(init) = &local.init else {
                    for id in shape::bindings(&local.pat, self.locals) {
                        self.declare(id);
                    }
                    return;
                };
                if matches!(local.pat, Pat::Wild(_))
                    && shape::is_untouched_by_wildcard(&init.expr, self.locals)
                {
                    return;
                }
                let is_refutable = init.diverge.is_some();
                let takes_all = shape::moves(&local.pat) == shape::Moves::Everything;
                self.remade = self.remade(macros::pinned_name(&local.pat), &init.expr);
                let is_matched = shape::scrutinee_part(&init.expr, self.locals)
                    .is_some_and(|_| is_refutable || !takes_all);
                if is_matched {
                    self.scrutinee(&init.expr, std::iter::once(&local.pat), false);
                } else {
                    self.expr(&init.expr, Use::Value);
                }
                if let Some((_, otherwise)) = &init.diverge {
                    let start = self.now;
                    self.then();
                    self.way(|this| this.expr(otherwise, Use::Value));
                    self.now = self.node();
                    self.edge(start, self.now);
                }
                if is_matched {
                    self.matched(&init.expr, &local.pat, 0);
                }
                if let Pat::Ident(binding) = &local.pat
                    && let Some(mention) = self.locals.find(&binding.ident)
                {
                    self.is_closure(self.locals.local_of(mention), &init.expr);
                }
                self.bind(&local.pat);
            }
            Source::Expr(expr, _) => self.expr(expr, Use::Value),
            Source::Macro(call) => self.macro_call(&call.mac),
            Source::Item(_) => {}
        }
    }

    fn plain_block(&mut self, block: &syn::Block) {
        self.scoped(|this| {
            for stmt in &block.stmts {
                this.plain_stmt(stmt);
            }
        });
    }

    pub(super) fn mention(&self, expr: &Expr) -> Option<MentionId> {
        shape::lone_name(expr).and_then(|name| self.locals.find(name))
    }

    /// What an operator borrows: for no longer than it runs.
    fn operand(&mut self, place: &Expr) {
        match self.mention(place) {
            Some(mention) => self.used(mention, Usage::Part),
            None => self.expr(place, Use::Place),
        }
    }

    /// A place that was named before another operand was evaluated is only used now.
    fn used_after_all(&mut self, place: &Expr) {
        let is_lone = self.mention(place).is_some();
        let usage = if is_lone { Usage::Part } else { Usage::InPlace };
        if let Some(mention) = reached_from(place).and_then(|name| self.locals.find(name)) {
            self.used(mention, usage);
        }
    }

    /// A local that an operator writes to may hold what the other side holds.
    fn written(&mut self, place: &Expr) {
        if let Some(mention) = self.mention(place) {
            let mix = self.mixes.last_mut().expect("a statement is open");
            mix.into.insert(self.locals.local_of(mention).index());
        }
    }

    pub(super) fn used(&mut self, mention: MentionId, usage: Usage) {
        if self.guards > 0 {
            self.flow.unasked.push(mention);
        }
        let usage = match usage {
            Usage::Taken | Usage::Given if self.guards > 0 => Usage::Part,
            Usage::Receiver | Usage::PartReceiver if self.guards > 0 => Usage::InPlace,
            usage => usage,
        };
        self.waiting.retain(|&(_, receiver)| receiver != mention);
        self.event(Event::Use(self.locals.local_of(mention), mention, usage));
    }

    /// Evaluates what patterns are matched against. Only a `ref` binding borrows the place itself:
    /// what the others bind by reference lies behind one. It may borrow the place later, in its arm.
    pub(super) fn scrutinee<'p>(
        &mut self,
        expr: &Expr,
        pats: impl Iterator<Item = &'p Pat>,
        is_borrowed_by_arms: bool,
    ) {
        let pats: Vec<Pat> = pats.cloned().collect();
        if let Some((mention, path)) = shape::scrutinee_part(expr, self.locals) {
            self.flow.takings.push(Taking {
                mention,
                path,
                pats: pats.clone(),
            });
        }
        let usage = if !is_borrowed_by_arms && pats.iter().any(shape::borrows) {
            Usage::InPlace
        } else {
            Usage::Part
        };
        if let Some((mention, value, path)) = shape::temporary_part(expr, self.locals) {
            self.expr(value, Use::Value);
            self.event(Event::Init(self.locals.local_of(mention)));
            self.flow.paths.insert(mention, path);
            return self.used(mention, usage);
        }
        match shape::root(expr).and_then(|name| self.locals.find(name)) {
            Some(mention) => {
                if let Some((_, path)) = shape::part(expr) {
                    self.flow.paths.insert(mention, path);
                }
                self.used(mention, usage)
            }
            None => self.expr(expr, Use::Place),
        }
    }

    pub(super) fn expr(&mut self, expr: &Expr, usage: Use) {
        if let Some(mention) = self.mention(expr) {
            return self.used(
                mention,
                match usage {
                    Use::Value => Usage::Taken,
                    Use::Place => Usage::InPlace,
                    Use::Receiver | Use::TakenReceiver => Usage::Receiver,
                },
            );
        }
        if let Some((name, path)) = shape::part(expr)
            && let Some(mention) = self.locals.find(name)
        {
            let usage = match usage {
                Use::Value => Usage::Part,
                Use::Place => Usage::InPlace,
                Use::Receiver | Use::TakenReceiver => Usage::PartReceiver,
            };
            self.flow.paths.insert(mention, path);
            return self.used(mention, usage);
        }
        if let Some(ended) = shape::as_end_temporaries(expr, self.locals) {
            for id in ended.into_iter().rev() {
                self.event(Event::Clear(id));
            }
            return;
        }
        if let Some((mention, value, path)) = shape::temporary_part(expr, self.locals) {
            self.expr(value, Use::Value);
            self.event(Event::Init(self.locals.local_of(mention)));
            let is_part = !path.is_empty();
            let usage = match usage {
                Use::Value if is_part => Usage::Part,
                Use::Receiver | Use::TakenReceiver if is_part => Usage::PartReceiver,
                Use::Receiver | Use::TakenReceiver => Usage::Receiver,
                Use::Value | Use::Place => Usage::InPlace,
            };
            if is_part {
                self.flow.paths.insert(mention, path);
            }
            return self.used(mention, usage);
        }
        match expr {
            Expr::Paren(inner) => self.expr(&inner.expr, usage),
            Expr::Group(inner) => self.expr(&inner.expr, usage),
            Expr::Assign(assign)
                if matches!(*assign.left, Expr::Infer(_))
                    && shape::is_untouched_by_wildcard(&assign.right, self.locals) => {}
            Expr::Assign(assign) => {
                self.remade = self.remade(shape::lone_name(&assign.left), &assign.right);
                self.expr(&assign.right, Use::Value);
                self.assignee(&assign.left);
            }
            Expr::Binary(operation) if matches!(operation.op, BinOp::And(_) | BinOp::Or(_)) => {
                self.expr(&operation.left, Use::Value);
                let start = self.now;
                self.then();
                self.expr(&operation.right, Use::Value);
                let after = self.then();
                self.edge(start, after);
            }
            Expr::Binary(operation) if shape::is_comparison(&operation.op) => {
                self.operand(&operation.left);
                self.operand(&operation.right);
                self.used_after_all(&operation.left);
            }
            Expr::Binary(operation) if shape::is_compound(&operation.op) => {
                self.operand(&operation.left);
                self.written(&operation.left);
                self.expr(&operation.right, Use::Value);
                self.used_after_all(&operation.left);
            }
            Expr::Struct(literal) => self.literal(literal),
            Expr::Call(call) => {
                self.callee(&call.func, call.args.len());
                for argument in &call.args {
                    self.expr(argument, Use::Value);
                }
            }
            Expr::MethodCall(call) => {
                self.expr(&call.receiver, self.receiver_use(call));
                for argument in &call.args {
                    self.expr(argument, Use::Value);
                }
            }
            // What is copied out of a place does not borrow it.
            Expr::Index(element)
                if usage == Use::Value && self.mention(&element.expr).is_some() =>
            {
                self.operand(&element.expr);
                self.expr(&element.index, Use::Value);
                self.used_after_all(&element.expr);
            }
            Expr::If(branch) => {
                let depth = self.scope.len();
                let start = self.node();
                self.condition(&branch.cond, start, depth);
                self.way(|this| {
                    this.plain_block(&branch.then_branch);
                    this.end(depth);
                });
                let then = self.now;
                self.now = start;
                if let Some((_, otherwise)) = &branch.else_branch {
                    self.way(|this| this.expr(otherwise, Use::Value));
                }
                let after = self.then();
                self.edge(then, after);
            }
            Expr::Match(choice) => {
                self.scrutinee(&choice.expr, choice.arms.iter().map(|arm| &arm.pat), false);
                let start = self.then();
                let after = self.node();
                for (number, arm) in choice.arms.iter().enumerate() {
                    self.now = self.node();
                    let earlier = choice.arms[..number].iter().map(|arm| &arm.pat);
                    self.edge_to_arm(start, earlier, &arm.pat);
                    self.way(|this| {
                        this.scoped(|this| {
                            this.arm(&choice.expr, &arm.pat, number, start);
                            this.expr(&arm.body, Use::Value);
                        });
                    });
                    self.edge(self.now, after);
                }
                self.now = after;
            }
            Expr::Block(block) => {
                let label = block.label.as_ref().map(|label| &label.name);
                self.labelled(label, |this| this.plain_block(&block.block));
            }
            Expr::Unsafe(block) => self.plain_block(&block.block),
            Expr::Loop(repeat) => {
                self.plain_loop(repeat.label.as_ref(), |_, _, _| {}, &repeat.body)
            }
            Expr::While(repeat) => {
                let cond = |this: &mut Self, after, depth| {
                    this.condition(&repeat.cond, after, depth);
                };
                self.plain_loop(repeat.label.as_ref(), cond, &repeat.body);
            }
            Expr::ForLoop(repeat) => {
                self.expr(&repeat.expr, Use::Value);
                let item = |this: &mut Self, after, depth| {
                    this.edge_without(after, depth);
                    this.then();
                    this.bind(&repeat.pat);
                };
                self.plain_loop(repeat.label.as_ref(), item, &repeat.body);
            }
            Expr::Break(jump) => {
                if let Some(value) = &jump.expr {
                    self.expr(value, Use::Value);
                }
                if let Some(&Target { after, scope, .. }) = self.target(jump.label.as_ref()) {
                    self.jump(after, scope);
                }
            }
            Expr::Continue(jump) => {
                if let Some(&Target {
                    again: Some(again),
                    scope,
                    ..
                }) = self.target(jump.label.as_ref())
                {
                    self.jump(again, scope);
                }
            }
            Expr::Return(leave) => {
                if let Some(value) = &leave.expr {
                    self.expr(value, Use::Value);
                }
                self.now = self.node();
            }
            Expr::Closure(closure) => self.captures(expr, &closure.body, closure.capture.is_some()),
            Expr::Async(block) => {
                self.captures(expr, &block_of(block), block.capture.is_some());
            }
            Expr::Macro(call) => self.macro_call(&call.mac),
            // A `let` stands in conditions only.
            Expr::Let(binding) => self.expr(&binding.expr, Use::Place),
            _ => {
                let mut expr = expr.clone();
                for (operand, usage) in shape::operands(&mut expr) {
                    self.expr(operand, usage);
                }
            }
        }
    }

    /// A struct; the base of an update is read part by part.
    fn literal(&mut self, literal: &syn::ExprStruct) {
        for field in &literal.fields {
            self.expr(&field.expr, Use::Value);
        }
        let Some(base) = &literal.rest else { return };
        let Some((mention, path)) = shape::scrutinee_part(base, self.locals) else {
            return self.expr(base, Use::Place);
        };
        self.flow.updates.push(Update {
            mention,
            path,
            name: literal.path.clone(),
            fields: literal
                .fields
                .iter()
                .map(|field| field.member.clone())
                .collect(),
        });
        if let Some((_, value, _)) = shape::temporary_part(base, self.locals) {
            self.expr(value, Use::Value);
            self.event(Event::Init(self.locals.local_of(mention)));
        }
        self.used(mention, Usage::Part);
    }

    /// What stands on the left of `=`.
    fn assignee(&mut self, expr: &Expr) {
        if let Some(mention) = self.mention(expr) {
            let id = self.locals.local_of(mention);
            return self.event(Event::Assign(id));
        }
        if let Some((name, path)) = shape::part(expr)
            && let Some(mention) = self.locals.find(name)
        {
            self.flow.paths.insert(mention, path);
            return self.used(mention, Usage::AssignedPart);
        }
        match shape::bare(expr) {
            Expr::Tuple(tuple) => tuple
                .elems
                .iter()
                .for_each(|element| self.assignee(element)),
            Expr::Array(array) => array
                .elems
                .iter()
                .for_each(|element| self.assignee(element)),
            Expr::Call(call) => call
                .args
                .iter()
                .for_each(|argument| self.assignee(argument)),
            Expr::Struct(fields) => fields
                .fields
                .iter()
                .for_each(|field| self.assignee(&field.expr)),
            place => self.expr(place, Use::Place),
        }
    }

    fn plain_loop(
        &mut self,
        label: Option<&syn::Label>,
        head: impl FnOnce(&mut Self, usize, usize),
        body: &syn::Block,
    ) {
        let again = self.then();
        let after = self.node();
        let scope = self.scope.len();
        head(self, after, scope);
        self.then();
        let label = label.map(|label| label.name.clone());
        self.targets.push(Target {
            label,
            after,
            again: Some(again),
            scope,
        });
        self.plain_block(body);
        self.targets.pop();
        self.end(scope);
        self.edge(self.now, again);
        self.now = after;
    }

    /// A condition, link by link; the first one that is false leads to `otherwise`, where nothing
    /// is bound that was not at `depth`.
    pub(super) fn condition(&mut self, cond: &Expr, otherwise: usize, depth: usize) {
        match shape::bare(cond) {
            Expr::Let(binding) => {
                self.scrutinee(&binding.expr, std::iter::once(&*binding.pat), false);
                self.edge_without(otherwise, depth);
                self.then();
                self.matched(&binding.expr, &binding.pat, 0);
                self.bind(&binding.pat);
            }
            Expr::Binary(operation)
                if matches!(operation.op, BinOp::And(_)) && shape::contains_let(cond) =>
            {
                self.condition(&operation.left, otherwise, depth);
                self.condition(&operation.right, otherwise, depth);
            }
            other => {
                self.expr(other, Use::Value);
                self.edge_without(otherwise, depth);
                self.then();
            }
        }
    }

    fn macro_call(&mut self, mac: &syn::Macro) {
        match macros::parse(mac) {
            Some(known) => {
                for argument in known.arguments {
                    match self.mention(&argument.value) {
                        Some(mention) if argument.usage == Use::Value => {
                            self.used(mention, Usage::Given)
                        }
                        _ => self.expr(&argument.value, argument.usage),
                    }
                }
                if macros::panics(mac) {
                    self.now = self.node();
                }
            }
            None => {
                let mut found = Vec::new();
                mentions_in_tokens(&mac.tokens, self.locals, &mut found);
                for mention in found {
                    if !macros::is_select(mac) {
                        self.lent(mention);
                        self.flow.lent_mentions.push(mention);
                    }
                    self.used(mention, Usage::InPlace);
                }
            }
        }
    }
}

/// The name from which a place is reached, also through pointers and by an index.
fn reached_from(place: &Expr) -> Option<&Ident> {
    match shape::bare(place) {
        Expr::Field(field) => reached_from(&field.base),
        Expr::Index(element) => reached_from(&element.expr),
        Expr::Unary(syn::ExprUnary {
            op: syn::UnOp::Deref(_),
            expr,
            ..
        }) => reached_from(expr),
        other => shape::lone_name(other),
    }
}
