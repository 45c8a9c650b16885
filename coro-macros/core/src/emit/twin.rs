//! The direct-style twin: the source itself, in which a suspension is a plain call.
//!
//! Never run. rustc checks types and borrows in it as in any function, with errors on the
//! user's own tokens. Whatever may be borrowed across a plain call may be borrowed across a
//! suspension, because a pinned frame stays where it is as a stack frame does.
use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ReturnType, Type};

use super::Parameters;
use crate::macros;
use crate::parse::Function;

pub(super) fn twin(function: &Function, parameters: &Parameters) -> TokenStream {
    let mut body = function.body.clone().expect("only functions with a body are lowered");
    Twin.visit_block_mut(&mut body);
    let rebound = parameters.rebound();
    let output = match &function.signature.output {
        ReturnType::Default => output!(-> ()),
        ReturnType::Type(_, ty) => {
            let ty = named(ty);
            output!(-> #ty)
        }
    };
    output! {
        if false {
            __coro::twin::check(move || #output {
                #rebound
                #body
            })
        }
    }
}

/// A type in which `impl Trait`, which only a signature may name, is left to inference.
pub(super) fn named(ty: &Type) -> Type {
    struct Holes;
    impl VisitMut for Holes {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::ImplTrait(_) => *ty = output_as!(_),
                ty => visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut ty = ty.clone();
    Holes.visit_type_mut(&mut ty);
    ty
}

struct Twin;

impl VisitMut for Twin {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Await(wait) = expr {
            let operand = &wait.base;
            let span = wait.await_token.span;
            *expr = Expr::Verbatim(quote_spanned!(span=> __coro::twin::wait(#operand)));
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if macros::mentions_suspension(&mac.tokens)
            && let Some(mut known) = macros::parse(mac)
        {
            for argument in &mut known.arguments {
                self.visit_expr_mut(&mut argument.value);
            }
            mac.tokens = known.into_tokens();
        }
    }

    // These are functions of their own.
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        if closure.asyncness.is_none() {
            visit_mut::visit_expr_closure_mut(self, closure);
        }
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
