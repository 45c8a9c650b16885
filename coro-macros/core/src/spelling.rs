//! Where an expression stands in the source, for what rustc says of what stands in for it.
//!
//! No macro can join two spans, but what it emits reaches from its first token to its last one:
//!
//! ```text
//!   read(f).await     ({ step })(…)         the parentheses are of the spans of `read` and `await`
//! ```
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprAwait, Macro, MacroDelimiter, Member};

use crate::make;

/// The first and the last token of an expression.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelling {
    pub(crate) first: Span,
    pub(crate) last: Span,
}

impl Spelling {
    /// That of tokens.
    pub(crate) fn of(tokens: &impl ToTokens) -> Self {
        let mut tokens = tokens.to_token_stream().into_iter();
        let first = tokens.next().map(|token| token.span());
        let first = first.unwrap_or_else(Span::call_site);
        let last = tokens.last().map_or(first, |token| match token {
            TokenTree::Group(group) => group.span_close(),
            token => token.span(),
        });
        Spelling { first, last }
    }

    /// That of an expression.
    pub(crate) fn of_expr(expr: &Expr) -> Self {
        match (first(expr), last(expr)) {
            (Some(first), Some(last)) => Spelling { first, last },
            _ => Spelling::of(expr),
        }
    }

    /// That of a suspension, which `of_await` or `of_macro` has noted.
    pub(crate) fn of_suspension(wait: &ExprAwait) -> Self {
        Spelling {
            first: wait.dot_token.spans[0],
            last: wait.await_token.span,
        }
    }

    /// The call of `function` with `arguments`, which stands here. `function` is of the span of what
    /// rustc blames for it.
    pub(crate) fn call(self, function: TokenStream, arguments: TokenStream) -> TokenStream {
        let function = group(Delimiter::Brace, function, self.first);
        let callee = group(Delimiter::Parenthesis, function.into(), self.first);
        let arguments = group(Delimiter::Parenthesis, arguments, self.last);
        let mut call = TokenStream::new();
        call.extend([callee, arguments]);
        call
    }

    /// The same of a path, as an expression.
    pub(crate) fn call_expr(self, path: &[&str], argument: Expr) -> Expr {
        let path = make::long_path(path, self.first, self.last);
        let callee = make::parenthesised(make::braced(path, self.first), self.first);
        make::call(callee, vec![argument], self.last)
    }

    /// A path that stands here.
    pub(crate) fn path(self, names: &[&str]) -> TokenStream {
        let last = names.len() - 1;
        let names = names.iter().enumerate().map(|(index, name)| {
            let span = if index == last { self.last } else { self.first };
            Ident::new(name, span)
        });
        quote::quote!(#(#names)::*)
    }

    /// A `match` of which the keyword and the scrutinee stand here, and that ends there.
    pub(crate) fn choice(self, value: &str, arms: TokenStream, end: Span) -> TokenStream {
        let keyword = Ident::new("match", self.first);
        let value = Ident::new(value, self.last.resolved_at(Span::mixed_site()));
        let value = TokenTree::Ident(value).into();
        let value = group(Delimiter::Parenthesis, value, self.last);
        let mut choice = TokenStream::new();
        choice.extend([keyword.into(), value, group(Delimiter::Brace, arms, end)]);
        choice
    }

    /// A `match` that stands here.
    pub(crate) fn matched(self, value: TokenStream, arms: TokenStream) -> TokenStream {
        let keyword = TokenTree::Ident(Ident::new("match", self.first));
        let arms = group(Delimiter::Brace, arms, self.last);
        TokenStream::from_iter([keyword.into(), value, arms.into()])
    }
}

/// The first token of an expression, if it is one of those that need not be turned into tokens for that.
fn first(expr: &Expr) -> Option<Span> {
    match expr {
        Expr::Await(it) if it.attrs.is_empty() => first(&it.base),
        Expr::Call(it) if it.attrs.is_empty() => first(&it.func),
        Expr::Field(it) if it.attrs.is_empty() => first(&it.base),
        Expr::Index(it) if it.attrs.is_empty() => first(&it.expr),
        Expr::MethodCall(it) if it.attrs.is_empty() => first(&it.receiver),
        Expr::Try(it) if it.attrs.is_empty() => first(&it.expr),
        Expr::Reference(it) if it.attrs.is_empty() => Some(it.and_token.span),
        Expr::Path(it) if it.attrs.is_empty() && it.qself.is_none() => {
            match &it.path.leading_colon {
                Some(colon) => Some(colon.spans[0]),
                None => Some(it.path.segments.first()?.ident.span()),
            }
        }
        _ => None,
    }
}

/// The last token of an expression, if it is one of those that need not be turned into tokens for that.
fn last(expr: &Expr) -> Option<Span> {
    match expr {
        Expr::Await(it) => Some(it.await_token.span),
        Expr::Call(it) => Some(it.paren_token.span.close()),
        Expr::Index(it) => Some(it.bracket_token.span.close()),
        Expr::MethodCall(it) => Some(it.paren_token.span.close()),
        Expr::Try(it) => Some(it.question_token.span),
        Expr::Reference(it) => last(&it.expr),
        Expr::Field(it) => match &it.member {
            Member::Named(name) => Some(name.span()),
            Member::Unnamed(index) => Some(index.span),
        },
        Expr::Path(it) => {
            let last = it.path.segments.last()?;
            last.arguments.is_none().then(|| last.ident.span())
        }
        _ => None,
    }
}

fn group(delimiter: Delimiter, tokens: TokenStream, span: Span) -> TokenTree {
    let mut group = Group::new(delimiter, tokens);
    group.set_span(span);
    TokenTree::Group(group)
}

/// Notes where `operand.await` stands.
pub(crate) fn of_await(wait: &mut ExprAwait) {
    wait.dot_token.spans[0] = Spelling::of_expr(&wait.base).first;
}

/// The tokens of an `.await` that note where a `wait!` stands.
pub(crate) fn of_macro(mac: &Macro) -> (syn::Token![.], syn::Token![await]) {
    let last = match &mac.delimiter {
        MacroDelimiter::Paren(parens) => parens.span.close(),
        MacroDelimiter::Brace(braces) => braces.span.close(),
        MacroDelimiter::Bracket(brackets) => brackets.span.close(),
    };
    (
        syn::Token![.](Spelling::of(&mac.path).first),
        syn::Token![await](last),
    )
}

/// The token of a suspension that says that it is one.
pub(crate) fn keyword(wait: &ExprAwait) -> Span {
    let Spelling { first, last } = Spelling::of_suspension(wait);
    match last.source_text().as_deref() {
        Some(")" | "]" | "}") => first,
        _ => last,
    }
}
