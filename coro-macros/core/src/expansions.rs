//! What macros of the standard library stand for, where they evaluate an argument only sometimes.
//!
//! ```text
//!   assert!(c, "{}", x)          if !c { panic!("{}", x) }
//!   assert_eq!(a, b, "{}", x)    match (&a, &b) { (l, r) => if !(*l == *r) { panic!(…, x, l, r) } }
//!   debug_assert!(c)             if cfg!(debug_assertions) { assert!(c) }
//!   matches!(e, p if g)          match e { p if g => true, _ => false }
//! ```
//!
//! Law: only calls in which such an argument suspends are replaced.
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Macro, Pat, Token, Type};

use crate::macros::{self, Known};
use crate::shape;

/// The expression that a macro call stands for, if it evaluates a suspension only sometimes.
pub(crate) fn expansion(mac: &Macro) -> Option<Expr> {
    let name = macros::standard(mac)?;
    if name == "matches" {
        return guarded(mac);
    }
    let known = macros::parse(mac)?;
    let lazy = known.arguments.get(known.eager..)?;
    let suspends = |argument: &macros::Argument| {
        macros::mentions_suspension(&argument.value.to_token_stream())
    };
    if !lazy.iter().any(suspends) {
        return None;
    }
    let span = name.span();
    let name = name.to_string();
    if let Some(checked) = name.strip_prefix("debug_") {
        let (checked, tokens) = (Ident::new(checked, span), &mac.tokens);
        let checked = quote_spanned!(span=> ::core::#checked!);
        return mixed(quote!(if ::core::cfg!(debug_assertions) { #checked(#tokens) }));
    }
    let panic = quote_spanned!(span=> ::core::panic!);
    match &*name {
        "assert" => {
            let (condition, message) = split::<1>(known)?;
            let [condition] = condition;
            mixed(quote!(if !(#condition) { #panic(#message) }))
        }
        "assert_eq" => compared(known, quote!(==), &panic),
        "assert_ne" => compared(known, quote!(!=), &panic),
        _ => None,
    }
}

/// A macro that returns from the function around it, as a `return`: by its name `bail!`, and by its
/// type, which is `!`. The closure of a coroutine returns something else, so that the macro needs
/// one of its own.
pub(crate) fn returning(mac: &Macro, output: &Type) -> Option<Expr> {
    if macros::is_ensure(mac) && is_result(output) {
        return ensuring(mac, output);
    }
    if !macros::is_bail(mac) {
        return None;
    }
    mixed(quote_spanned! {Span::mixed_site()=>
        return ::coro::__private::twin::returned(|| -> #output {
            #[allow(clippy::diverging_sub_expression)]
            let _never: <fn() -> ! as ::coro::__private::Returns>::Output = #mac;
        })
    })
}

/// An `ensure!`, which returns an error or goes on. If it does anything else, rustc refuses it.
fn ensuring(mac: &Macro, output: &Type) -> Option<Expr> {
    mixed(quote_spanned! {Span::mixed_site()=>
        match ::coro::__private::twin::ensured(|| {
            #mac;
            ::coro::__private::twin::goes_on::<#output>()
        }) {
            ::core::result::Result::Ok(_) => {}
            ::core::result::Result::Err(error) => return ::core::result::Result::Err(error),
        }
    })
}

/// Whether a type is a `Result`, as it is written.
fn is_result(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| last.ident == "Result")
        }
        _ => false,
    }
}

/// The first arguments, and the tokens of the rest.
fn split<const N: usize>(mut known: Known) -> Option<([Expr; N], TokenStream)> {
    let message = known.arguments.split_off(N);
    let first: Vec<Expr> = known
        .arguments
        .into_iter()
        .map(|first| first.value)
        .collect();
    Some((first.try_into().ok()?, macros::list(message)))
}

fn compared(known: Known, operator: TokenStream, panic: &TokenStream) -> Option<Expr> {
    let ([first, second], message) = split::<2>(known)?;
    let format =
        format!("assertion `left {operator} right` failed: {{}}\n  left: {{:?}}\n right: {{:?}}");
    let (left, right) = (name("__left"), name("__right"));
    mixed(quote! {
        match (&#first, &#second) {
            (#left, #right) => if !(*#left #operator *#right) {
                #panic(#format, ::core::format_args!(#message), &*#left, &*#right)
            }
        }
    })
}

/// `matches!` with a guard that suspends.
fn guarded(mac: &Macro) -> Option<Expr> {
    let parser = |input: ParseStream<'_>| {
        let value: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![if]>()?;
        let guard: Expr = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok((value, pat, guard))
    };
    let (value, pat, guard) = parser.parse2(mac.tokens.clone()).ok()?;
    if !macros::mentions_suspension(&guard.to_token_stream()) {
        return None;
    }
    if shape::is_reference(&value) && shape::alternatives(&pat, 1).len() == 1 {
        // Nothing is moved before the guard holds, and there is one guard to evaluate.
        return mixed(quote!(match #value { #pat => #guard, _ => false }));
    }
    mixed(quote! {
        match #value {
            #pat if #guard => true,
            _ => false,
        }
    })
}

/// A name that is found by no name of the user.
fn name(text: &str) -> Ident {
    Ident::new(text, Span::mixed_site())
}

fn mixed(tokens: TokenStream) -> Option<Expr> {
    syn::parse2(tokens).ok()
}
