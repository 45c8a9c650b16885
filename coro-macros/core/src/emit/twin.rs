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
        ReturnType::Type(_, ty) if is_opaque(ty) => output!(),
        ReturnType::Type(_, ty) => output!(-> #ty),
    };
    output! {
        if false {
            ::coro::__private::twin::check(move || #output {
                #rebound
                #body
            })
        }
    }
}

/// Whether a type has an `impl Trait` in it, which only a signature may name.
pub(super) fn is_opaque(ty: &Type) -> bool {
    struct Search(bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    syn::visit::Visit::visit_type(&mut search, ty);
    search.0
}

struct Twin;

impl VisitMut for Twin {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Await(wait) = expr {
            let operand = &wait.base;
            let span = wait.await_token.span;
            *expr = Expr::Verbatim(quote_spanned!(span=> ::coro::__private::twin::wait(#operand)));
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
