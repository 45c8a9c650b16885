//! What happens to locals in code without a suspension, which is as it was written.
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Pat, Stmt as Source};

use super::{Builder, Closure, Event, Path, Taking, Target, Update, Usage};
use crate::locals::{Callee, Locals, MentionId};
use crate::macros;
use crate::shape::{self, Use};

/// Of calls with more, the output does not ask whether they take what they call.
const MOST_ARGUMENTS: usize = 8;

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
                let is_matched = shape::scrutinee_part(&init.expr, self.locals)
                    .is_some_and(|_| is_refutable || !takes_all);
                if is_matched {
                    self.scrutinee(&init.expr, std::iter::once(&local.pat));
                } else {
                    self.expr(&init.expr, Use::Value);
                }
                if let Some((_, otherwise)) = &init.diverge {
                    let start = self.now;
                    self.then();
                    self.expr(otherwise, Use::Value);
                    self.now = self.node();
                    self.edge(start, self.now);
                }
                if is_matched {
                    self.matched(&init.expr, &local.pat, 0);
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

    fn read(&mut self, place: &Expr) {
        if let Some(mention) = self.mention(place) {
            self.used(mention, Usage::Part);
        }
    }

    fn used(&mut self, mention: MentionId, usage: Usage) {
        let usage = match usage {
            Usage::Taken | Usage::Given if self.guards > 0 => Usage::Part,
            Usage::Receiver | Usage::TakenReceiver | Usage::PartReceiver if self.guards > 0 => {
                Usage::InPlace
            }
            usage => usage,
        };
        self.event(Event::Use(self.locals.local_of(mention), mention, usage));
    }

    /// Evaluates what patterns are matched against. Only a `ref` binding borrows the place itself:
    /// what the others bind by reference lies behind one.
    pub(super) fn scrutinee<'p>(&mut self, expr: &Expr, pats: impl Iterator<Item = &'p Pat>) {
        let pats: Vec<Pat> = pats.cloned().collect();
        if let Some((mention, path)) = shape::scrutinee_part(expr, self.locals) {
            self.flow.takings.push(Taking {
                mention,
                path,
                pats: pats.clone(),
            });
        }
        let usage = if pats.iter().any(shape::borrows) {
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
                    Use::Receiver => Usage::Receiver,
                    Use::TakenReceiver => Usage::TakenReceiver,
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
                Use::Receiver => Usage::Receiver,
                Use::TakenReceiver => Usage::TakenReceiver,
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
            Expr::Struct(literal) => self.literal(literal),
            Expr::Call(call) => {
                self.callee(&call.func, call.args.len());
                for argument in &call.args {
                    self.expr(argument, Use::Value);
                }
            }
            // What is copied out of a place does not borrow it.
            Expr::Index(element)
                if usage == Use::Value && self.mention(&element.expr).is_some() =>
            {
                self.read(&element.expr);
                self.expr(&element.index, Use::Value);
            }
            Expr::If(branch) => {
                let depth = self.scope.len();
                let start = self.node();
                self.condition(&branch.cond, start, depth);
                self.plain_block(&branch.then_branch);
                self.end(depth);
                let then = self.now;
                self.now = start;
                if let Some((_, otherwise)) = &branch.else_branch {
                    self.expr(otherwise, Use::Value);
                }
                let after = self.then();
                self.edge(then, after);
            }
            Expr::Match(choice) => {
                self.scrutinee(&choice.expr, choice.arms.iter().map(|arm| &arm.pat));
                let start = self.then();
                let after = self.node();
                for (number, arm) in choice.arms.iter().enumerate() {
                    self.now = self.node();
                    self.edge(start, self.now);
                    self.scoped(|this| {
                        this.arm(&choice.expr, &arm.pat, number, start);
                        this.expr(&arm.body, Use::Value);
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
            Expr::Closure(closure) => self.captures(&closure.body, closure.capture.is_some()),
            Expr::Async(block) => {
                let body = Expr::Block(syn::ExprBlock {
                    attrs: Vec::new(),
                    label: None,
                    block: block.block.clone(),
                });
                self.captures(&body, block.capture.is_some());
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

    /// What is called: a local may be taken by that.
    fn callee(&mut self, callee: &Expr, arguments: usize) {
        let mention = shape::scrutinee_local(callee, self.locals);
        let Some(mention) = mention else {
            return self.expr(callee, Use::Place);
        };
        match self.locals[self.locals.local_of(mention)].callee {
            Callee::Closure => self.used(mention, Usage::Called),
            Callee::Once | Callee::ClosureOnce => self.used(mention, Usage::Taken),
            Callee::Unknown if arguments <= MOST_ARGUMENTS => self.expr(callee, Use::Receiver),
            Callee::Unknown | Callee::Often => self.expr(callee, Use::Place),
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
                self.scrutinee(&binding.expr, std::iter::once(&*binding.pat));
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

    fn lent(&mut self, mention: MentionId) {
        let id = self.locals.local_of(mention);
        self.flow.lent.entry(id).or_insert(mention);
    }

    /// What a closure or an `async` block captures.
    fn captures(&mut self, body: &Expr, by_move: bool) {
        let found = Mentions::of(body, self.locals);
        for mention in lent_in(body, self.locals) {
            self.lent(mention);
        }
        if !by_move {
            return self.captures_by_need(body, &found);
        }
        for (mention, path) in found {
            let id = self.locals.local_of(mention);
            if path.is_some() && !self.locals[id].is_reference {
                self.flow.captured_parts.push(mention);
            }
            self.used(mention, Usage::CapturedByMove);
        }
    }

    /// What a closure captures that is not `move`: by value what it takes, for certain.
    fn captures_by_need(&mut self, body: &Expr, found: &[(MentionId, Option<Path>)]) {
        let local_of = |mention: MentionId| self.locals.local_of(mention);
        let mut values: Vec<_> = Values::of(body, self.locals)
            .into_iter()
            .map(local_of)
            .collect();
        values.retain(|&id| !self.locals[id].is_reference && !self.locals[id].is_trivial);
        let mut closure = Closure {
            taken: Vec::new(),
            mentions: found.iter().map(|(mention, _)| *mention).collect(),
        };
        for (mention, path) in found {
            let mention = *mention;
            let id = self.locals.local_of(mention);
            if !values.contains(&id) {
                if let Some(path) = path {
                    self.flow.paths.insert(mention, path.clone());
                }
                self.used(mention, Usage::Captured);
                continue;
            }
            let known = closure
                .taken
                .iter_mut()
                .find(|(first, _)| self.locals.local_of(*first) == id);
            match known {
                Some((_, others)) => others.push(mention),
                None => {
                    closure.taken.push((mention, Vec::new()));
                    self.used(mention, Usage::CapturedValue);
                }
            }
        }
        if !closure.taken.is_empty() {
            self.flow.closures.push(closure);
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
            }
            None => {
                let mut found = Vec::new();
                mentions_in_tokens(&mac.tokens, self.locals, &mut found);
                for mention in found {
                    if !macros::is_select(mac) {
                        self.lent(mention);
                    }
                    self.used(mention, Usage::InPlace);
                }
            }
        }
    }
}

/// The mentions in a subtree, and the part that each is of, if it is the base of a field.
pub(crate) struct Mentions<'a> {
    locals: &'a Locals,
    found: Vec<(MentionId, Option<Path>)>,
}

impl<'a> Mentions<'a> {
    pub(crate) fn of(expr: &Expr, locals: &'a Locals) -> Vec<(MentionId, Option<Path>)> {
        let mut search = Mentions {
            locals,
            found: Vec::new(),
        };
        search.visit_expr(expr);
        search.found
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if let Some(mention) = shape::lone_name(expr).and_then(|name| self.locals.find(name)) {
            self.found.push((mention, None));
            return;
        }
        if let Expr::Field(_) = expr
            && let Some((name, path)) = shape::part(expr)
            && let Some(mention) = self.locals.find(name)
        {
            self.found.push((mention, Some(path)));
            return;
        }
        visit::visit_expr(self, expr);
    }
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let mut found = Vec::new();
        mentions_in_tokens(&mac.tokens, self.locals, &mut found);
        self.found
            .extend(found.into_iter().map(|mention| (mention, None)));
    }
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The mentions among the tokens of macros that nobody can see into.
pub(crate) fn lent_in(expr: &Expr, locals: &Locals) -> Vec<MentionId> {
    struct Search<'a>(&'a Locals, Vec<MentionId>);
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            match macros::parse(mac) {
                Some(known) => known
                    .arguments
                    .iter()
                    .for_each(|argument| self.visit_expr(&argument.value)),
                None if macros::is_select(mac) => {}
                None => mentions_in_tokens(&mac.tokens, self.0, &mut self.1),
            }
        }
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut search = Search(locals, Vec::new());
    search.visit_expr(expr);
    search.1
}

/// Whether a closure takes what it captures: it is not `move`, and yet its body moves a local. A call
/// takes it, then, or what it moves is `Copy` and it has no drop.
pub(crate) fn is_taken_by_its_call(closure: &Expr, locals: &Locals) -> bool {
    let Expr::Closure(closure) = shape::bare(closure) else {
        return false;
    };
    closure.capture.is_none()
        && Values::of(&closure.body, locals)
            .into_iter()
            .any(|mention| {
                let local = &locals[locals.local_of(mention)];
                !local.is_reference && !local.is_trivial
            })
}

/// The mentions by value in a subtree, whatever the types.
struct Values<'a> {
    locals: &'a Locals,
    found: Vec<MentionId>,
}

impl<'a> Values<'a> {
    fn of(expr: &Expr, locals: &'a Locals) -> Vec<MentionId> {
        let mut search = Values {
            locals,
            found: Vec::new(),
        };
        search.value(expr);
        search.visit_expr(expr);
        search.found
    }

    /// An expression of which the value is taken.
    fn value(&mut self, expr: &Expr) {
        let mention = shape::lone_name(expr).and_then(|name| self.locals.find(name));
        self.found.extend(mention);
        match shape::bare(expr) {
            Expr::Block(inner) => self.tail(&inner.block),
            Expr::Unsafe(inner) => self.tail(&inner.block),
            Expr::If(branch) => {
                self.tail(&branch.then_branch);
                if let Some((_, otherwise)) = &branch.else_branch {
                    self.value(otherwise);
                }
            }
            Expr::Match(choice) => choice.arms.iter().for_each(|arm| self.value(&arm.body)),
            _ => {}
        }
    }

    fn tail(&mut self, block: &syn::Block) {
        if let Some(Source::Expr(tail, None)) = block.stmts.last() {
            self.value(tail);
        }
    }
}

impl<'ast> Visit<'ast> for Values<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let mut parts = expr.clone();
        for (operand, usage) in shape::operands(&mut parts) {
            if usage == Use::Value {
                self.value(operand);
            }
        }
        visit::visit_expr(self, expr);
    }
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init
            && shape::moves(&local.pat) == shape::Moves::Everything
        {
            self.value(&init.expr);
        }
        visit::visit_local(self, local);
    }
    // Another function captures on its own.
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_macro(&mut self, _: &'ast syn::Macro) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The mentions among tokens.
pub(crate) fn mentions_in_tokens(
    tokens: &TokenStream,
    locals: &Locals,
    found: &mut Vec<MentionId>,
) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(name) => found.extend(locals.find(&name)),
            TokenTree::Group(group) => mentions_in_tokens(&group.stream(), locals, found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
