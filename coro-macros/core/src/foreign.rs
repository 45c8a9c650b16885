//! Macros of tokio and of futures that await by themselves: what they stand for, since an attribute cannot
//! see an expansion.
//!
//! ```text
//!   tokio::select! {              {
//!       biased;                       let __disabled = if !c { 2 } else { 0 };
//!       p = a => x,                   let __output = {
//!       q = b, if c => y,                 let (__a, __b) = (a, b);
//!       else => z,                        select(true, __disabled, (branch(__a, …), (branch(__b, …), ()))).await
//!   }                                 };
//!                                     match __output { Left(p) => x, Right(Left(q)) => y, Right(Right(())) => z }
//!                                 }
//!   tokio::join!(a, b)            { let (__a, __b) = (a, b); join(Turns, (joined(__a), …), |…| (…)).await }
//!   tokio::pin!(a);               let mut a = pin!(a);
//! ```
//!
//! Laws: futures are made, polled and dropped when these libraries do it; arms are code of the body. A
//! `select!` without a path is tokio's where its value is used, and the runtime's where a future is.
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Local, Macro, Pat, Path, Stmt, Token};

use crate::macros;
use crate::select::{Arm, Select, biased};
use crate::shape;

/// What a macro call stands for, if it awaits by itself.
pub(crate) fn awaiting(mac: &Macro) -> Option<syn::Result<Expr>> {
    let is_bare = mac.path.get_ident().is_some();
    let package = package(mac);
    if !(is_bare && macros::is_select(mac)) && package.is_none() {
        return None;
    }
    let name = &mac.path.segments.last()?.ident;
    let meant = match &*name.to_string() {
        "select" | "select_biased" if package == Some(Package::Futures) => {
            return Some(Err(unknown(mac)));
        }
        "select" => {
            let select: Select = mac.parse_body().ok()?;
            if select.arms.is_empty() {
                return None;
            }
            if is_bare && let Some(error) = ambiguous(mac, &select) {
                return Some(Err(error));
            }
            selected(select, name.span())
        }
        "join" | "try_join" => joined(mac, name, package?)?,
        _ => return None,
    };
    syn::parse2(meant).ok().map(Ok)
}

/// Replaces the statements of a block that pin locals: those that they name, or those of their `let`s.
/// The macros are the result.
pub(crate) fn pin_locals(block: &mut Block) -> Vec<Path> {
    let mut replaced = Vec::new();
    for at in (0..block.stmts.len()).rev() {
        if let Stmt::Macro(call) = &block.stmts[at]
            && (call.semi_token.is_some() || at + 1 < block.stmts.len())
            && let Some(pinned) = pinning(&call.mac)
        {
            replaced.push(call.mac.path.clone());
            block.stmts.splice(at..=at, pinned);
        }
    }
    replaced
}

fn pinning(mac: &Macro) -> Option<Vec<Stmt>> {
    let name = &mac.path.segments.last()?.ident;
    let is_bare = mac.path.get_ident().is_some();
    if !(name == "pin" && (is_bare || is_of_tokio(mac)) || name == "pin_mut") {
        return None;
    }
    let (mut stmts, names) = pinned(&mac.tokens)?;
    for name in names {
        let here = name.span().resolved_at(Span::mixed_site());
        let pinned =
            quote_spanned!(here=> #[allow(unused_mut)] let mut #name = ::core::pin::pin!(#name););
        stmts.push(syn::parse2(pinned).ok()?);
    }
    Some(stmts)
}

/// The statements in a `pin!`, and the names that it pins.
fn pinned(tokens: &TokenStream) -> Option<(Vec<Stmt>, Vec<Ident>)> {
    let parser = Punctuated::<Ident, Token![,]>::parse_terminated;
    if let Ok(names) = parser.parse2(tokens.clone()) {
        return Some((Vec::new(), names.into_iter().collect()));
    }
    let stmts = Block::parse_within.parse2(tokens.clone()).ok()?;
    let names = stmts.iter().map(|stmt| match stmt {
        Stmt::Local(Local {
            pat: Pat::Ident(name),
            init: Some(_),
            ..
        }) => Some(name.ident.clone()),
        _ => None,
    });
    let names = names.collect::<Option<_>>()?;
    Some((stmts, names))
}

/// Whether the value of a macro call without a path is used as a future.
pub(crate) fn is_made(expr: &Expr) -> bool {
    matches!(shape::bare(expr), Expr::Macro(call) if macros::is_select(&call.mac) && !is_of_tokio(&call.mac))
}

/// Whether a local is what a `select!` makes, and awaited in the statements behind.
pub(crate) fn is_awaited_later(stmt: &Stmt, behind: &[Stmt]) -> bool {
    let Stmt::Local(local) = stmt else {
        return false;
    };
    let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) else {
        return false;
    };
    is_made(&init.expr) && awaits(quote!(#(#behind)*), &name.ident)
}

/// Whether tokens await a local, or pin it.
fn awaits(tokens: TokenStream, name: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_named = |token: &TokenTree| matches!(token, TokenTree::Ident(found) if found == name);
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Group(group) => {
            let is_pinned = matches!(
                &tokens[..index],
                [.., TokenTree::Ident(called), TokenTree::Punct(_)] if called == "wait" || called == "pin"
            );
            let first = group.stream().into_iter().next();
            is_pinned && first.as_ref().is_some_and(is_named) || awaits(group.stream(), name)
        }
        _ => {
            let next = tokens.get(index + 1..index + 3).unwrap_or_default();
            let is_await = matches!(
                next,
                [TokenTree::Punct(dot), TokenTree::Ident(keyword)]
                    if dot.as_char() == '.' && keyword == "await"
            );
            is_named(token) && is_await
        }
    })
}

/// A library whose macros are known.
#[derive(Clone, Copy, PartialEq)]
enum Package {
    Tokio,
    Futures,
}

/// The library that a path names.
fn package(mac: &Macro) -> Option<Package> {
    let mut segments = mac.path.segments.iter();
    let (package, 2) = (segments.next()?, mac.path.segments.len()) else {
        return None;
    };
    match &*package.ident.to_string() {
        "tokio" => Some(Package::Tokio),
        "futures" | "futures_util" => Some(Package::Futures),
        _ => None,
    }
}

fn is_of_tokio(mac: &Macro) -> bool {
    package(mac) == Some(Package::Tokio)
}

fn unknown(mac: &Macro) -> syn::Error {
    let path = mac.path.to_token_stream().to_string().replace(' ', "");
    syn::Error::new_spanned(
        &mac.path,
        format!(
            "`{path}!` awaits by itself, and an attribute cannot see into it; use `tokio::select!`, the `select!` of \
             the runtime, or `async {{ {path}! {{ … }} }}.await`, from which no arm can leave"
        ),
    )
}

/// Without a path the macro may be another library's, which borrows a future that is a lone name.
fn ambiguous(mac: &Macro, select: &Select) -> Option<syn::Error> {
    let mut futures = select.arms.iter().map(|arm| &arm.future);
    let future = futures.find(|future| shape::lone_name(future).is_some())?;
    let (path, name) = (mac.path.to_token_stream(), future.to_token_stream());
    Some(syn::Error::new_spanned(
        future,
        format!(
            "`{path}!` of tokio takes `{name}`, and that of another library borrows it; write `tokio::{path}!`, \
             or `&mut {name}`"
        ),
    ))
}

fn selected(select: Select, span: Span) -> TokenStream {
    let support = quote_spanned!(span.resolved_at(Span::mixed_site())=> ::coro::__private::select);
    let is_biased = select.is_biased.is_some();
    let names = names(select.arms.len());
    let futures = select.arms.iter().map(|arm| &arm.future);
    let branches = select.arms.iter().zip(&names).map(|(arm, name)| {
        let matches = matching(&arm.pat);
        quote!(#support::branch(#name, #matches))
    });
    let branches = nested(branches, quote!(()));
    let called = quote_spanned!(span.resolved_at(Span::mixed_site())=> select);
    let (disabled, is_disabled) = disabled(&select.arms);
    let is_refutable = select.arms.iter().any(|arm| !is_irrefutable(&arm.pat));
    let arms = select.arms.iter().enumerate().map(|(index, arm)| {
        let Arm { pat, value, .. } = arm;
        let pat = place(index, quote!(#support::Either::Left(#pat)), &support);
        quote!(#pat => #value,)
    });
    let none = place(select.arms.len(), quote!(()), &support);
    let otherwise = match &select.otherwise {
        Some(otherwise) => otherwise.to_token_stream(),
        None => quote! {
            ::core::panic!("all branches are disabled and there is no else branch")
        },
    };
    let unmatched = is_refutable.then(|| {
        quote! {
            #[allow(unreachable_patterns)]
            _ => ::core::unreachable!("an output matches the pattern of its arm"),
        }
    });
    quote_spanned! {Span::mixed_site()=> {
        #disabled
        let __output = {
            let (#(#names,)*) = (#(#futures,)*);
            #support::#called(#is_biased, #is_disabled, #branches).await
        };
        match __output {
            #(#arms)*
            #none => #otherwise,
            #unmatched
        }
    }}
}

/// A statement that evaluates the conditions, and the bits that it makes of them.
fn disabled(arms: &[Arm]) -> (TokenStream, TokenStream) {
    let conditions = arms.iter().enumerate().filter_map(|(index, arm)| {
        let (condition, bit) = (arm.condition.as_ref()?, 1_u64 << index);
        Some(quote!((if !(#condition) { #bit } else { 0 })))
    });
    let conditions: Vec<_> = conditions.collect();
    match conditions.is_empty() {
        true => (TokenStream::new(), quote!(0)),
        false => (
            quote!(let __disabled = #(#conditions)|*;),
            quote!(__disabled),
        ),
    }
}

fn joined(mac: &Macro, name: &Ident, package: Package) -> Option<TokenStream> {
    let parser = |input: ParseStream<'_>| {
        let is_biased = input.peek(biased) && input.peek2(Token![;]);
        if is_biased {
            input.parse::<biased>()?;
            input.parse::<Token![;]>()?;
        }
        let futures = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
        Ok((is_biased, futures))
    };
    let (is_biased, futures) = parser.parse2(mac.tokens.clone()).ok()?;
    let here = Span::mixed_site();
    let support = quote!(::coro::__private::join);
    let called = Ident::new(&name.to_string(), name.span().resolved_at(here));
    let (mut names, futures) = (names(futures.len()), futures.iter());
    let made = match package {
        Package::Tokio => quote!(let (#(#names,)*) = (#(#futures,)*);),
        Package::Futures => quote!(#(let #names = #futures;)*),
    };
    let outputs = quote!((#(#names,)*));
    let order = match package {
        Package::Tokio if is_biased => quote!(Forwards),
        Package::Tokio => quote!(Turns),
        Package::Futures => {
            // Each is a local of its own, and the last one is dropped first.
            names.reverse();
            quote!(Backwards)
        }
    };
    let list = names.iter().map(|name| quote!(#support::joined(#name)));
    let list = nested(list, quote!(()));
    let listed = nested(names.iter().map(ToTokens::to_token_stream), quote!(()));
    Some(quote_spanned! {here=> {
        #made
        #support::#called(#support::Order::#order, #list, |#listed| #outputs).await
    }})
}

/// What the futures are called.
fn names(count: usize) -> Vec<Ident> {
    (0..count)
        .map(|index| format_ident!("__future_{index}", span = Span::mixed_site()))
        .collect()
}

/// From `a, b` into `(a, (b, end))`.
fn nested(items: impl DoubleEndedIterator<Item = TokenStream>, end: TokenStream) -> TokenStream {
    items.rfold(end, |tail, item| quote!((#item, #tail)))
}

/// A pattern for what is behind so many others.
fn place(index: usize, pat: TokenStream, support: &TokenStream) -> TokenStream {
    (0..index).fold(pat, |pat, _| quote!(#support::Either::Right(#pat)))
}

/// A closure that says whether a pattern matches, and moves nothing.
fn matching(pat: &Pat) -> TokenStream {
    if is_irrefutable(pat) {
        return quote!(|_| true);
    }
    let mut pat = pat.clone();
    ByReference.visit_pat_mut(&mut pat);
    quote! {
        |__output| match __output {
            #[allow(unused_variables)]
            #pat => true,
            #[allow(unreachable_patterns)]
            _ => false,
        }
    }
}

/// Takes the `ref` and the `mut` out of a pattern.
struct ByReference;

impl VisitMut for ByReference {
    fn visit_pat_ident_mut(&mut self, binding: &mut syn::PatIdent) {
        (binding.by_ref, binding.mutability) = (None, None);
        visit_mut::visit_pat_ident_mut(self, binding);
    }

    fn visit_pat_reference_mut(&mut self, reference: &mut syn::PatReference) {
        reference.mutability = None;
        visit_mut::visit_pat_reference_mut(self, reference);
    }
}

/// Whether syntax alone says that a pattern matches whatever comes.
fn is_irrefutable(pat: &Pat) -> bool {
    match pat {
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Ident(binding) => {
            let is_certain = binding.by_ref.is_some() || binding.mutability.is_some();
            let binds = is_certain || crate::resolve::binds(&binding.ident);
            let subpat = binding.subpat.as_ref();
            binds && subpat.is_none_or(|(_, pat)| is_irrefutable(pat))
        }
        Pat::Tuple(tuple) => tuple.elems.iter().all(is_irrefutable),
        Pat::Paren(inner) => is_irrefutable(&inner.pat),
        Pat::Type(typed) => is_irrefutable(&typed.pat),
        _ => false,
    }
}
