//! Values that rustc makes constants of where they are borrowed, unless they have a drop.
//!
//! ```text
//!   &Retry { times: 3, after: None }     a reference to a constant, if `Retry` has no drop of its own
//!   &(60 * 60)                           a reference to a constant
//!   &(LIMIT * 2)                         a reference to a constant, if `LIMIT` is a number
//! ```
use quote::quote;
use syn::visit::Visit;
use syn::{BinOp, Expr, Lit, UnOp};

use super::{bare, is_comparison, is_constructor, is_reference, is_rvalue, is_trivial, lone_name};
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
        Expr::Block(syn::ExprBlock {
            label: None, block, ..
        }) => tail(block).is_some_and(is_constant),
        other => is_promotable(other) || is_number(other),
    }
}

/// The expression that is all of a block.
fn tail(block: &syn::Block) -> Option<&Expr> {
    match &block.stmts[..] {
        [syn::Stmt::Expr(tail, None)] => Some(tail),
        _ => None,
    }
}

/// Whether syntax alone says that the value is a number, if the constants in it are.
fn is_number(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(literal) => !matches!(
            literal.lit,
            Lit::Str(_) | Lit::ByteStr(_) | Lit::CStr(_) | Lit::Verbatim(_)
        ),
        Expr::Unary(operation) => {
            !matches!(operation.op, UnOp::Deref(_)) && is_number(&operation.expr)
        }
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
                op => is_comparison(&op),
            };
            never_fails && is_number(&operation.left) && is_number(&operation.right)
        }
        other => is_named_constant(other),
    }
}

/// Whether an expression is a constant with a name, or a part of one.
fn is_named_constant(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Path(_) => is_promotable(expr),
        Expr::Field(field) => is_named_constant(&field.base),
        Expr::Index(index) => {
            is_named_constant(&index.expr) && matches!(bare(&index.index), Expr::Lit(_))
        }
        _ => false,
    }
}

/// Whether a divisor is not zero as far as rustc looks: it knows the values of literals and of constants.
fn is_other_than_zero(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(syn::ExprLit {
            lit: Lit::Int(number),
            ..
        }) => number.base10_digits() != "0",
        Expr::Lit(_) | Expr::Path(_) => true,
        _ => false,
    }
}

/// The constants in a value that are operands of operators. Those are functions unless the constants are
/// numbers.
pub(crate) fn constant_operands(value: &Expr) -> Vec<&Expr> {
    struct Search<'ast> {
        is_operand: bool,
        found: Vec<&'ast Expr>,
    }
    impl<'ast> Visit<'ast> for Search<'ast> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            let expr = bare(expr);
            if is_named_constant(expr) {
                self.found.extend(self.is_operand.then_some(expr));
                return;
            }
            let is_operator = matches!(expr, Expr::Binary(_) | Expr::Unary(_));
            let outer = std::mem::replace(&mut self.is_operand, is_operator);
            syn::visit::visit_expr(self, expr);
            self.is_operand = outer;
        }
    }
    let mut search = Search {
        is_operand: false,
        found: Vec::new(),
    };
    search.visit_expr(value);
    search.found
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
    impl<'ast> Visit<'ast> for Search<'ast> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Struct(_) | Expr::Path(_)
                    if lone_name(expr).is_none_or(|name| name != "None") =>
                {
                    self.0.push(expr);
                }
                Expr::Call(call) => {
                    let name = lone_name(&call.func).map(ToString::to_string);
                    if !matches!(name.as_deref(), Some("Some" | "Ok" | "Err")) {
                        self.0.push(expr);
                    }
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
    search.visit_expr(expr);
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
    match expr {
        Expr::Reference(reference) if reference.mutability.is_none() => {
            constant_part(&mut reference.expr)
        }
        _ => None,
    }
}

/// What a place is a part of, if that may be a constant which it does not name.
pub(crate) fn constant_part(place: &mut Expr) -> Option<&mut Expr> {
    match place {
        Expr::Field(field) => constant_part(&mut field.base),
        Expr::Index(index) => constant_part(&mut index.expr),
        Expr::Paren(inner) => constant_part(&mut inner.expr),
        Expr::Group(inner) => constant_part(&mut inner.expr),
        base => (is_rvalue(base) && !is_promotable(base) && is_constant(base)).then_some(base),
    }
}

/// The constant that a value is written as, of which a method may borrow something.
pub(crate) fn written_as(value: &Expr) -> Option<Expr> {
    let is_wanted = is_rvalue(value) && is_constant(value) && !is_reference(value);
    is_wanted.then(|| value.clone())
}
