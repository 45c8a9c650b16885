//! Which subtrees contain a suspension. All others stay as they are written.
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAsync, ExprAwait, ExprClosure, ExprConst, Item, Local, Macro};

use crate::macros;

#[derive(Default)]
struct Search {
    found: bool,
}

impl<'ast> Visit<'ast> for Search {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if !self.found {
            visit::visit_expr(self, expr);
        }
    }
    fn visit_expr_await(&mut self, _: &'ast ExprAwait) {
        self.found = true;
    }
    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.found |= tokens_of(mac);
    }
    // These are other functions.
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast ExprAsync) {}
    fn visit_expr_const(&mut self, _: &'ast ExprConst) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}

pub(crate) fn expr(expr: &Expr) -> bool {
    let mut search = Search::default();
    search.visit_expr(expr);
    search.found
}

pub(crate) fn block(block: &Block) -> bool {
    let mut search = Search::default();
    search.visit_block(block);
    search.found
}

pub(crate) fn local(local: &Local) -> bool {
    let mut search = Search::default();
    search.visit_local(local);
    search.found
}

/// The arguments of a macro that can be seen into.
pub(crate) fn tokens_of(mac: &Macro) -> bool {
    macros::mentions_suspension(&mac.tokens)
        && macros::parse(mac)
            .is_some_and(|known| known.arguments.iter().any(|argument| expr(&argument.value)))
}
