//! Patterns: `let`, `match`, and what they do to locals with a slot.
//!
//! ```text
//!   from                              into
//!   let (a, b) = pair();              let (a_value, b_value) = pair(); a_owner.init(a_value); …
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
use crate::locals::{LocalId, MentionId};
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
        let value = self.plain(&init.expr);
        if let Some(scrutinee) = self.taken_apart(&init.expr) {
            let bound = shape::bindings(&local.pat, self.lowered.locals);
            let names: Vec<_> = bound.iter().map(|&id| self.value(id)).collect();
            let otherwise = init
                .diverge
                .as_ref()
                .map(|(_, otherwise)| self.plain(otherwise));
            let mut arms = vec![(&local.pat, output!((#(#names,)*)))];
            let wild: Pat = output_as!(_);
            if let Some(otherwise) = otherwise {
                arms.push((&wild, otherwise));
            }
            let matched = self.take_apart(scrutinee, &init.expr, &arms, Span::mixed_site());
            let (pat, inits) = (self.native_bindings(&local.pat), self.inits(&bound));
            return output!(let (#(#names,)*) = #matched; #pat #inits);
        }
        let Some((_, otherwise)) = &init.diverge else {
            return self.bind(&local.pat, value);
        };
        let bound = shape::bindings(&local.pat, self.lowered.locals);
        let (pat, otherwise) = (self.pattern(&local.pat), self.plain(otherwise));
        let inits = self.inits(&bound);
        output!(let #pat = #value else { #otherwise }; #inits)
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
            return output!(#typed #owner.init(#value););
        }
        let bound = shape::bindings(pat, self.lowered.locals);
        let (pat, inits) = (self.pattern(pat), self.inits(&bound));
        output!(let #pat = #value; #inits)
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
        let bound = shape::bindings_of_condition(cond, self.lowered.locals);
        self.with_bound(cond, bound)
    }

    /// An expression behind a pattern that has bound what no slot has yet.
    fn with_bound(&self, expr: &Expr, bound: Vec<LocalId>) -> TokenStream {
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
            let inner = match pat {
                Pat::Guard(guarded) => &*guarded.pat,
                pat => *pat,
            };
            let (pat, guard) = self.guarded(pat);
            if shape::moves(inner) == shape::Moves::Everything {
                output!(#pat #guard => #body)
            } else {
                output!(__whole @ (#pat) #guard => { #owner.init(__whole); #body })
            }
        });
        quote_spanned!(span=> match (#value) { #(#arms)* })
    }

    /// The scrutinee of a match that leaves a part of a local with a slot.
    pub(super) fn taken_apart(&self, scrutinee: &Expr) -> Option<MentionId> {
        let (name, _) = shape::part(scrutinee)?;
        let mention = self.lowered.locals.find(name)?;
        self.lowered.parts.of_arms(mention).map(|_| mention)
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
        let owner = self.owner(self.lowered.locals.local_of(scrutinee));
        let place = self.plain(expr);
        let parts = self.lowered.parts.of_arms(scrutinee).unwrap_or_default();
        let mut types = Vec::new();
        let mut typed = Vec::new();
        let mut read = Vec::new();
        for (index, (pat, body)) in arms.iter().enumerate() {
            let (pat, names) = self.by_reference(pat);
            let arm_types: Vec<_> = (0..names.len())
                .map(|n| quote::format_ident!("__type_{}_{}", index, n, span = Span::mixed_site()))
                .collect();
            typed.push(output!(#pat => { #(#arm_types.is(#names);)* }));
            let note = parts.get(index).filter(|_| !names.is_empty()).map(|part| {
                let bit = 1u8 << part.0;
                output!(#owner.note(#bit);)
            });
            read.push(output!(#pat => { #(let #names = #arm_types.read(#names);)* #note #body }));
            types.extend(arm_types);
        }
        quote_spanned! {span=> {
            #(let #types = __coro::part_type();)*
            if false {
                __coro::diverge();
                match #place { #(#typed)* }
            }
            match &mut #place { #(#read)* }
        }}
    }

    /// A pattern with names for what it binds by reference.
    pub(super) fn by_reference(&self, pat: &Pat) -> (Pat, Vec<syn::Ident>) {
        struct Renamed<'a>(&'a Emitter<'a>, Vec<LocalId>);
        impl VisitMut for Renamed<'_> {
            fn visit_pat_ident_mut(&mut self, binding: &mut syn::PatIdent) {
                visit_mut::visit_pat_ident_mut(self, binding);
                let Some(mention) = self.0.lowered.locals.find(&binding.ident) else {
                    return;
                };
                let id = self.0.lowered.locals.local_of(mention);
                binding.mutability = None;
                binding.ident = self.0.value(id);
                if !self.1.contains(&id) {
                    self.1.push(id);
                }
            }
        }
        let mut pat = pat.clone();
        let mut renamed = Renamed(self, Vec::new());
        renamed.visit_pat_mut(&mut pat);
        let names = renamed.1.iter().map(|&id| self.value(id)).collect();
        (pat, names)
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
        let guard = self.with_bound(
            &guarded.guard,
            shape::bindings(&guarded.pat, self.lowered.locals),
        );
        (self.pattern(&guarded.pat), Some(output!(if #guard)))
    }
}
