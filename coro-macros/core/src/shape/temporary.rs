//! Temporaries with a name: how the tree says where one is made, and where it ends.
use proc_macro2::Ident;
use syn::{Expr, UnOp};

use super::{Step, bare, lone_name, part};
use crate::locals::{LocalId, Locals};
use crate::make;

const PLACE: &str = "__place_temporary";

/// A value that is put into the temporary `key`, and is used as that place.
pub(crate) fn place_temporary(key: &Ident, value: &Expr) -> Expr {
    let callee = Ident::new(PLACE, key.span());
    let arguments = vec![make::path(key.clone()), value.clone()];
    make::call(make::path(callee), arguments, key.span())
}

/// The temporary and the value of a [`place_temporary`].
pub(crate) fn as_place_temporary<'a>(
    expr: &'a mut Expr,
    locals: &Locals,
) -> Option<(crate::locals::MentionId, &'a mut Expr)> {
    let call = match expr {
        Expr::Call(call) if lone_name(&call.func).is_some_and(|name| name == PLACE) => call,
        Expr::Paren(inner) => return as_place_temporary(&mut inner.expr, locals),
        _ => return None,
    };
    let mut arguments = call.args.iter_mut();
    let key = locals.find(lone_name(arguments.next()?)?)?;
    Some((key, arguments.next()?))
}

/// The temporary and the value of a [`place_temporary`].
pub(crate) fn as_place_temporary_ref<'a>(
    expr: &'a Expr,
    locals: &Locals,
) -> Option<(crate::locals::MentionId, &'a Expr)> {
    let Expr::Call(call) = bare(expr) else {
        return None;
    };
    if !is_place_temporary(expr) {
        return None;
    }
    let mut arguments = call.args.iter();
    let key = locals.find(lone_name(arguments.next()?)?)?;
    Some((key, arguments.next()?))
}

/// The local that patterns are matched against, if it is one: named, or a place temporary.
pub(crate) fn scrutinee_local(expr: &Expr, locals: &Locals) -> Option<crate::locals::MentionId> {
    match as_place_temporary_ref(expr, locals) {
        Some((mention, _)) => Some(mention),
        None => locals.find(lone_name(expr)?),
    }
}

/// A [`place_temporary`], and the way to the part of it that an expression is.
pub(crate) fn temporary_part<'a>(
    expr: &'a Expr,
    locals: &Locals,
) -> Option<(crate::locals::MentionId, &'a Expr, Vec<Step>)> {
    match bare(expr) {
        Expr::Field(field) => {
            let (mention, value, mut path) = temporary_part(&field.base, locals)?;
            path.push(Step::Field(field.member.clone()));
            Some((mention, value, path))
        }
        Expr::Unary(syn::ExprUnary {
            op: UnOp::Deref(_),
            expr,
            ..
        }) => {
            let (mention, value, mut path) = temporary_part(expr, locals)?;
            path.push(Step::Deref);
            Some((mention, value, path))
        }
        other => {
            let (mention, value) = as_place_temporary_ref(other, locals)?;
            Some((mention, value, Vec::new()))
        }
    }
}

/// Puts the name of the temporary in the place of a [`place_temporary`] that an expression is a
/// part of, and gives its value.
pub(crate) fn take_temporary(
    expr: &mut Expr,
    locals: &Locals,
) -> Option<(crate::locals::MentionId, Expr)> {
    match expr {
        Expr::Paren(inner) => take_temporary(&mut inner.expr, locals),
        Expr::Group(inner) => take_temporary(&mut inner.expr, locals),
        Expr::Field(field) => take_temporary(&mut field.base, locals),
        Expr::Unary(syn::ExprUnary {
            op: UnOp::Deref(_),
            expr,
            ..
        }) => take_temporary(expr, locals),
        other => {
            let (mention, value) = as_place_temporary_ref(other, locals)?;
            let value = value.clone();
            let Expr::Call(call) = other else { return None };
            *other = call.args.first()?.clone();
            Some((mention, value))
        }
    }
}

/// The local that an expression is a part of, named or a [`place_temporary`], and the way to the
/// part.
pub(crate) fn scrutinee_part(
    expr: &Expr,
    locals: &Locals,
) -> Option<(crate::locals::MentionId, Vec<Step>)> {
    if let Some((mention, _, path)) = temporary_part(expr, locals) {
        return Some((mention, path));
    }
    let (name, path) = part(expr)?;
    Some((locals.find(name)?, path))
}

/// Whether an expression is a [`place_temporary`].
pub(crate) fn is_place_temporary(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Call(call) if lone_name(&call.func).is_some_and(|name| name == PLACE))
}

const END: &str = "__end_temporaries";

/// Ends temporaries, the last one first.
pub(crate) fn end_temporaries(keys: impl Iterator<Item = Ident>) -> Expr {
    let span = proc_macro2::Span::mixed_site();
    let callee = make::path(Ident::new(END, span));
    make::call(callee, keys.map(make::path).collect(), span)
}

/// The temporaries of an [`end_temporaries`].
pub(crate) fn as_end_temporaries(expr: &Expr, locals: &Locals) -> Option<Vec<LocalId>> {
    let Expr::Call(call) = expr else { return None };
    if lone_name(&call.func).is_none_or(|name| name != END) {
        return None;
    }
    let keys = call
        .args
        .iter()
        .filter_map(|key| locals.find(lone_name(key)?));
    Some(keys.map(|mention| locals.local_of(mention)).collect())
}
