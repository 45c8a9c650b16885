//! Code without a suspension: as it was written, but for the locals that have moved into slots,
//! and for the ways out of the function.
//!
//! ```text
//!   from                       into
//!   total += part.len();       (*total) += (*part).len();
//!   return Ok(name);           break '__body Ok(name_owner.take());
//!   let x = f(y)?;             x_owner.init(match Attempt::branch(f(y)) { … });
//! ```
mod assignments;
mod mentions;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt as Source, parse_quote_spanned};

use super::Emitter;
use crate::flow::{Path, block_of};
use crate::liveness::Access;
use crate::locals::{Kind, LocalId};
use crate::spelling::Spelling;
use crate::{macros, make, shape, strings};

impl Emitter<'_> {
    pub(super) fn plain(&self, expr: &Expr) -> TokenStream {
        let mut expr = expr.clone();
        Rewriter::new(self).visit_expr_mut(&mut expr);
        match expr {
            Expr::Verbatim(tokens) => tokens,
            expr => expr.into_token_stream(),
        }
    }

    /// A statement; it may become several.
    pub(super) fn plain_stmt(&self, stmt: &Source) -> TokenStream {
        match stmt {
            Source::Local(local) => self.plain_let(local),
            stmt => {
                let mut stmt = stmt.clone();
                Rewriter::new(self).visit_stmt_mut(&mut stmt);
                match stmt {
                    Source::Expr(Expr::Verbatim(tokens), None) => tokens,
                    stmt => stmt.into_token_stream(),
                }
            }
        }
    }
}

/// Where what stands in for some syntax of the source is. To ask costs all tokens of that.
fn span_of(syntax: &impl Spanned) -> Span {
    syntax.span().resolved_at(Span::mixed_site())
}

/// Puts questions in front of the statements of a block.
fn ask_first(block: &mut syn::Block, asked: TokenStream) {
    if !asked.is_empty() {
        let asked = Source::Expr(Expr::Verbatim(asked), None);
        block.stmts.insert(0, asked);
    }
}

/// Rewrites one piece of code.
pub(super) struct Rewriter<'a> {
    pub(super) emitter: &'a Emitter<'a>,
    /// Inside a closure or an `async` block: ways out are its own.
    pub(super) nested: bool,
    /// What the pattern or condition at hand has bound, and no slot has yet.
    pub(super) bound: Vec<(LocalId, TokenStream)>,
    /// The parts that the `move` closure at hand captures, and what they are called there.
    pub(super) captured: Vec<(LocalId, Path, Ident)>,
    /// The answers of the `move` closure at hand, if a call takes it as they say.
    pub(super) answers: Option<Vec<Ident>>,
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(emitter: &'a Emitter<'a>) -> Self {
        Rewriter {
            emitter,
            nested: false,
            bound: Vec::new(),
            captured: Vec::new(),
            answers: None,
        }
    }

    /// The arguments of a call that stands in two branches, and which of them are closures.
    fn arguments<'e>(
        &mut self,
        arguments: impl Iterator<Item = &'e Expr>,
    ) -> Vec<(bool, TokenStream)> {
        let arguments = arguments.map(|argument| {
            let is_closure = shape::contains_closure(argument);
            let mut argument = argument.clone();
            self.visit_expr_mut(&mut argument);
            (is_closure, argument.to_token_stream())
        });
        arguments.collect()
    }

    /// The links of a condition, if one of them takes a local with a slot, or a part of one.
    fn links<'e>(&self, cond: &'e Expr) -> Option<Vec<&'e Expr>> {
        let links = shape::links(cond);
        let takes = |link: &&Expr| matches!(link, Expr::Let(binding) if self.emitter.is_matched(&binding.expr));
        (!self.nested && links.iter().any(takes)).then_some(links)
    }

    /// Conditions inside of each other, around `body`.
    fn chain(&mut self, links: &[&Expr], body: TokenStream, span: Span) -> TokenStream {
        links.iter().rev().fold(body, |body, link| {
            if let Expr::Let(binding) = link
                && self.emitter.is_matched(&binding.expr)
            {
                let wild = make::wild(Span::mixed_site());
                let arms = vec![(&*binding.pat, output!({ #body })), (&wild, output!({}))];
                return self.emitter.matched(&binding.expr, arms, span);
            }
            let mut link = (*link).clone();
            self.visit_expr_mut(&mut link);
            output!(if #link { #body })
        })
    }
}

impl VisitMut for Rewriter<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let locals = self.emitter.lowered.locals;
        if let Expr::Path(path) = expr
            && let Some(mention) = path.path.get_ident().and_then(|name| locals.find(name))
        {
            *expr = self.mention(mention);
            return;
        }
        if let Some(name) = self.captured_part(expr) {
            *expr = make::path(name.clone());
            return;
        }
        if let Some((mention, part)) = self.part(expr)
            && !self.nested
        {
            let owner = self.emitter.owner(locals.local_of(mention));
            let mut place = shape::bare(expr).clone();
            visit_mut::visit_expr_mut(self, &mut place);
            let span = span_of(expr);
            let read = quote_spanned!(span=> #owner.part(#part, &raw const #place));
            *expr = Expr::Verbatim(match self.emitter.is_decided_by(mention) {
                true => self.emitter.last_part(mention, &read),
                false => read,
            });
            return;
        }
        if let Some(ids) = shape::as_end_temporaries(expr, locals) {
            let ends = self.emitter.ended(&ids);
            *expr = output_as!({ #ends });
            return;
        }
        if let Expr::Reference(reference) = expr
            && reference.mutability.is_none()
            && let Some((mention, value)) = shape::as_place_temporary(&mut reference.expr, locals)
            && matches!(shape::bare(value), Expr::Array(_) | Expr::Tuple(_))
        {
            let owner = self.emitter.owner(locals.local_of(mention));
            self.visit_expr_mut(value);
            let span = span_of(&reference.and_token);
            *expr = parse_quote_spanned!(span=> __coro::put_behind(&#owner, #value));
            return;
        }
        if shape::is_place_temporary(expr) {
            let span = span_of(expr);
            if let Some((mention, value)) = shape::as_place_temporary(expr, locals) {
                let id = locals.local_of(mention);
                *expr = match shape::as_constant(value) {
                    Some(value) => self.emitter.borrowed_constant(id, value),
                    None => {
                        let owner = self.emitter.owner(id);
                        self.visit_expr_mut(value);
                        parse_quote_spanned!(span=> (*#owner.put(#value)))
                    }
                };
                return;
            }
        }
        match expr {
            Expr::MethodCall(call) => {
                let asked = shape::scrutinee_local(&call.receiver, locals)
                    .filter(
                        |&mention| match self.emitter.lowered.access[mention.index()] {
                            Access::Asked => true,
                            Access::InPlace => self.emitter.is_decided_by(mention),
                            _ => false,
                        },
                    )
                    .filter(|&mention| {
                        self.slot_of(mention)
                            .is_some_and(|id| self.bound.iter().all(|(bound, _)| *bound != id))
                    });
                let part = self
                    .part(&call.receiver)
                    .filter(|_| asked.is_none() && !self.nested);
                let Some(mention) = asked.or(part.map(|(mention, _)| mention)) else {
                    if let Some(called) = self.called_on_constant(call) {
                        *expr = called;
                        return;
                    }
                    let source = self.is_asked_inside(call).then(|| call.clone());
                    visit_mut::visit_expr_method_call_mut(self, call);
                    if let Some(source) = source {
                        *expr = self.asked_inside(&source, call);
                    }
                    return;
                };
                let first =
                    shape::take_temporary(&mut call.receiver, locals).map(|(_, mut value)| {
                        self.visit_expr_mut(&mut value);
                        let owner = self.emitter.owner(locals.local_of(mention));
                        output!(#owner.init(#value))
                    });
                let part = part.map(|(_, part)| {
                    let mut place = shape::bare(&call.receiver).clone();
                    visit_mut::visit_expr_mut(self, &mut place);
                    (part, place.to_token_stream())
                });
                let arguments = self.arguments(call.args.iter());
                let tokens = self.emitter.asked(mention, part, first, call, arguments);
                *expr = Expr::Verbatim(output!((#tokens)));
            }
            Expr::Call(call) => {
                let Some(mention) = shape::scrutinee_local(&call.func, locals)
                    .filter(|&mention| self.slot_of(mention).is_some() && !self.nested)
                else {
                    return visit_mut::visit_expr_mut(self, expr);
                };
                let id = locals.local_of(mention);
                match self.emitter.lowered.access[mention.index()] {
                    Access::Called => {
                        let span = span_of(expr);
                        visit_mut::visit_expr_mut(self, &mut *expr);
                        let (called, owner) = (self.emitter.called(id), self.emitter.owner(id));
                        *expr = parse_quote_spanned!(span=> (#called = #owner.take(), #expr).1);
                    }
                    Access::Asked if self.bound.iter().all(|(bound, _)| *bound != id) => {
                        let first = shape::take_temporary(&mut call.func, locals);
                        let first = first.map(|(_, mut value)| {
                            self.visit_expr_mut(&mut value);
                            let owner = self.emitter.owner(id);
                            output!(#owner.init(#value))
                        });
                        let arguments = self.arguments(call.args.iter());
                        let tokens = self
                            .emitter
                            .called_or_taken(mention, first, call, arguments);
                        *expr = Expr::Verbatim(output!((#tokens)));
                    }
                    Access::Take if let Some(operand) = self.emitter.operand_of(mention) => {
                        let owner = self.emitter.owner(id);
                        *call.func = output_as!(__coro::taken(&#operand, &#owner));
                        for argument in &mut call.args {
                            self.visit_expr_mut(argument);
                        }
                    }
                    _ => visit_mut::visit_expr_mut(self, expr),
                }
            }
            Expr::Macro(call) => {
                let captured = strings::take(&mut call.mac);
                match macros::is_select(&call.mac) {
                    true => *expr = self.select(call),
                    false => visit_mut::visit_expr_macro_mut(self, call),
                }
                if let Some(shown) = self.shown(expr, &captured) {
                    *expr = shown;
                }
            }
            Expr::Assign(assign) => match self.assign(assign) {
                Some(assigned) => *expr = assigned,
                None => visit_mut::visit_expr_mut(self, expr),
            },
            Expr::Return(leave) if !self.nested => {
                let value = leave.expr.take();
                let value = value.map(|mut value| {
                    self.visit_expr_mut(&mut value);
                    value
                });
                let user = leave.return_token.span;
                let label = syn::Lifetime::new("'__body", Span::mixed_site());
                let value = match value.map(|value| *value) {
                    Some(
                        value
                        @ (Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Block(_)),
                    ) => make::parenthesised(value, user),
                    Some(value) => value,
                    None => make::unit(user.resolved_at(Span::mixed_site())),
                };
                *expr = make::leaving(label, Some(value), user);
            }
            Expr::Try(attempt) if !self.nested => {
                self.visit_expr_mut(&mut attempt.expr);
                let value = attempt.expr.to_token_stream();
                let (spelling, user) = (Spelling::of(attempt), attempt.question_token.span);
                let branch = spelling.path(&["__coro", "Attempt", "branch"]);
                let branch = spelling.call(branch, value);
                let (passed, left, label) = (output!(value), output!(left), output!('__body));
                *expr = Expr::Verbatim(quote_spanned! {user=>
                    (match #branch {
                        __coro::ControlFlow::Continue(#passed) => #passed,
                        __coro::ControlFlow::Break(#left) => {
                            break #label ({ __coro::FromAttempt::from_residual })(#left)
                        }
                    })
                });
            }
            Expr::Closure(closure) => {
                let body = (*closure.body).clone();
                self.capturing(expr, &body);
            }
            Expr::Async(block) => {
                let body = block_of(block);
                self.capturing(expr, &body);
            }
            Expr::Match(choice) if self.nested => {
                for arm in &mut choice.arms {
                    let pat = arm.pat.clone();
                    self.visit_arm_mut(arm);
                    let asked = self.asked_of_pattern(&choice.expr, &pat);
                    if !asked.is_empty() {
                        let body = &arm.body;
                        *arm.body = output_as!({ #asked #body });
                        arm.comma = Some(Default::default());
                    }
                }
                self.visit_expr_mut(&mut choice.expr);
            }
            // Those of a guard bind no slots: its own match does.
            Expr::Match(choice)
                if !(self.bound.is_empty() || self.emitter.is_matched(&choice.expr)) =>
            {
                visit_mut::visit_expr_match_mut(self, choice);
            }
            Expr::Match(choice) => {
                let mut arms = Vec::new();
                for arm in &mut choice.arms {
                    self.visit_expr_mut(&mut arm.body);
                    let body = &arm.body;
                    arms.push((&arm.pat, output!({ #body })));
                }
                let tokens = self
                    .emitter
                    .matched(&choice.expr, arms, choice.match_token.span);
                *expr = Expr::Verbatim(tokens);
            }
            Expr::If(branch) => {
                // Taking a local apart, or leaving it whole for the `else`.
                let Some(links) = self.links(&branch.cond) else {
                    let asked = self.asked_of_condition(&branch.cond);
                    visit_mut::visit_expr_if_mut(self, branch);
                    ask_first(&mut branch.then_branch, asked);
                    return;
                };
                let span = span_of(branch);
                self.visit_block_mut(&mut branch.then_branch);
                let then = &branch.then_branch;
                let otherwise = match &mut branch.else_branch {
                    Some((_, otherwise)) => {
                        self.visit_expr_mut(otherwise);
                        output!({ #otherwise })
                    }
                    None => output!({}),
                };
                let tokens = if let [Expr::Let(binding)] = links[..] {
                    let wild = make::wild(Span::mixed_site());
                    let arms = vec![(&*binding.pat, output!(#then)), (&wild, otherwise)];
                    self.emitter.matched(&binding.expr, arms, span)
                } else {
                    let label = self.emitter.label("chain");
                    let nested = self.chain(&links, output!(break #label #then), span);
                    output!(#label: { #nested #otherwise })
                };
                *expr = Expr::Verbatim(tokens);
            }
            Expr::While(repeat) => {
                let Some(links) = self.links(&repeat.cond) else {
                    let asked = self.asked_of_condition(&repeat.cond);
                    visit_mut::visit_expr_while_mut(self, repeat);
                    ask_first(&mut repeat.body, asked);
                    return;
                };
                let span = span_of(repeat);
                self.visit_block_mut(&mut repeat.body);
                let (label, body) = (&repeat.label, &repeat.body);
                let nested = self.chain(&links, output!({ #body continue; }), span);
                *expr = Expr::Verbatim(output!(#label loop { #nested break; }));
            }
            Expr::Struct(literal) => {
                let part = literal.rest.as_ref().and_then(|base| {
                    let (mention, _) = shape::scrutinee_part(base, locals)?;
                    let part = self.emitter.lowered.parts.of_mention(mention)?;
                    Some((mention, part.bits()))
                });
                match part {
                    Some((mention, part)) if !self.nested => {
                        let span = span_of(literal);
                        *expr = Expr::Verbatim(self.updated(literal, mention, part, span));
                    }
                    _ => visit_mut::visit_expr_mut(self, expr),
                }
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    /// A `let` in it may take a local with a slot apart.
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        for stmt in &mut block.stmts {
            let tokens = match stmt {
                Source::Local(syn::Local {
                    pat,
                    init: Some(init),
                    ..
                }) if !self.nested && self.emitter.is_matched(&init.expr) => {
                    self.emitter.matched_let(pat, init)
                }
                Source::Local(local) if self.nested => {
                    let asked = local.init.as_ref().map(|init| {
                        let pat = local.pat.clone();
                        self.asked_of_pattern(&init.expr.clone(), &pat)
                    });
                    self.visit_local_mut(local);
                    output!(#local #asked)
                }
                Source::Local(local) => {
                    let check = self.emitter.let_check(local);
                    self.visit_local_mut(local);
                    output!(#local #check)
                }
                _ => {
                    self.visit_stmt_mut(stmt);
                    continue;
                }
            };
            *stmt = Source::Expr(Expr::Verbatim(tokens), None);
        }
    }

    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        if let Pat::Ident(binding) = pat
            && let Some(mention) = self.emitter.lowered.locals.find(&binding.ident)
        {
            binding.ident = match self.slot_of(mention) {
                Some(id) => {
                    if binding.by_ref.is_none() {
                        binding.mutability = None;
                    }
                    self.emitter.value(id)
                }
                None => self.emitter.native(mention),
            };
        }
        visit_mut::visit_pat_mut(self, pat);
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        visit_mut::visit_field_pat_mut(self, field);
        // A binding that keeps its name is written as it was.
        if let (syn::Member::Named(name), Pat::Ident(binding)) = (&field.member, &*field.pat)
            && binding.subpat.is_none()
            && binding.ident == *name
        {
            field.colon_token = None;
        }
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        visit_mut::visit_field_value_mut(self, field);
        if let (syn::Member::Named(name), Expr::Path(path)) = (&field.member, &field.expr)
            && path.path.is_ident(name)
        {
            field.colon_token = None;
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        match macros::parse(mac) {
            Some(mut known) => {
                let locals = self.emitter.lowered.locals;
                let is_given = |argument: &macros::Argument| {
                    let local = shape::scrutinee_part(&argument.value, locals);
                    local.is_some_and(|(mention, _)| {
                        let is_output = locals[locals.local_of(mention)].kind == Kind::Value;
                        is_output || self.in_place(mention).is_some()
                    })
                };
                let is_marked = macros::is_join(mac) && known.arguments.iter().any(is_given);
                for argument in &mut known.arguments {
                    self.visit_expr_mut(&mut argument.value);
                }
                // What another macro of that name says of the marker, it says of the name.
                let span = mac.path.span();
                let marker = is_marked.then(|| quote_spanned!(span=> @in_coroutine));
                let tokens = known.into_tokens();
                mac.tokens = output!(#marker #tokens);
            }
            None => mac.tokens = self.tokens_of(mac),
        }
    }

    // An item cannot name a local.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}
