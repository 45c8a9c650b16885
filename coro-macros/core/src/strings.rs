//! Locals that are captured by name in a string of a macro that nobody can see into.
//!
//! ```text
//!   log!("from {peer:width$}")      resolve: log!(__captured(peer)(width) "from {peer:width$}")
//!                                   emit:    match (&**peer_lent, **width_lent) {
//!                                                (peer, width) => log!("from {peer:width$}")
//!                                            }
//! ```
//!
//! Law: what stands in front of the tokens is seen by all passes as mentions, and by no macro.
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::Macro;

use crate::macros;

const CAPTURED: &str = "__captured";

/// The keys of what a string captures.
#[derive(Default)]
pub(crate) struct Captured {
    /// What it shows.
    pub(crate) shown: Vec<Ident>,
    /// Widths and precisions, which are numbers.
    pub(crate) counts: Vec<Ident>,
}

/// How a string captures a name.
pub(crate) enum Capture {
    Shown,
    Count,
    /// By its address, which a reference to it would show in another way.
    Address,
}

/// The names that a string captures.
pub(crate) fn captured(text: &str) -> Vec<(String, Capture)> {
    let capture = |name: String| {
        let is_address = text.split(&format!("{{{name}:")).skip(1).any(|rest| {
            let spec = rest.split('}').next();
            spec.is_some_and(|spec| spec.ends_with('p'))
        });
        let capture = if is_address {
            Capture::Address
        } else if text.contains(&format!("{name}$")) {
            Capture::Count
        } else {
            Capture::Shown
        };
        (name, capture)
    };
    macros::captured_names(text)
        .into_iter()
        .map(capture)
        .collect()
}

/// Puts the keys in front of the tokens of a macro.
pub(crate) fn note(mac: &mut Macro, captured: &Captured) {
    let Captured { shown, counts } = captured;
    if shown.is_empty() && counts.is_empty() {
        return;
    }
    let (name, tokens) = (Ident::new(CAPTURED, Span::mixed_site()), &mac.tokens);
    mac.tokens = quote!(#name (#(#shown)*) (#(#counts)*) #tokens);
}

/// Whether keys stand in front of the tokens of a macro.
pub(crate) fn is_noted(mac: &Macro) -> bool {
    let first = mac.tokens.clone().into_iter().next();
    matches!(first, Some(TokenTree::Ident(name)) if name == CAPTURED)
}

/// Takes the keys off the tokens of a macro again.
pub(crate) fn take(mac: &mut Macro) -> Captured {
    if !is_noted(mac) {
        return Captured::default();
    }
    let mut tokens = std::mem::take(&mut mac.tokens).into_iter().skip(1);
    let (shown, counts) = (tokens.next(), tokens.next());
    mac.tokens = tokens.collect();
    Captured {
        shown: keys(shown),
        counts: keys(counts),
    }
}

fn keys(group: Option<TokenTree>) -> Vec<Ident> {
    let Some(TokenTree::Group(group)) = group else {
        return Vec::new();
    };
    let keys = group.stream().into_iter().filter_map(|token| match token {
        TokenTree::Ident(key) => Some(key),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    keys.collect()
}

/// The strings among tokens, with their spans.
pub(crate) fn all(tokens: &TokenStream) -> Vec<(String, Span)> {
    let strings = tokens.clone().into_iter().flat_map(|token| match token {
        TokenTree::Group(group) => all(&group.stream()),
        TokenTree::Literal(literal) => match syn::Lit::new(literal) {
            syn::Lit::Str(text) => vec![(text.value(), text.span())],
            _ => Vec::new(),
        },
        TokenTree::Ident(_) | TokenTree::Punct(_) => Vec::new(),
    });
    strings.collect()
}
