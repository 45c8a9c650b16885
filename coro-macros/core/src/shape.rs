//! What an expression is by its syntax alone: a place or a value, inert, promotable; its
//! operands in evaluation order.
mod constant;
mod coverage;
mod jumps;
mod methods;
mod named;
mod pattern;
mod temporary;

use proc_macro2::Ident;
use syn::{BinOp, Expr, UnOp};

use crate::locals::{LocalId, Locals};
use crate::resolve::binds;
pub(crate) use constant::*;
pub(crate) use coverage::covers;
pub(crate) use jumps::{leaves, leaves_by};
pub(crate) use methods::*;
pub(crate) use named::*;
pub(crate) use pattern::*;
pub(crate) use temporary::*;

/// How an operand is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It is moved, copied or computed with.
    Value,
    /// It may be borrowed: it has to be somewhere.
    Place,
    /// A method is called on it, or it is called: whether that takes it or borrows it, only its type
    /// tells.
    Receiver,
    /// A method is called on it that takes it, and a closure, if it is an `Option`, a `Result` or an
    /// iterator.
    TakenReceiver,
}

/// The operands of an expression that has no control flow of its own, in evaluation order.
pub(crate) fn operands(expr: &mut Expr) -> Vec<(&mut Expr, Use)> {
    use Use::{Place, Receiver, Value};
    match expr {
        Expr::Call(call) => {
            let mut all = vec![(&mut *call.func, Receiver)];
            all.extend(call.args.iter_mut().map(|argument| (argument, Value)));
            all
        }
        Expr::MethodCall(call) => {
            let receiver = receiver_use(call);
            let mut all = vec![(&mut *call.receiver, receiver)];
            all.extend(call.args.iter_mut().map(|argument| (argument, Value)));
            all
        }
        Expr::Binary(operation) => {
            let usage = if is_comparison(&operation.op) {
                Place
            } else {
                Value
            };
            let left = if is_compound(&operation.op) {
                Place
            } else {
                usage
            };
            vec![(&mut operation.left, left), (&mut operation.right, usage)]
        }
        Expr::Unary(operation) => {
            let usage = if matches!(operation.op, UnOp::Deref(_)) {
                Place
            } else {
                Value
            };
            vec![(&mut operation.expr, usage)]
        }
        Expr::Field(field) => vec![(&mut field.base, Place)],
        Expr::Index(index) => vec![(&mut index.expr, Place), (&mut index.index, Value)],
        Expr::Reference(reference) => vec![(&mut reference.expr, Place)],
        Expr::RawAddr(address) => vec![(&mut address.expr, Place)],
        Expr::Tuple(tuple) => tuple.elems.iter_mut().map(|e| (e, Value)).collect(),
        Expr::Array(array) => array.elems.iter_mut().map(|e| (e, Value)).collect(),
        Expr::Repeat(repeat) => vec![(&mut repeat.expr, Value)],
        Expr::Struct(literal) => {
            let fields = literal
                .fields
                .iter_mut()
                .map(|field| (&mut field.expr, Value));
            fields
                .chain(literal.rest.iter_mut().map(|rest| (&mut **rest, Place)))
                .collect()
        }
        Expr::Cast(cast) => vec![(&mut cast.expr, Value)],
        Expr::Try(attempt) => vec![(&mut attempt.expr, Value)],
        Expr::Range(range) => {
            let ends = [&mut range.start, &mut range.end];
            ends.into_iter()
                .flatten()
                .map(|end| (&mut **end, Value))
                .collect()
        }
        Expr::Paren(inner) => vec![(&mut inner.expr, Value)],
        Expr::Group(inner) => vec![(&mut inner.expr, Value)],
        _ => Vec::new(),
    }
}

/// Whether an expression evaluates its operands, and then does something with them.
pub(crate) fn is_of_operands(expr: &Expr) -> bool {
    match expr {
        Expr::Binary(operation) => {
            !is_compound(&operation.op) && !matches!(operation.op, BinOp::And(_) | BinOp::Or(_))
        }
        Expr::Call(_) => !is_place_temporary(expr),
        Expr::MethodCall(_)
        | Expr::Unary(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Reference(_)
        | Expr::Tuple(_)
        | Expr::Array(_)
        | Expr::Struct(_)
        | Expr::Cast(_)
        | Expr::Try(_)
        | Expr::Range(_)
        | Expr::Repeat(_)
        | Expr::RawAddr(_) => true,
        _ => false,
    }
}

/// `expr` without parentheses around it.
pub(crate) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        other => other,
    }
}

/// The identifier of an expression that is one and no more.
pub(crate) fn lone_name(expr: &Expr) -> Option<&Ident> {
    match bare(expr) {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

/// Whether an expression makes a value that has no place of its own.
pub(crate) fn is_rvalue(expr: &Expr) -> bool {
    match bare(expr) {
        // A variant or a struct without fields is a value; a local, a constant or a static has another case.
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
        }),
        Expr::Field(_) | Expr::Index(_) => false,
        Expr::Unary(operation) => !matches!(operation.op, UnOp::Deref(_)),
        _ => true,
    }
}

/// Whether an expression is a place that evaluating twice does not change: a path, its fields,
/// what it points to.
pub(crate) fn is_inert_place(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Path(_) => true,
        Expr::Field(field) => is_inert_place(&field.base),
        Expr::Unary(operation) => {
            matches!(operation.op, UnOp::Deref(_)) && lone_name(&operation.expr).is_some()
        }
        _ => false,
    }
}

/// Whether a binary operator assigns to its left side.
pub(crate) fn is_compound(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// Whether a binary operator borrows its operands.
pub(crate) fn is_comparison(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)
    )
}

/// Whether a condition binds names.
pub(crate) fn contains_let(cond: &Expr) -> bool {
    match bare(cond) {
        Expr::Let(_) => true,
        Expr::Binary(operation) => contains_let(&operation.left) || contains_let(&operation.right),
        _ => false,
    }
}

/// The conditions of a chain, in order.
pub(crate) fn links(cond: &Expr) -> Vec<&Expr> {
    match bare(cond) {
        Expr::Binary(operation) if matches!(operation.op, BinOp::And(_)) && contains_let(cond) => {
            let mut all = links(&operation.left);
            all.extend(links(&operation.right));
            all
        }
        _ => vec![cond],
    }
}

/// Whether a function is the constructor of a tuple struct or variant, as its name has it.
pub(crate) fn is_constructor(function: &Expr) -> bool {
    let name = last_name(function);
    name.is_some_and(|name| !binds(name))
}

fn last_name(path: &Expr) -> Option<&Ident> {
    match bare(path) {
        Expr::Path(path) => Some(&path.path.segments.last()?.ident),
        _ => None,
    }
}

/// The local at the root of a place: `x` of `x.f.g`, with no dereference on the way.
pub(crate) fn root(expr: &Expr) -> Option<&Ident> {
    match bare(expr) {
        Expr::Field(field) => root(&field.base),
        other => lone_name(other),
    }
}

/// One step from a local to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Field(syn::Member),
    Deref,
}

/// The local and the way to the part of it that an expression is: `x.f`, `*x`, `(*x.f).g`.
pub(crate) fn part(expr: &Expr) -> Option<(&Ident, Vec<Step>)> {
    match bare(expr) {
        Expr::Field(field) => {
            let (root, mut path) = part(&field.base)?;
            path.push(Step::Field(field.member.clone()));
            Some((root, path))
        }
        Expr::Unary(syn::ExprUnary {
            op: UnOp::Deref(_),
            expr,
            ..
        }) => {
            let (root, mut path) = part(expr)?;
            path.push(Step::Deref);
            Some((root, path))
        }
        other => Some((lone_name(other)?, Vec::new())),
    }
}

/// Whether an expression names a local or a part of one, so that `_` matches it untouched.
pub(crate) fn is_untouched_by_wildcard(expr: &Expr, locals: &Locals) -> bool {
    part(expr).is_some_and(|(name, _)| locals.find(name).is_some())
}

/// The locals that the `let`s of a condition bind, in order.
pub(crate) fn bindings_of_condition(cond: &Expr, locals: &Locals) -> Vec<LocalId> {
    match cond {
        Expr::Let(binding) => bindings(&binding.pat, locals),
        Expr::Binary(operation) if matches!(operation.op, BinOp::And(_)) => {
            let mut all = bindings_of_condition(&operation.left, locals);
            all.extend(bindings_of_condition(&operation.right, locals));
            all
        }
        Expr::Paren(inner) => bindings_of_condition(&inner.expr, locals),
        Expr::Group(inner) => bindings_of_condition(&inner.expr, locals),
        _ => Vec::new(),
    }
}

/// Whether syntax alone says that the value is a closure, or holds one.
pub(crate) fn is_closure(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Closure(_) => true,
        Expr::Tuple(tuple) => tuple.elems.iter().any(is_closure),
        Expr::Array(array) => array.elems.iter().any(is_closure),
        Expr::Call(call) => call.args.iter().any(is_closure),
        _ => false,
    }
}

/// Whether syntax alone says that the value is a reference.
pub(crate) fn is_reference(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Reference(_) => true,
        Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_)),
        _ => false,
    }
}

/// Whether syntax alone says that the value has no drop.
pub(crate) fn is_trivial(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Array(array) => array.elems.iter().all(is_trivial),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_trivial),
        Expr::Repeat(repeat) => is_trivial(&repeat.expr),
        Expr::Reference(_) => true,
        Expr::Cast(cast) => is_trivial_type(&cast.ty),
        other => is_copy(other),
    }
}

/// Whether syntax alone says that the value takes a word or two.
pub(crate) fn is_small(expr: &Expr) -> bool {
    let is_list = matches!(
        bare(expr),
        Expr::Array(_) | Expr::Tuple(_) | Expr::Repeat(_)
    );
    match bare(expr) {
        Expr::Cast(cast) => is_small_type(&cast.ty),
        expr => is_trivial(expr) && !is_list,
    }
}

/// Whether syntax alone says that the value is `Copy`.
pub(crate) fn is_copy(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Lit(_) => true,
        Expr::Reference(reference) => reference.mutability.is_none(),
        Expr::Cast(cast) => is_copy_type(&cast.ty),
        Expr::Binary(operation) => is_comparison(&operation.op),
        Expr::Array(array) => array.elems.iter().all(is_copy),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_copy),
        Expr::Repeat(repeat) => is_copy(&repeat.expr),
        _ => false,
    }
}

/// Which fields of a struct that is written as one may have a drop.
pub(crate) fn fields_of_struct(expr: &Expr) -> Vec<Ident> {
    let Expr::Struct(literal) = bare(expr) else {
        return Vec::new();
    };
    let has_rest = literal.dot2_token.is_some();
    let fields = literal
        .fields
        .iter()
        .filter(|field| !is_trivial(&field.expr));
    let names = fields.map(|field| match &field.member {
        syn::Member::Named(name) if !has_rest => Some(name.clone()),
        _ => None,
    });
    names.collect::<Option<_>>().unwrap_or_default()
}

/// Which parts of a tuple may have a drop, as bits.
pub(crate) fn parts_of_tuple(expr: &Expr) -> Option<u32> {
    match bare(expr) {
        Expr::Tuple(tuple) => bits(tuple.elems.iter().map(|part| !is_trivial(part))),
        _ => None,
    }
}

/// The same of what is declared to be one.
pub(crate) fn parts_of_tuple_type(ty: &syn::Type) -> Option<u32> {
    match ty {
        syn::Type::Tuple(tuple) => bits(tuple.elems.iter().map(|part| !is_trivial_type(part))),
        _ => None,
    }
}

fn bits(parts: impl ExactSizeIterator<Item = bool>) -> Option<u32> {
    (parts.len() <= 32).then(|| {
        let set = parts.enumerate().filter(|&(_, is_set)| is_set);
        set.fold(0, |bits, (part, _)| bits | 1 << part)
    })
}

/// Whether syntax alone says that a type is a reference.
pub(crate) fn is_reference_type(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(_) => true,
        syn::Type::Paren(inner) => is_reference_type(&inner.elem),
        syn::Type::Group(inner) => is_reference_type(&inner.elem),
        _ => false,
    }
}

/// Whether syntax alone says that a type has no drop.
pub(crate) fn is_trivial_type(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Array(array) => is_trivial_type(&array.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_trivial_type),
        other => is_reference_type(other) || is_copy_type(other),
    }
}

/// Whether syntax alone says that values of a type take a word or two.
pub(crate) fn is_small_type(ty: &syn::Type) -> bool {
    is_trivial_type(ty) && !matches!(ty, syn::Type::Array(_) | syn::Type::Tuple(_))
}

/// Whether syntax alone says that a type is `Copy`.
pub(crate) fn is_copy_type(ty: &syn::Type) -> bool {
    const PRIMITIVES: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize",
    ];
    match ty {
        syn::Type::Path(path) if path.qself.is_none() => path
            .path
            .get_ident()
            .is_some_and(|name| PRIMITIVES.contains(&&*name.to_string())),
        syn::Type::Array(array) => is_copy_type(&array.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_copy_type),
        syn::Type::Reference(reference) => reference.mutability.is_none(),
        syn::Type::Ptr(_) => true,
        syn::Type::Paren(inner) => is_copy_type(&inner.elem),
        syn::Type::Group(inner) => is_copy_type(&inner.elem),
        _ => false,
    }
}
