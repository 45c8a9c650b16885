//! What a pattern is by its syntax alone: what it binds, and what it moves.
use proc_macro2::{Ident, Span};
use syn::{Expr, Pat};

use crate::locals::{LocalId, Locals};
use crate::make;
use crate::resolve::binds;

/// What a pattern does to the place it is matched against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moves {
    /// It binds nothing by value: the place stays whole.
    Nothing,
    /// Every part that it reaches is bound by value: nothing is left.
    Everything,
    /// Some parts are bound by value and others are left.
    Parts,
}

/// What `pat` moves.
pub(crate) fn moves(pat: &Pat) -> Moves {
    let (mut by_value, mut left) = (false, false);
    leaves(pat, &mut by_value, &mut left);
    match (by_value, left) {
        (false, _) => Moves::Nothing,
        (true, false) => Moves::Everything,
        (true, true) => Moves::Parts,
    }
}

/// Whether a name in a pattern is a binding and not a constant.
pub(crate) fn is_binding(binding: &syn::PatIdent) -> bool {
    binding.subpat.is_some()
        || binding.by_ref.is_some()
        || binding.mutability.is_some()
        || binds(&binding.ident)
}

fn leaves(pat: &Pat, by_value: &mut bool, left: &mut bool) {
    match pat {
        Pat::Ident(binding) if binding.by_ref.is_some() => *left = true,
        Pat::Ident(binding) if !is_binding(binding) => {}
        Pat::Ident(_) => *by_value = true,
        Pat::Guard(guarded) => leaves(&guarded.pat, by_value, left),
        Pat::Type(typed) => leaves(&typed.pat, by_value, left),
        Pat::Lit(_) | Pat::Path(_) | Pat::Range(_) => {}
        Pat::Paren(inner) => leaves(&inner.pat, by_value, left),
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|p| leaves(p, by_value, left)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|p| leaves(p, by_value, left)),
        Pat::Slice(slice) => slice.elems.iter().for_each(|p| leaves(p, by_value, left)),
        Pat::Or(or) => or.cases.iter().for_each(|p| leaves(p, by_value, left)),
        Pat::Struct(fields) => {
            fields
                .fields
                .iter()
                .for_each(|f| leaves(&f.pat, by_value, left));
            *left |= fields.rest.is_some();
        }
        // `&p` binds copies of what is behind the reference.
        Pat::Reference(_) => {}
        _ => *left = true,
    }
}

/// Whether matching a reference instead of the value binds references instead of the parts.
pub(crate) fn binds_by_default(pat: &Pat) -> bool {
    struct Search(bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_pat_reference(&mut self, _: &'ast syn::PatReference) {
            self.0 = false;
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut search = Search(true);
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.0
}

/// Whether a pattern takes a struct or a tuple apart and leaves fields of it alone. By Rust's naming rules
/// a variant is a name behind that of its type, or one of the prelude's.
pub(crate) fn leaves_fields(pat: &Pat) -> bool {
    let is_variant = |path: &syn::Path| {
        let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
        let last = names.next();
        let is_of_prelude =
            last.is_some_and(|last| last == "Some" || last == "Ok" || last == "Err");
        is_of_prelude || names.next().is_some_and(|name| !binds(name))
    };
    let is_left = |pat: &Pat| matches!(pat, Pat::Wild(_) | Pat::Rest(_));
    match pat {
        Pat::Guard(guarded) => leaves_fields(&guarded.pat),
        Pat::Type(typed) => leaves_fields(&typed.pat),
        Pat::Paren(inner) => leaves_fields(&inner.pat),
        Pat::Or(or) => or.cases.iter().any(leaves_fields),
        Pat::Tuple(tuple) => tuple
            .elems
            .iter()
            .any(|pat| is_left(pat) || leaves_fields(pat)),
        Pat::TupleStruct(tuple) if !is_variant(&tuple.path) => tuple
            .elems
            .iter()
            .any(|pat| is_left(pat) || leaves_fields(pat)),
        Pat::Struct(fields) if !is_variant(&fields.path) => {
            let mut pats = fields.fields.iter().map(|field| &field.pat);
            fields.rest.is_some() || pats.any(|pat| is_left(pat) || leaves_fields(pat))
        }
        _ => false,
    }
}

/// The names that a pattern binds by value, unless what it is matched against is a reference.
pub(crate) fn names_by_value(pat: &Pat) -> Vec<Ident> {
    struct Search(Vec<Ident>);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
            if binding.by_ref.is_none() && is_binding(binding) && !self.0.contains(&binding.ident) {
                self.0.push(binding.ident.clone());
            }
            syn::visit::visit_pat_ident(self, binding);
        }
        fn visit_pat_reference(&mut self, _: &'ast syn::PatReference) {}
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut search = Search(Vec::new());
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.0
}

/// A pattern for each combination of alternatives in a pattern, in the order in which they are tried;
/// some of them, if there are more than `most`.
pub(crate) fn alternatives(pat: &Pat, most: usize) -> Vec<Pat> {
    /// Puts an alternative in the place of all of the first ones.
    struct Chosen {
        alternative: usize,
        of: usize,
    }
    impl syn::visit_mut::VisitMut for Chosen {
        fn visit_pat_mut(&mut self, pat: &mut Pat) {
            match pat {
                Pat::Or(or) if self.of == 0 => {
                    self.of = or.cases.len();
                    *pat = or.cases[self.alternative].clone();
                }
                Pat::Guard(guarded) => self.visit_pat_mut(&mut guarded.pat),
                other => syn::visit_mut::visit_pat_mut(self, other),
            }
        }
        fn visit_expr_mut(&mut self, _: &mut Expr) {}
    }
    let mut all = Vec::new();
    for alternative in 0.. {
        let mut pat = pat.clone();
        let mut chosen = Chosen { alternative, of: 0 };
        syn::visit_mut::VisitMut::visit_pat_mut(&mut chosen, &mut pat);
        if chosen.of == 0 {
            return vec![pat];
        }
        all.extend(alternatives(&pat, most));
        if alternative + 1 == chosen.of || all.len() > most {
            break;
        }
    }
    all
}

/// The wildcards of a pattern that takes a value apart and leaves parts of it, if it would take
/// all of it with names in their place.
pub(crate) fn wildcards(pat: &mut Pat) -> Vec<&mut Pat> {
    let mut filled = pat.clone();
    for wildcard in all_wildcards(&mut filled) {
        *wildcard = make::binding(Ident::new("part", Span::call_site()));
    }
    if moves(pat) == Moves::Parts && moves(&filled) == Moves::Everything {
        all_wildcards(pat)
    } else {
        Vec::new()
    }
}

fn all_wildcards(pat: &mut Pat) -> Vec<&mut Pat> {
    match pat {
        Pat::Wild(_) => vec![pat],
        Pat::Guard(guarded) => all_wildcards(&mut guarded.pat),
        Pat::Paren(inner) => all_wildcards(&mut inner.pat),
        Pat::Type(typed) => all_wildcards(&mut typed.pat),
        Pat::Tuple(tuple) => tuple.elems.iter_mut().flat_map(all_wildcards).collect(),
        Pat::TupleStruct(tuple) => tuple.elems.iter_mut().flat_map(all_wildcards).collect(),
        Pat::Slice(slice) => slice.elems.iter_mut().flat_map(all_wildcards).collect(),
        Pat::Struct(fields) => fields
            .fields
            .iter_mut()
            .flat_map(|field| all_wildcards(&mut field.pat))
            .collect(),
        _ => Vec::new(),
    }
}

/// What a pattern binds by value inside of a pattern for arrays.
pub(crate) fn elements(pat: &Pat) -> Vec<&Ident> {
    struct Search<'ast>(usize, Vec<&'ast Ident>);
    impl<'ast> syn::visit::Visit<'ast> for Search<'ast> {
        fn visit_pat_slice(&mut self, slice: &'ast syn::PatSlice) {
            self.0 += 1;
            syn::visit::visit_pat_slice(self, slice);
            self.0 -= 1;
        }
        fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
            if self.0 > 0 && binding.by_ref.is_none() {
                self.1.push(&binding.ident);
            }
            syn::visit::visit_pat_ident(self, binding);
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut search = Search(0, Vec::new());
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.1
}

/// What a pattern binds by value.
pub(crate) fn values(pat: &Pat) -> Vec<&Ident> {
    struct Search<'ast>(Vec<&'ast Ident>);
    impl<'ast> syn::visit::Visit<'ast> for Search<'ast> {
        fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
            if binding.by_ref.is_none() {
                self.0.push(&binding.ident);
            }
            syn::visit::visit_pat_ident(self, binding);
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut search = Search(Vec::new());
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.0
}

/// Whether a pattern has a `ref` binding.
pub(crate) fn borrows(pat: &Pat) -> bool {
    has_binding(pat, |binding| binding.by_ref.is_some())
}

/// Whether a pattern has a `ref mut` binding.
pub(crate) fn borrows_mutably(pat: &Pat) -> bool {
    has_binding(pat, |binding| {
        binding.by_ref.is_some() && binding.mutability.is_some()
    })
}

fn has_binding(pat: &Pat, wanted: fn(&syn::PatIdent) -> bool) -> bool {
    struct Search(fn(&syn::PatIdent) -> bool, bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
            self.1 |= (self.0)(binding);
            syn::visit::visit_pat_ident(self, binding);
        }
    }
    let mut search = Search(wanted, false);
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.1
}

/// The locals that a pattern binds, in order.
pub(crate) fn bindings(pat: &Pat, locals: &Locals) -> Vec<LocalId> {
    struct Search<'a>(&'a Locals, Vec<LocalId>);
    impl<'ast> syn::visit::Visit<'ast> for Search<'_> {
        fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
            if let Some(mention) = self.0.find(&binding.ident) {
                let id = self.0.local_of(mention);
                if !self.1.contains(&id) {
                    self.1.push(id);
                }
            }
            syn::visit::visit_pat_ident(self, binding);
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut search = Search(locals, Vec::new());
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.1
}

/// The names that a pattern binds, in order.
pub(crate) fn names(pat: &Pat) -> Vec<Ident> {
    struct Search(Vec<Ident>);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
            if is_binding(binding) && !self.0.contains(&binding.ident) {
                self.0.push(binding.ident.clone());
            }
            syn::visit::visit_pat_ident(self, binding);
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut search = Search(Vec::new());
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.0
}
