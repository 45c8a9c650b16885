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
        let records = segments.last().is_some_and(|name| {
            let name = name.strip_suffix("_span").unwrap_or(name);
            RECORDING.contains(&name)
        });
        let tokens: Vec<TokenTree> = mac.tokens.clone().into_iter().collect();
        let mut arguments: Vec<&[TokenTree]> = tokens.split(|token| is_punct(token, ",")).collect();
        let has_marks = arguments.iter().any(
            |argument| matches!(argument, [mark, TokenTree::Ident(_)] if is_punct(mark, "?%")),
        );
        let is_known = has_marks || segments.first().is_some_and(|first| first == "tracing");
        if !records || !is_known {
            return self.tokens(mac.tokens.clone(), !self.nested);
        }
        let last = arguments.pop();
        let mut output = TokenStream::new();
        for argument in arguments {
            output.extend(self.field(argument));
            output.extend(output!(,));
        }
        output.extend(last.map(|last| self.field(last)));
        output
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
