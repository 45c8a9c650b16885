//! Patterns: `let`, `match`, and what they do to locals with a slot.
//!
//! ```text
//!   from                              into
//!   let (a, b) = pair();              match (pair()) { (a_value, b_value) => { a_owner.init(a_value); … } }
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
    pub(super) fn plain_let(&self, local: &syn::Local) -> TokenStream {
        let Some(init) = &local.init else {
            let bound = shape::bindings(&local.pat, self.lowered.locals);
            if bound.iter().all(|&id| !self.has_slot(id)) {
                let mut local = local.clone();
                Rewriter::new(self).visit_local_mut(&mut local);
                return local.into_token_stream();
            }
            return match &local.pat {
                Pat::Type(typed) => self.typed(&bound, &typed.ty),
                _ => TokenStream::new(),
            };
        };
        if matches!(local.pat, Pat::Wild(_))
            && shape::is_untouched_by_wildcard(&init.expr, self.lowered.locals)
        {
            return TokenStream::new();
        }
        if self.is_matched(&init.expr) {
            return self.matched_let(&local.pat, init);
        }
        let value = self.plain(&init.expr);
        let Some((_, otherwise)) = &init.diverge else {
            let (bound, check) = (self.bind(&local.pat, value), self.let_check(local));
            return output!(#bound #check);
        };
        let bound = shape::bindings(&local.pat, self.lowered.locals);
        let (pat, inits) = (self.pattern(&local.pat), self.inits(&bound));
        if shape::borrows(&local.pat) {
            let otherwise = self.plain(otherwise);
            return output!(let #pat = #value else { #otherwise }; #inits);
        }
        let natives = self.natives(&local.pat);
        let names = natives.iter().map(|(_, _, name)| name);
        let matched = output! {
            match (#value) {
                #pat => { #inits __coro::Option::Some((#(#names,)*)) }
                _ => __coro::Option::None,
            }
        };
        self.matched_or(&matched, &natives, otherwise)
    }

    /// A `let` with an `else`: the bindings have their values when temporaries are dropped, and these are
    /// gone when the `else` runs.
    fn matched_or(
        &self,
        matched: &TokenStream,
        natives: &[Native],
        otherwise: &Expr,
    ) -> TokenStream {
        let otherwise = self.plain(otherwise);
        let names = natives
            .iter()
            .map(|(_, mutability, name)| output!(#mutability #name));
        output! {
            let __matched = #matched;
            let __coro::Option::Some((#(#names,)*)) = __matched else { #otherwise };
        }
    }

    /// The check of a `let` whose bindings have their values.
    pub(super) fn let_check(&self, local: &syn::Local) -> Option<TokenStream> {
        let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
        self.elements_check(&local.pat, &init.expr, |id, native| {
            let place = self.place(id, native.span());
            if self.has_slot(id) {
                output!(*#place)
            } else {
                native.into_token_stream()
            }
        })
    }

    /// Checks that what a pattern takes out of an array with a slot is copied. `value` names it.
    fn elements_check(
        &self,
        pat: &Pat,
        scrutinee: &Expr,
        value: impl Fn(LocalId, syn::Ident) -> TokenStream,
    ) -> Option<TokenStream> {
        let locals = self.lowered.locals;
        let (array, _) = shape::scrutinee_part(scrutinee, locals)?;
        let array = locals.local_of(array);
        // What is taken apart as soon as it is made is never dropped whole, but for a guard.
        let at_once = match locals[array].kind {
            Kind::Temporary => true,
            Kind::Parameter => crate::normalise::is_nameless(&locals[array].name),
            _ => self.lowered.flow.is_used_at_once(array),
        };
        let may_be_whole = !at_once || matches!(pat, Pat::Guard(_));
        let elements = shape::elements(pat).into_iter();
        let mentions = elements.filter_map(|element| locals.find(element));
        let checks: Vec<_> = mentions
            .map(|mention| {
                let user = locals.written(mention).span();
                let value = value(locals.local_of(mention), self.native(mention));
                quote_spanned!(user=> ({ __coro::twin::is_copied })(&(#value));)
            })
            .collect();
        (self.has_slot(array) && may_be_whole && !checks.is_empty())
            .then(|| output!(if false { #(#checks)* }))
    }

    /// A `let` as a `match`.
    pub(super) fn matched_let(&self, pat: &Pat, init: &syn::LocalInit) -> TokenStream {
        let bound = shape::bindings(pat, self.lowered.locals);
        let natives = self.natives(pat);
        let inits = self.inits(&bound);
        let names = natives.iter().map(|(_, _, name)| name);
        let span = Span::mixed_site();
        if let Some((_, otherwise)) = &init.diverge {
            let wild: Pat = output_as!(_);
            let arms = vec![
                (pat, output!({ #inits __coro::Option::Some((#(#names,)*)) })),
                (&wild, output!({ __coro::Option::None })),
            ];
            let matched = self.matched(&init.expr, arms, span);
            return self.matched_or(&matched, &natives, otherwise);
        }
        // What has a slot gets its value before temporaries are dropped.
        if let Some(scrutinee) = self.taken_apart(&init.expr) {
            let (declared, set) = self.set_early(&natives);
            let arms = vec![(pat, output!({ #inits #set }))];
            let matched = self.take_apart(scrutinee, &init.expr, &arms, span);
            return output!(#declared #matched;);
        }
        let arms = vec![(pat, output!({ #inits (#(#names,)*) }))];
        let matched = self.matched(&init.expr, arms, span);
        let outer = natives
            .iter()
            .map(|(_, mutability, name)| output!(#mutability #name));
        output!(let (#(#outer,)*) = #matched;)
    }

    /// Rust locals that get their values in an arm, before temporaries are dropped: their
    /// declarations, and the assignments.
    fn set_early(&self, natives: &[Native]) -> (TokenStream, TokenStream) {
        let declared = natives
            .iter()
            .map(|(_, mutability, name)| output!(let #mutability #name;));
        let set = natives.iter().map(|(id, _, name)| {
            let value = self.value(*id);
            output!(#name = #value;)
        });
        (declared.collect(), set.collect())
    }

    /// What a pattern binds as Rust locals.
    fn natives(&self, pat: &Pat) -> Vec<Native> {
        struct Search<'a>(&'a Emitter<'a>, Vec<Native>);
        impl<'ast> syn::visit::Visit<'ast> for Search<'_> {
            fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
                if let Some(mention) = self.0.lowered.locals.find(&binding.ident) {
                    let id = self.0.lowered.locals.local_of(mention);
                    if !self.0.has_slot(id) && self.1.iter().all(|&(known, ..)| known != id) {
                        let mutability = binding.mutability.filter(|_| binding.by_ref.is_none());
                        self.1.push((id, mutability, self.0.native(mention)));
                    }
                }
                syn::visit::visit_pat_ident(self, binding);
            }
        }
        let mut search = Search(self, Vec::new());
        syn::visit::Visit::visit_pat(&mut search, pat);
        search.1
    }

    /// `let pat = value;`
    pub(super) fn bind(&self, pat: &Pat, value: TokenStream) -> TokenStream {
        let (inner, ty) = match pat {
            Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            pat => (pat, None),
        };
        if let Pat::Ident(binding) = inner
            && binding.by_ref.is_none()
            && binding.subpat.is_none()
            && let Some(mention) = self.lowered.locals.find(&binding.ident)
            && self.has_slot(self.lowered.locals.local_of(mention))
        {
            let id = self.lowered.locals.local_of(mention);
            let owner = self.owner(id);
            let typed = ty.map(|ty| self.typed(&[id], ty));
            if self.lowered.locals[id].kind == Kind::Result {
                let place = self.place(id, Span::mixed_site());
                return output!(#typed __coro::write(#place, #value););
            }
            return output!(#typed #owner.init(#value););
        }
        let bound = shape::bindings(pat, self.lowered.locals);
        let inits = self.inits(&bound);
        if ty.is_some() || inits.is_empty() {
            let matched = self.pattern(pat);
            return output!(let #matched = #value; #inits);
        }
        // The bindings have their values when temporaries are dropped, and what the pattern leaves.
        let (declared, set) = self.set_early(&self.natives(pat));
        let matched = self.renamed(pat, References::Kept);
        output!(#declared match (#value) { #matched => { #inits #set } })
    }

    fn typed(&self, ids: &[LocalId], ty: &syn::Type) -> TokenStream {
        let typed = ids.iter().map(|&id| {
            let place = self.place(id, Span::mixed_site());
            output!(__coro::typed::<#ty>(#place);)
        });
        typed.collect()
    }

    fn inits(&self, bound: &[LocalId]) -> TokenStream {
        let inits = bound.iter().filter(|&&id| self.has_slot(id)).map(|&id| {
            let (owner, value) = (self.owner(id), self.value(id));
            output!(#owner.init(#value);)
        });
        inits.collect()
    }

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
        let Some(id) = taken else {
            let scrutinee = self.plain(scrutinee);
            let arms = arms.iter().map(|(pat, body)| {
                let (pat, guard) = self.guarded(pat);
                output!(#pat #guard => #body)
            });
            return quote_spanned!(span=> match #scrutinee { #(#arms)* });
        };
        let owner = self.owner(id);
        let value = match shape::as_place_temporary_ref(scrutinee, locals) {
            Some((_, value)) => {
                // The temporary has a type even if no arm puts the value into it.
                let (place, value) = (self.place(id, Span::mixed_site()), self.plain(value));
                output!(__coro::of_type(#place, #value))
            }
            None => output!(#owner.take()),
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
        quote_spanned!(span=> match (#value) { #(#arms)* })
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
    fn take_apart(
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

/// A Rust local that a pattern binds.
type Native = (LocalId, Option<syn::Token![mut]>, syn::Ident);

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
