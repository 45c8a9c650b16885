//! Patterns: `match`, and what it does to locals with a slot.
//!
//! ```text
//!   from                              into
//!   match x { Some(y) => …, _ => … }  match x_owner.take() { Some(y) => …, whole @ _ => { put back } }
//!   let Point { y, .. } = point;      match &mut *point { … }, and a note of what has been moved
//! ```
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat};

use super::Emitter;
use super::rewrite::Rewriter;
use crate::liveness::Access;
use crate::locals::{Kind, LocalId, Locals, MentionId};
use crate::parts::Taken;
use crate::shape;

impl Emitter<'_> {
    /// A pattern, in which what goes into a slot is a value on its way.
    pub(super) fn pattern(&self, pat: &Pat) -> Pat {
        let mut pat = pat.clone();
        Rewriter::new(self).visit_pat_mut(&mut pat);
        pat
    }

    /// A condition, which may bind names.
    pub(super) fn condition(&self, cond: &Expr) -> TokenStream {
        self.with_bound(
            cond,
            self.on_the_way(&shape::bindings_of_condition(cond, self.lowered.locals)),
        )
    }

    /// What has been bound and is on its way into a slot.
    fn on_the_way(&self, bound: &[LocalId]) -> Vec<(LocalId, TokenStream)> {
        let bound = bound.iter().filter(|&&id| self.has_slot(id));
        bound
            .map(|&id| (id, self.value(id).into_token_stream()))
            .collect()
    }

    /// An expression behind a pattern that has bound what no slot has yet.
    fn with_bound(&self, expr: &Expr, bound: Vec<(LocalId, TokenStream)>) -> TokenStream {
        let mut expr = expr.clone();
        let mut rewriter = Rewriter::new(self);
        rewriter.bound = bound;
        rewriter.visit_expr_mut(&mut expr);
        expr.into_token_stream()
    }

    /// A `match` on a place. Where the arms take all of it or nothing, the value is matched, and
    /// the arms that bind nothing put it back.
    pub(super) fn matched(
        &self,
        scrutinee: &Expr,
        arms: Vec<(&Pat, TokenStream)>,
        span: Span,
    ) -> TokenStream {
        let locals = self.lowered.locals;
        if let [(pat, body), (_, otherwise)] = &arms[..]
            && is_view(pat, locals)
        {
            return self.viewed(scrutinee, pat, body, otherwise);
        }
        if let Some(mention) = self.taken_apart(scrutinee) {
            let arms: Vec<_> = arms
                .iter()
                .map(|(pat, body)| {
                    let native = self.native_bindings(pat);
                    (*pat, output!({ #native #body }))
                })
                .collect();
            return self.take_apart(mention, scrutinee, &arms, span);
        }
        let taken = shape::scrutinee_local(scrutinee, locals)
            .filter(|mention| self.lowered.access[mention.index()] == Access::Matched)
            .map(|mention| locals.local_of(mention))
            .filter(|&id| self.has_slot(id));
        // That no arm is missing rustc has seen in the twin: here it would say once more that one is.
        let is_closed = matches!(arms.last(), None | Some((Pat::Wild(_), _)));
        let end = (!is_closed).then(|| output!(_ => __coro::unmatched(),));
        let Some(id) = taken else {
            let scrutinee = self.plain(scrutinee);
            let arms = arms.iter().map(|(pat, body)| {
                let (pat, guard) = self.guarded(pat);
                output!(#pat #guard => #body)
            });
            return quote_spanned!(span=> match #scrutinee { #(#arms)* #end });
        };
        let owner = self.owner(id);
        let value = match shape::as_place_temporary_ref(scrutinee, locals) {
            Some((_, value)) => {
                // The temporary has a type even if no arm puts the value into it.
                let (place, value) = (self.place(id, Span::mixed_site()), self.plain(value));
                output!(__coro::of_type(#place, #value))
            }
            None => match self.lowered.locals[id].stands_for {
                Some(spelling) => {
                    let take = spelling.path(&["__coro", "take"]);
                    spelling.call(take, output!(&#owner))
                }
                None => output!(#owner.take()),
            },
        };
        let arms = arms.iter().map(|(pat, body)| {
            let check = self.elements_check(pat, scrutinee, |id, native| {
                let value = if self.has_slot(id) {
                    self.value(id)
                } else {
                    native
                };
                value.into_token_stream()
            });
            let inner = match pat {
                Pat::Guard(guarded) => &*guarded.pat,
                pat => *pat,
            };
            let (pat, guard) = self.guarded(pat);
            if shape::moves(inner) == shape::Moves::Everything {
                output!(#pat #guard => { #check #body })
            } else {
                output!(__whole @ (#pat) #guard => { #owner.init(__whole); #check #body })
            }
        });
        quote_spanned!(span=> match (#value) { #(#arms)* #end })
    }

    /// Tries a pattern on a place: what it would bind is looked at through references.
    fn viewed(
        &self,
        scrutinee: &Expr,
        pat: &Pat,
        body: &TokenStream,
        otherwise: &TokenStream,
    ) -> TokenStream {
        let bound = shape::bindings(pat, self.lowered.locals);
        let place = self.plain(scrutinee);
        let (by_type, mut by_reference) = (self.renamed(pat, References::Kept), self.pattern(pat));
        Plain.visit_pat_mut(&mut by_reference);
        let types = bound.iter().map(|&id| self.view_type(id));
        let names = bound.iter().map(|&id| self.value(id));
        output! {{
            if false {
                __coro::diverge();
                match #place { #by_type => { #(#types.is(#names);)* } _ => {} }
            }
            match __coro::viewed(&raw const #place) { #by_reference => #body _ => #otherwise }
        }}
    }

    /// The scrutinee of a match that leaves a part of a local with a slot.
    pub(super) fn taken_apart(&self, scrutinee: &Expr) -> Option<MentionId> {
        let (mention, _) = shape::scrutinee_part(scrutinee, self.lowered.locals)?;
        self.lowered.parts.of_arms(mention).map(|_| mention)
    }

    /// Whether patterns cannot be matched as they are against a scrutinee.
    pub(super) fn is_matched(&self, scrutinee: &Expr) -> bool {
        let locals = self.lowered.locals;
        self.taken_apart(scrutinee).is_some()
            || shape::scrutinee_local(scrutinee, locals).is_some_and(|mention| {
                self.lowered.access[mention.index()] == Access::Matched
                    && self.has_slot(locals.local_of(mention))
            })
    }

    /// Matches a reference to the place. The arms read the parts that they take, by the types that
    /// they would have if the value itself were matched.
    pub(super) fn take_apart(
        &self,
        scrutinee: MentionId,
        expr: &Expr,
        arms: &[(&Pat, TokenStream)],
        span: Span,
    ) -> TokenStream {
        let locals = self.lowered.locals;
        let id = locals.local_of(scrutinee);
        let owner = self.owner(id);
        let check = |pat: &Pat| {
            let value = |id, _| self.value(id).into_token_stream();
            self.elements_check(pat, expr, value)
        };
        let checks: Vec<_> = arms.iter().map(|(pat, _)| check(pat)).collect();
        let mut expr = expr.clone();
        let first = shape::take_temporary(&mut expr, locals).map(|(_, value)| {
            let value = self.plain(&value);
            output!(#owner.init(#value),)
        });
        let place = self.plain(&expr);
        let parts = self.lowered.parts.of_arms(scrutinee).unwrap_or_default();
        let mut types = Vec::new();
        let mut typed = Vec::new();
        let mut read = Vec::new();
        for (index, (pat, body)) in arms.iter().enumerate() {
            let (inner, guard) = match pat {
                Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
                pat => (*pat, None),
            };
            let bound = shape::bindings(inner, locals);
            let names: Vec<_> = bound.iter().map(|&id| self.value(id)).collect();
            let arm_types: Vec<_> = (0..names.len())
                .map(|n| quote::format_ident!("__type_{}_{}", index, n, span = Span::mixed_site()))
                .collect();
            let (by_type, by_reference) = (
                self.renamed(inner, References::Kept),
                self.renamed(inner, References::Implied),
            );
            // A literal or a constant that is a reference itself is not looked for behind another.
            let is_bare = bound.is_empty() && !matches!(inner, Pat::Wild(_));
            let by_reference = match is_bare {
                true => output!(&mut (#by_reference)),
                false => by_reference.into_token_stream(),
            };
            typed.push(output!(#by_type => { #(#arm_types.is(#names);)* }));
            let guard = guard.map(|guard| {
                let views = bound.iter().zip(names.iter().zip(&arm_types));
                let views = views.map(|(&id, (name, ty))| (id, output!((*#ty.view(&#name)))));
                let guard = self.with_bound(guard, views.collect());
                output!(if #guard)
            });
            let check = &checks[index];
            let note = match parts.get(index) {
                Some(Taken::Part(part)) => {
                    let bit = part.bits();
                    output!(#owner.note(#bit);)
                }
                Some(Taken::All) => output!(#owner.disown();),
                Some(Taken::Nothing) | None => output!(),
            };
            read.push(output! {
                #by_reference #guard => { #(let #names = #arm_types.read(#names);)* #check #note #body }
            });
            types.extend(arm_types);
        }
        let ask = output! {
            if false {
                __coro::diverge();
                match #place { #(#typed)* }
            }
        };
        let types = output!(#(let #types = __coro::part_type();)*);
        if first.is_none() {
            return quote_spanned! {span=> {
                #types
                #ask
                match __coro::matched(&raw const #place) { #(#read)* }
            }};
        }
        // What is matched is made in the scrutinee: its temporaries live as long as the match.
        quote_spanned! {span=> {
            #types
            match __coro::matched((#first #ask, &raw const #place).2) { #(#read)* }
        }}
    }

    /// A pattern with names for the values that it binds.
    pub(super) fn renamed(&self, pat: &Pat, references: References) -> Pat {
        struct Renamed<'a>(&'a Emitter<'a>, References);
        impl VisitMut for Renamed<'_> {
            fn visit_pat_mut(&mut self, pat: &mut Pat) {
                visit_mut::visit_pat_mut(self, pat);
                let Pat::Ident(binding) = pat else { return };
                let Some(mention) = self.0.lowered.locals.find(&binding.ident) else {
                    return;
                };
                let id = self.0.lowered.locals.local_of(mention);
                binding.ident = self.0.value(id);
                let local = &self.0.lowered.locals[id];
                if local.kind == Kind::View && !local.is_reference {
                    binding.by_ref = None;
                }
                if binding.by_ref.is_none() {
                    binding.mutability = None;
                    return;
                }
                match self.1 {
                    References::Kept => {}
                    References::Implied => (binding.by_ref, binding.mutability) = (None, None),
                    References::Dropped => {
                        *pat = match binding.subpat.take() {
                            Some((_, inner)) => *inner,
                            None => output_as!(_),
                        }
                    }
                }
            }
        }
        let mut pat = pat.clone();
        Renamed(self, references).visit_pat_mut(&mut pat);
        pat
    }

    /// Binds the parts that are Rust locals as in the source.
    fn native_bindings(&self, pat: &Pat) -> TokenStream {
        struct Natives<'a>(&'a Emitter<'a>, Vec<TokenStream>, Vec<LocalId>);
        impl<'ast> syn::visit::Visit<'ast> for Natives<'_> {
            fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
                if let Some(mention) = self.0.lowered.locals.find(&binding.ident) {
                    let id = self.0.lowered.locals.local_of(mention);
                    if !self.0.has_slot(id) && !self.2.contains(&id) {
                        self.2.push(id);
                        let (name, mutability, value) = (
                            self.0.native(mention),
                            &binding.mutability,
                            self.0.value(id),
                        );
                        self.1.push(output!(let #mutability #name = #value;));
                    }
                }
                syn::visit::visit_pat_ident(self, binding);
            }
            // What a guard binds it binds itself.
            fn visit_expr(&mut self, _: &'ast Expr) {}
        }
        let mut natives = Natives(self, Vec::new(), Vec::new());
        syn::visit::Visit::visit_pat(&mut natives, pat);
        natives.1.into_iter().collect()
    }

    fn guarded(&self, pat: &Pat) -> (Pat, Option<TokenStream>) {
        let Pat::Guard(guarded) = pat else {
            return (self.pattern(pat), None);
        };
        let bound = self.on_the_way(&shape::bindings(&guarded.pat, self.lowered.locals));
        let guard = self.with_bound(&guarded.guard, bound);
        (self.pattern(&guarded.pat), Some(output!(if #guard)))
    }
}

/// Whether a pattern is only tried.
fn is_view(pat: &Pat, locals: &Locals) -> bool {
    let bound = shape::bindings(pat, locals);
    bound.iter().any(|&id| locals[id].kind == Kind::View)
}

/// Drops every `ref`.
struct Plain;

impl VisitMut for Plain {
    fn visit_pat_ident_mut(&mut self, binding: &mut syn::PatIdent) {
        visit_mut::visit_pat_ident_mut(self, binding);
        (binding.by_ref, binding.mutability) = (None, None);
    }
}

/// What becomes of `ref` in a pattern.
#[derive(Clone, Copy)]
pub(super) enum References {
    /// It stays.
    Kept,
    /// What is matched is a reference, so that every binding is one.
    Implied,
    /// The binding goes.
    Dropped,
}
