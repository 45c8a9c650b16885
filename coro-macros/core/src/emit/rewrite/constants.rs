//! Borrows of what rustc makes a constant of, unless it has a drop.
//!
//! ```text
//!   from                       into
//!   &Retry { times: 3 }        &(*constant_or_put(&owner, has_drop, const { &(Retry { times: 3 }) }, || Retry { times: 3 }))
//! ```
use proc_macro2::Ident;
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use crate::shape;

/// The place of a constant: its own, or the temporary of `owner`, which drops it.
pub(super) fn borrowed_constant(owner: &Ident, value: &Expr) -> Expr {
    let drops = shape::may_be_dropped(value)
        .into_iter()
        .map(|part| match part {
            Expr::Struct(_) => output!((&__coro::constant::of(|| #part)).has_drop()),
            _ => output!(__coro::constant::needs_drop(|| #part)),
        });
    // It may hold a cell, which rustc says there.
    let constant = quote_spanned!(value.span()=> const { &(#value) });
    output_as!((*{
        use __coro::constant::{HasDrop as _, HasNoDrop as _};
        let __has_drop = false #(| #drops)*;
        __coro::constant::constant_or_put(&#owner, __has_drop, #constant, || #value)
    }))
}
