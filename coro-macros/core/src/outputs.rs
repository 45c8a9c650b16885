//! Outputs that a coroutine cannot have: closures of its own.
//!
//! Twin and machine have the same output, and each has a closure of its own where the source has one:
//! these are two types.
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprClosure, Stmt, Type};

use crate::errors::Errors;
use crate::shape;

/// Refuses closures as the value of a body, where the output leaves their type open.
pub(crate) fn check(body: &Block, output: &Type, errors: &mut Errors) {
    if is_open(output) {
        let mut search = Search(errors);
        search.tail(body);
        search.visit_block(body);
    }
}

/// Whether a type has `impl Trait` or `_` in it.
fn is_open(ty: &Type) -> bool {
    struct Open(bool);
    impl<'ast> Visit<'ast> for Open {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
        fn visit_type_infer(&mut self, _: &'ast syn::TypeInfer) {
            self.0 = true;
        }
    }
    let mut open = Open(false);
    open.visit_type(ty);
    open.0
}

struct Search<'a>(&'a mut Errors);

impl Search<'_> {
    fn value(&mut self, value: &Expr) {
        match shape::bare(value) {
            Expr::Closure(closure) => self.refuse(closure),
            Expr::Block(inner) => self.tail(&inner.block),
            Expr::Unsafe(inner) => self.tail(&inner.block),
            Expr::If(branch) => {
                self.tail(&branch.then_branch);
                if let Some((_, otherwise)) = &branch.else_branch {
                    self.value(otherwise);
                }
            }
            Expr::Match(choice) => choice.arms.iter().for_each(|arm| self.value(&arm.body)),
            Expr::Call(call) if shape::is_constructor(&call.func) => {
                call.args.iter().for_each(|argument| self.value(argument));
            }
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|element| self.value(element)),
            _ => {}
        }
    }

    fn tail(&mut self, block: &Block) {
        if let Some(Stmt::Expr(tail, None)) = block.stmts.last() {
            self.value(tail);
        }
    }

    fn refuse(&mut self, closure: &ExprClosure) {
        self.0.at(
            closure,
            "a closure of a coroutine's own in its output is not lowered yet; box it: the output is \
             `Box<dyn Fn() -> u32>` instead of `impl Fn() -> u32`",
        );
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_expr_return(&mut self, leave: &'ast syn::ExprReturn) {
        if let Some(value) = &leave.expr {
            self.value(value);
        }
        visit::visit_expr_return(self, leave);
    }
    // These return on their own.
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
