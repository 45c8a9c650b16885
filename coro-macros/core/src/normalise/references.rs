//! Patterns that look behind a reference and take something else.
//!
//! ```text
//!   let (&a, b) = pair;      let (reference, b) = pair;
//!                            let &a = reference;
//! ```
//!
//! A local that patterns take apart is matched through a reference (see `parts`), where `&` would mean
//! another one. What `&` binds is copied, so that no drop moves.
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt, parse_quote};

use crate::locals::{Kind, Locals};
use crate::make;
use crate::shape::{self, Moves};

/// Takes the `&` out of the patterns of a body that move something else.
pub(super) fn references(body: &mut syn::Block, locals: &mut Locals) {
    References { locals }.visit_block_mut(body);
}

struct References<'a> {
    locals: &'a mut Locals,
}

impl References<'_> {
    /// Gives what stands behind `&` in a pattern `let`s of its own.
    fn apart(&mut self, pat: &mut Pat) -> Vec<Stmt> {
        let is_simple = !matches!(pat, Pat::Guard(_) | Pat::Or(_));
        if !is_simple || shape::binds_by_default(pat) || shape::moves(pat) == Moves::Nothing {
            return Vec::new();
        }
        let mut found = Found {
            locals: self.locals,
            stmts: Vec::new(),
        };
        found.visit_pat_mut(pat);
        found.stmts
    }
}

impl VisitMut for References<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        visit_mut::visit_block_mut(self, block);
        let stmts = std::mem::take(&mut block.stmts);
        for mut stmt in stmts {
            let apart = match &mut stmt {
                Stmt::Local(local) if local.init.is_some() => self.apart(&mut local.pat),
                _ => Vec::new(),
            };
            block.stmts.push(stmt);
            block.stmts.extend(apart);
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        visit_mut::visit_arm_mut(self, arm);
        let apart = self.apart(&mut arm.pat);
        if !apart.is_empty() {
            let body = &arm.body;
            arm.body = parse_quote!({ #(#apart)* #body });
        }
    }

    fn visit_expr_if_mut(&mut self, branch: &mut syn::ExprIf) {
        visit_mut::visit_expr_if_mut(self, branch);
        if let Expr::Let(binding) = &mut *branch.cond {
            let apart = self.apart(&mut binding.pat);
            branch.then_branch.stmts.splice(0..0, apart);
        }
    }

    // These are functions of their own.
    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

struct Found<'a> {
    locals: &'a mut Locals,
    stmts: Vec<Stmt>,
}

impl VisitMut for Found<'_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        let Pat::Reference(reference) = pat else {
            return visit_mut::visit_pat_mut(self, pat);
        };
        if !always_matches(&reference.pat) {
            return;
        }
        let id = self
            .locals
            .add_made_up("reference", Kind::Value, reference.and_token.span);
        self.locals[id].is_reference = true;
        self.locals[id].is_trivial = true;
        let (bound, named) = (
            self.locals.mention_made_up(id),
            self.locals.mention_made_up(id),
        );
        self.stmts.push(parse_quote!(let #pat = #named;));
        *pat = make::binding(bound);
    }
    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}

/// Whether syntax alone says that a pattern matches whatever there is.
fn always_matches(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(binding) => shape::is_binding(binding) && binding.subpat.is_none(),
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Paren(inner) => always_matches(&inner.pat),
        Pat::Reference(inner) => always_matches(&inner.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(always_matches),
        _ => false,
    }
}
