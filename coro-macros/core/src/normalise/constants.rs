//! Patterns that borrow a constant where it is written.
//!
//! ```text
//!   match (Mark { first: 1 }) { ref mark => … }      match *&Mark { first: 1 } { ref mark => … }
//! ```
//!
//! Such a borrow outlasts the statement, as that of the whole constant does.
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, parse_quote_spanned, spanned::Spanned};

use crate::shape;

/// Borrows the constants of which patterns in a body borrow something.
pub(super) fn constants(body: &mut syn::Block) {
    Constants.visit_block_mut(body);
}

struct Constants;

impl VisitMut for Constants {
    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        visit_mut::visit_local_mut(self, local);
        if let Some(init) = &mut local.init {
            borrow(&mut init.expr, &[&local.pat]);
        }
    }

    fn visit_expr_match_mut(&mut self, choice: &mut syn::ExprMatch) {
        visit_mut::visit_expr_match_mut(self, choice);
        let patterns: Vec<_> = choice.arms.iter().map(|arm| &arm.pat).collect();
        borrow(&mut choice.expr, &patterns);
    }

    fn visit_expr_let_mut(&mut self, binding: &mut syn::ExprLet) {
        visit_mut::visit_expr_let_mut(self, binding);
        borrow(&mut binding.expr, &[&binding.pat]);
    }

    // These are functions of their own.
    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

fn borrow(value: &mut Expr, patterns: &[&Pat]) {
    let any = |is: fn(&Pat) -> bool| patterns.iter().any(|pattern| is(pattern));
    if !any(shape::borrows) || any(shape::borrows_mutably) {
        return;
    }
    if let Some(constant) = shape::constant_part(value) {
        let span = constant.span();
        *constant = parse_quote_spanned!(span=> (*&#constant));
    }
}
