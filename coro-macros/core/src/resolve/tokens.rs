//! Mentions among the arguments of macros, also of those that nobody can see into.
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FieldValue, Macro, Member, Token};

use super::{Resolver, free_names};
use crate::select::Select;
use crate::strings::{self, Capture, Captured};
use crate::{captures, macros, shape};

impl Resolver<'_> {
    /// The arguments of a macro.
    pub(super) fn macro_call(&mut self, mac: &mut Macro) {
        if macros::is_textual(mac) {
            return;
        }
        if macros::is_select(mac)
            && let Ok(mut select) = mac.parse_body()
        {
            self.select(&mut select);
            mac.tokens = select.into_token_stream();
            return;
        }
        if let Some(mut value) = macros::pinned(mac) {
            self.visit_expr_mut(&mut value);
            mac.tokens = value.into_token_stream();
            return;
        }
        if captures::is_block(mac) {
            // What it takes is bound around it (see `captures::shown`); the other names are its own.
            return self.free_among(mac);
        }
        let Some(mut known) = macros::parse(mac) else {
            self.free_among(mac);
            let captured = self.strings(mac);
            let tokens = self.fields_by_name(std::mem::take(&mut mac.tokens));
            mac.tokens = self.tokens(tokens);
            strings::note(mac, &captured);
            return;
        };
        let mut captured = Vec::new();
        for name in known.captured() {
            let Some(id) = self.lookup(&name) else {
                self.mention_free(&Ident::new(&name, known.format_span()));
                continue;
            };
            let name = Ident::new(&name, self.locals[id].name.span());
            let key = self.locals.mention(id, &name);
            captured.push(macros::Argument {
                name: Some(name),
                value: syn::parse_quote!(#key),
                usage: shape::Use::Place,
            });
        }
        for argument in &mut known.arguments {
            self.visit_expr_mut(&mut argument.value);
        }
        known.arguments.extend(captured);
        mac.tokens = known.into_tokens();
    }

    /// The arms of a `select!`, which are the body of a closure.
    fn select(&mut self, select: &mut Select) {
        self.nested += 1;
        for arm in &mut select.arms {
            self.visit_expr_mut(&mut arm.future);
            if let Some(condition) = &mut arm.condition {
                self.visit_expr_mut(condition);
            }
            self.scope(|this| {
                this.bind(&mut arm.pat);
                this.visit_expr_mut(&mut arm.value);
            });
        }
        if let Some(otherwise) = &mut select.otherwise {
            self.visit_expr_mut(otherwise);
        }
        self.nested -= 1;
    }

    /// The tokens of a macro that nobody can see into, in which `S { x }` is `S { x: x }`: what a name of a local
    /// becomes is the name of no field. Only where they look like expressions.
    fn fields_by_name(&self, tokens: TokenStream) -> TokenStream {
        struct Fields<'a, 'b>(&'a Resolver<'b>, bool);
        impl VisitMut for Fields<'_, '_> {
            fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
                visit_mut::visit_field_value_mut(self, field);
                if let (Member::Named(name), None) = (&field.member, field.colon_token)
                    && self.0.lookup(&name.to_string()).is_some()
                {
                    field.colon_token = Some(Default::default());
                    self.1 = true;
                }
            }
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(mut arguments) = parser.parse2(tokens.clone()) else {
            return tokens;
        };
        let mut fields = Fields(self, false);
        for argument in &mut arguments {
            fields.visit_expr_mut(argument);
        }
        match fields.1 {
            true => arguments.into_token_stream(),
            false => tokens,
        }
    }

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
