//! Mentions among the tokens of macros that nobody can see into.
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::Macro;
use syn::visit_mut::VisitMut;

use super::{Resolver, free_names};
use crate::strings::{self, Capture, Captured};
use crate::{captures, macros};

impl Resolver<'_> {
    /// Notes the free names in a block of its own, or in the arguments of a macro, if they look
    /// like expressions.
    pub(super) fn free_among(&mut self, mac: &Macro) {
        if self.free.is_none() {
            return;
        }
        if captures::is_block(mac) {
            let block = captures::statements(mac);
            for name in block.iter().flat_map(|block| free_names(block, &[])) {
                self.mention_free(&name);
            }
        } else if let Some(mut arguments) = macros::expressions(&mac.tokens) {
            for argument in &mut arguments {
                self.visit_expr_mut(argument);
            }
        }
    }

    /// What is captured by name in the strings among the tokens of a macro that nobody can see into.
    pub(super) fn strings(&mut self, mac: &Macro) -> Captured {
        let mut captured = Captured::default();
        let mut seen = Vec::new();
        for (text, span) in strings::all(&mac.tokens) {
            for (name, capture) in strings::captured(&text) {
                let Some(id) = self.lookup(&name).filter(|id| !seen.contains(id)) else {
                    continue;
                };
                seen.push(id);
                let key = self.locals.mention(id, &Ident::new(&name, span));
                match capture {
                    Capture::Count => captured.counts.push(key),
                    Capture::Shown | Capture::Address => captured.shown.push(key),
                }
                if let (Capture::Address, Some(last)) = (capture, mac.path.segments.last()) {
                    self.captured.push((id, last.ident.clone()));
                }
            }
        }
        captured
    }

    /// Mentions among tokens whose grammar is unknown: a name that could be a path, a field or
    /// the name of an argument is not one.
    pub(super) fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let all: Vec<TokenTree> = tokens.into_iter().collect();
        let is_punct = |index: usize, c: char| matches!(all.get(index), Some(TokenTree::Punct(p)) if p.as_char() == c);
        let mut result = Vec::new();
        for (index, token) in all.iter().enumerate() {
            result.push(match token {
                TokenTree::Ident(name) => {
                    let after_dot = index > 0
                        && is_punct(index - 1, '.')
                        && !(index > 1 && is_punct(index - 2, '.'));
                    // What is behind a single colon may be a value, as in a struct.
                    let in_path =
                        (index > 1 && is_punct(index - 1, ':') && is_punct(index - 2, ':'))
                            || is_punct(index + 1, ':');
                    let is_name = is_punct(index + 1, '!') && !is_punct(index + 2, '=')
                        || is_punct(index + 1, '=')
                            && !is_punct(index + 2, '=')
                            && !is_punct(index + 2, '>');
                    match self.lookup(&name.to_string()) {
                        Some(id) if !after_dot && !in_path && !is_name => {
                            TokenTree::Ident(self.locals.mention(id, name))
                        }
                        _ => token.clone(),
                    }
                }
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.tokens(group.stream()));
                    inner.set_span(group.span());
                    TokenTree::Group(inner)
                }
                TokenTree::Literal(_) | TokenTree::Punct(_) => token.clone(),
            });
        }
        result.into_iter().collect()
    }
}
