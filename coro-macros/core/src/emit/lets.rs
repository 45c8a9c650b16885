//! `let`, which gives locals with a slot their values.
//!
//! ```text
//!   from                              into
//!   let (a, b) = pair();              match (pair()) { (a_value, b_value) => { a_owner.init(a_value); … } }
//!   let Some(a) = f() else { … };     let Some(()) = (match (f()) { Some(a_value) => { …; Some(()) } _ => None })
//!                                         else { … };
//! ```
//!
//! Law: bindings have their values when the temporaries of the initialiser are dropped, and outlive them.
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::VisitMut;
use syn::{Expr, Pat};

use super::patterns::References;
use super::rewrite::Rewriter;
use super::{Emitter, joined, present};
use crate::locals::{Kind, LocalId};
use crate::{make, shape};

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
            let let_token = Some((local.let_token, local.semi_token));
            let bound = self.bind(&local.pat, value, let_token);
            return joined([bound].into_iter().chain(self.let_check(local)));
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
        output!(let __coro::Option::Some((#(#names,)*)) = (#matched) else { #otherwise };)
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

    /// Checks that what a pattern takes out of an array with a slot is copied, or out of a local that a
    /// macro may give a new value to. `value` names it.
    pub(super) fn elements_check(
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
        let mut names = Vec::new();
        if may_be_whole {
            names.extend(
                shape::elements(pat)
                    .into_iter()
                    .map(|name| (name, "is_copied")),
            );
        }
        if self.lowered.flow.lent_apart.contains(&array) {
            names.extend(
                shape::values(pat)
                    .into_iter()
                    .map(|name| (name, "is_given")),
            );
        }
        let checks: Vec<_> = names
            .into_iter()
            .filter_map(|(name, check)| {
                let mention = locals.find(name)?;
                let user = locals.written(mention).span();
                let check = syn::Ident::new(check, user);
                let value = value(locals.local_of(mention), self.native(mention));
                Some(quote_spanned!(user=> ({ __coro::twin::#check })(&(#value));))
            })
            .collect();
        (self.has_slot(array) && !checks.is_empty()).then(|| output!(if false { #(#checks)* }))
    }

    /// A `let` as a `match`.
    pub(super) fn matched_let(&self, pat: &Pat, init: &syn::LocalInit) -> TokenStream {
        let bound = shape::bindings(pat, self.lowered.locals);
        let natives = self.natives(pat);
        let inits = self.inits(&bound);
        let names = natives.iter().map(|(_, _, name)| name);
        let span = Span::mixed_site();
        if let Some((_, otherwise)) = &init.diverge {
            let wild = make::wild(span);
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

    /// `let pat = value;`, by tokens of the source if it has this.
    pub(super) fn bind(
        &self,
        pat: &Pat,
        value: TokenStream,
        tokens: Option<(syn::Token![let], syn::Token![;])>,
    ) -> TokenStream {
        let (keyword, end) = tokens.unwrap_or_else(|| {
            let span = Span::mixed_site();
            (syn::Token![let](span), syn::Token![;](span))
        });
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
            if let Some(ty) = ty
                && self.lowered.locals[id].kind != Kind::Result
            {
                let (name, typed) = (self.value(id), self.typed(&[id], ty));
                return output!(#typed #keyword #name: #ty = #value #end #owner.init(#name););
            }
            let typed = ty.map(|ty| self.typed(&[id], ty));
            if self.lowered.locals[id].kind == Kind::Result {
                let place = self.place(id, Span::mixed_site());
                return output!(#typed __coro::write(#place, #value););
            }
            return output!(#typed #owner.init(#value););
        }
        let bound = shape::bindings(pat, self.lowered.locals);
        let inits = self.inits(&bound);
        if ty.is_some() || inits.is_none() {
            let matched = self.pattern(pat);
            let is_value = matches!(bound[..], [id] if self.stands_for(id).is_some());
            let value = if is_value { output!((#value,)) } else { value };
            return output!(#keyword #matched = #value #end #inits);
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

    fn inits(&self, bound: &[LocalId]) -> Option<TokenStream> {
        let inits = bound.iter().filter(|&&id| self.has_slot(id)).map(|&id| {
            let (owner, value) = (self.owner(id), self.value(id));
            output!(#owner.init(#value);)
        });
        present(joined(inits))
    }
}

/// A Rust local that a pattern binds.
type Native = (LocalId, Option<syn::Token![mut]>, syn::Ident);
