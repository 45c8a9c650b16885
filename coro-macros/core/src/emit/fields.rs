//! Fields of events that are called as the locals which they record.
//!
//! ```text
//!   from                          into
//!   info!(?part, "read")          info!(part = ?(**part_lent), "read")
//! ```
//!
//! In the macros of `tracing` a name stands for itself with its value, which a place without a name cannot.
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Macro;

use super::rewrite::Rewriter;

/// What records events and spans.
const RECORDING: &[&str] = &["debug", "error", "event", "info", "span", "trace", "warn"];

impl Rewriter<'_> {
    /// The tokens of a macro that nobody can see into.
    pub(super) fn tokens_of(&self, mac: &Macro) -> TokenStream {
        let segments = mac.path.segments.iter().map(|it| it.ident.to_string());
        let segments: Vec<_> = segments.collect();
        let name = segments.last().map_or("", |name| name);
        let is_span = name == "span" || name.ends_with("_span");
        let records = RECORDING.contains(&name.trim_end_matches("_span"));
        let tokens: Vec<TokenTree> = mac.tokens.clone().into_iter().collect();
        let arguments: Vec<&[TokenTree]> = tokens.split(|token| is_punct(token, ",")).collect();
        let has_marks = arguments.iter().any(
            |argument| matches!(argument, [mark, TokenTree::Ident(_)] if is_punct(mark, "?%")),
        );
        let is_known = has_marks || segments.first().is_some_and(|first| first == "tracing");
        if !records || !is_known {
            return self.tokens(mac.tokens.clone(), !self.nested);
        }
        // Behind the string of an event there are the arguments of that. That of a span is its name.
        let is_string = |argument: &&[TokenTree]| matches!(argument, [TokenTree::Literal(_)]);
        let string = arguments.iter().position(is_string).filter(|_| !is_span);
        let last = arguments.len() - 1;
        let written = arguments.iter().enumerate().map(|(at, argument)| {
            let comma = (at < last).then(|| output!(,));
            let written = match string.is_some_and(|string| at > string) {
                true => self.tokens(argument.iter().cloned().collect(), !self.nested),
                false => self.field(argument),
            };
            output!(#written #comma)
        });
        written.collect()
    }

    /// One argument, with a name if it is a local which is where its slot is.
    fn field(&self, argument: &[TokenTree]) -> TokenStream {
        let locals = self.emitter.lowered.locals;
        let (mark, name) = match argument {
            [TokenTree::Ident(name)] => (None, name),
            [mark, TokenTree::Ident(name)] if is_punct(mark, "?%") => (Some(mark), name),
            _ => return self.tokens(argument.iter().cloned().collect(), !self.nested),
        };
        let value = self.tokens(name.to_token_stream(), !self.nested);
        match locals.find(name) {
            Some(mention) if self.in_place(mention).is_some() => {
                let written = locals.written(mention);
                output!(#written = #mark #value)
            }
            _ => output!(#mark #value),
        }
    }
}

fn is_punct(token: &TokenTree, of: &str) -> bool {
    matches!(token, TokenTree::Punct(punct) if of.contains(punct.as_char()))
}
