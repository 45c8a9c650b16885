//! A piece of source a second time, where the output has it twice and only one of them runs.
use proc_macro2::{Group, TokenStream, TokenTree};
use syn::Expr;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

use super::Normaliser;
use crate::locals::{LocalId, Locals};

impl Normaliser<'_> {
    /// An expression once more, with mentions of its own, and locals of its own for what it binds.
    pub(super) fn again(&mut self, expr: &Expr) -> Expr {
        let mut bindings = Bindings(self.locals, Vec::new());
        bindings.visit_expr(expr);
        let bound = bindings.1;
        let fresh = bound.iter().map(|&id| (id, self.locals.add_like(id)));
        let fresh = fresh.collect();
        self.again_with(expr, fresh)
    }

    /// An expression with other locals for some.
    pub(super) fn again_with(&mut self, expr: &Expr, fresh: Vec<(LocalId, LocalId)>) -> Expr {
        let mut expr = expr.clone();
        Again {
            locals: self.locals,
            fresh,
        }
        .visit_expr_mut(&mut expr);
        expr
    }
}

/// What an expression binds.
struct Bindings<'a>(&'a Locals, Vec<LocalId>);

impl<'ast> Visit<'ast> for Bindings<'_> {
    fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
        if let Some(mention) = self.0.find(&binding.ident) {
            let id = self.0.local_of(mention);
            if !self.1.contains(&id) {
                self.1.push(id);
            }
        }
        visit::visit_pat_ident(self, binding);
    }
}

struct Again<'a> {
    locals: &'a mut Locals,
    /// What the expression binds, and what stands for it.
    fresh: Vec<(LocalId, LocalId)>,
}

/// Renames the identifiers among tokens.
pub(super) fn renamed(tokens: TokenStream, rename: &mut dyn FnMut(&mut syn::Ident)) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(mut name) => {
            rename(&mut name);
            TokenTree::Ident(name)
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), renamed(group.stream(), rename));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => other,
    });
    tokens.collect()
}

impl VisitMut for Again<'_> {
    fn visit_ident_mut(&mut self, name: &mut syn::Ident) {
        if let Some(mention) = self.locals.find(name) {
            let written = self.locals.written(mention).clone();
            let id = self.locals.local_of(mention);
            let fresh = self.fresh.iter().find(|(other, _)| *other == id);
            let id = fresh.map_or(id, |&(_, fresh)| fresh);
            *name = self.locals.mention(id, &written);
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        visit_mut::visit_path_mut(self, &mut mac.path);
        let tokens = std::mem::take(&mut mac.tokens);
        mac.tokens = renamed(tokens, &mut |name| self.visit_ident_mut(name));
    }
}
