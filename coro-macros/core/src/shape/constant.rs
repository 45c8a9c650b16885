//! Values that rustc makes constants of where they are borrowed, unless they have a drop.
//!
//! ```text
//!   &Retry { times: 3, after: None }     a reference to a constant, if `Retry` has no drop of its own
//!   &(60 * 60)                           a reference to a constant
//! ```
use quote::quote;
use syn::{BinOp, Expr, Lit, UnOp};

use super::{bare, is_constructor, is_rvalue, is_trivial, lone_name};
use crate::locals::Locals;
use crate::resolve::binds;

/// Whether a borrow of the value is a borrow of a constant.
pub(crate) fn is_promotable(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) => true,
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| !binds(&last.ident)),
        Expr::Unary(operation) => {
            matches!(operation.op, UnOp::Neg(_) | UnOp::Not(_)) && is_promotable(&operation.expr)
        }
        Expr::Array(array) => array.elems.iter().all(is_promotable),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_promotable),
        Expr::Repeat(repeat) => is_promotable(&repeat.expr) && is_promotable(&repeat.len),
        Expr::Reference(reference) => {
            reference.mutability.is_none() && is_promotable(&reference.expr)
        }
        _ => false,
    }
}

/// Whether a value that a shared borrow would find among the constants is borrowed mutably, which makes
/// a temporary of it.
pub(crate) fn borrows_literal_mutably(reference: &syn::ExprReference) -> bool {
    let is_empty = matches!(bare(&reference.expr), Expr::Array(array) if array.elems.is_empty());
    reference.mutability.is_some()
        && is_rvalue(&reference.expr)
        && is_promotable(&reference.expr)
        && !is_empty
}

/// Whether syntax alone says what a value is.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Struct(literal) => {
            literal.rest.is_none() && literal.fields.iter().all(|field| is_constant(&field.expr))
        }
        Expr::Call(call) => is_constructor(&call.func) && call.args.iter().all(is_constant),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_constant),
        Expr::Array(array) => array.elems.iter().all(is_constant),
        // A static is called like a constant, and what refers to one is no constant.
        Expr::Reference(reference) => {
            let may_be_static = matches!(bare(&reference.expr), Expr::Path(_));
            reference.mutability.is_none() && !may_be_static && is_constant(&reference.expr)
        }
        Expr::Range(range) => {
            let mut ends = range.start.iter().chain(&range.end);
            ends.all(|end| is_constant(end))
        }
        Expr::Cast(_) | Expr::Binary(_) => is_number(expr),
        other => is_promotable(other),
    }
}

/// Whether syntax alone says that the value is a number. A constant may be something else, of which the
/// operators are functions.
fn is_number(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) => true,
        Expr::Unary(operation) => is_number(&operation.expr),
        Expr::Cast(cast) => is_number(&cast.expr),
        Expr::Binary(operation) => {
            let never_fails = match operation.op {
                BinOp::Add(_)
                | BinOp::Sub(_)
                | BinOp::Mul(_)
                | BinOp::BitAnd(_)
                | BinOp::BitOr(_)
                | BinOp::BitXor(_)
                | BinOp::Shl(_)
                | BinOp::Shr(_) => true,
                BinOp::Div(_) | BinOp::Rem(_) => is_other_than_zero(&operation.right),
                _ => false,
            };
            never_fails && is_number(&operation.left) && is_number(&operation.right)
        }
        _ => false,
    }
}

fn is_other_than_zero(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(syn::ExprLit {
            lit: Lit::Int(number),
            ..
        }) => number.base10_digits() != "0",
        _ => false,
    }
}

/// Whether syntax alone says that the value is a struct or a variant whose fields have no drop.
pub(crate) fn has_only_own_drop(expr: &Expr, locals: &Locals) -> bool {
    let is_trivial = |field: &Expr| {
        let local = lone_name(field).and_then(|name| locals.find(name));
        is_trivial(field) || local.is_some_and(|it| locals[locals.local_of(it)].is_trivial)
    };
    match bare(expr) {
        Expr::Struct(literal) => {
            literal.rest.is_none() && literal.fields.iter().all(|field| is_trivial(&field.expr))
        }
        _ => false,
    }
}

/// What of a constant may have a drop.
pub(crate) fn may_be_dropped(expr: &Expr) -> Vec<&Expr> {
    struct Search<'ast>(Vec<&'ast Expr>);
    impl<'ast> syn::visit::Visit<'ast> for Search<'ast> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Struct(_) | Expr::Path(_)
                    if lone_name(expr).is_none_or(|name| name != "None") =>
                {
                    self.0.push(expr);
                }
                Expr::Call(call) => {
                    self.0.push(expr);
                    return call
                        .args
                        .iter()
                        .for_each(|argument| self.visit_expr(argument));
                }
                // What is behind a reference is no part of the value.
                Expr::Reference(_) => return,
                _ => {}
            }
            syn::visit::visit_expr(self, expr);
        }
    }
    let mut search = Search(Vec::new());
    syn::visit::Visit::visit_expr(&mut search, expr);
    search.0
}

const CONSTANT: &str = "__constant";

/// Notes that a value may be a constant.
pub(crate) fn constant(value: &Expr) -> Expr {
    let callee = syn::Ident::new(CONSTANT, proc_macro2::Span::mixed_site());
    syn::parse2(quote!(#callee(#value))).expect("a call is an expression")
}

/// The value of a [`constant`].
pub(crate) fn as_constant(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Call(call) if lone_name(&call.func).is_some_and(|name| name == CONSTANT) => {
            call.args.first()
        }
        _ => None,
    }
}

/// What a shared borrow borrows a part of, if that may be a constant which it does not name.
pub(crate) fn borrowed_constant(expr: &mut Expr) -> Option<&mut Expr> {
    fn base(place: &mut Expr) -> &mut Expr {
        match place {
            Expr::Field(field) => base(&mut field.base),
            Expr::Paren(inner) => base(&mut inner.expr),
            Expr::Group(inner) => base(&mut inner.expr),
            other => other,
        }
    }
    let Expr::Reference(
        reference @ syn::ExprReference {
            mutability: None, ..
        },
    ) = expr
    else {
        return None;
    };
    let base = base(&mut reference.expr);
    (is_rvalue(base) && !is_promotable(base) && is_constant(base)).then_some(base)
}
