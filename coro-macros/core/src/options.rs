//! What stands in the parentheses of the attribute.
use std::mem::replace;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Path, Token};

use crate::errors::Errors;

/// What the output is, besides a function that returns a future.
#[derive(Clone, Default)]
pub(crate) struct Options {
    /// The future is `Send`, which the signature says.
    pub(crate) is_send: bool,
    /// The future is a box, so that its size does not depend on what it waits for.
    pub(crate) is_boxed: bool,
    /// The name of the same function in direct style, beside the one that returns a future.
    pub(crate) direct: Option<Ident>,
}

/// `name` or `name = value`.
struct Item {
    name: Path,
    value: Option<TokenTree>,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Item { name, value })
    }
}

/// Parses the options, each at most once.
pub(crate) fn options(tokens: TokenStream) -> syn::Result<Options> {
    let mut options = Options::default();
    let mut errors = Errors::default();
    for item in Punctuated::<Item, Token![,]>::parse_terminated.parse2(tokens)? {
        if let Err(error) = options.set(item) {
            errors.push(error);
        }
    }
    errors.finish()?;
    Ok(options)
}

impl Options {
    fn set(&mut self, Item { name, value }: Item) -> syn::Result<()> {
        let option = name.get_ident().map(ToString::to_string);
        let is_again = match (option.as_deref(), &value) {
            (Some("Send"), None) => replace(&mut self.is_send, true),
            (Some("boxed"), None) => replace(&mut self.is_boxed, true),
            (Some("direct"), Some(TokenTree::Ident(value))) if is_name(value) => {
                self.direct.replace(value.clone()).is_some()
            }
            (Some("direct"), _) => {
                let at = value.unwrap_or_else(|| name.segments[0].ident.clone().into());
                return Err(syn::Error::new_spanned(
                    at,
                    "`direct` needs a name for the plain function, as in `direct = fetch_blocking`",
                ));
            }
            (Some(option @ ("Send" | "boxed")), Some(value)) => {
                return Err(syn::Error::new_spanned(
                    value,
                    format!("`{option}` has no value; remove it"),
                ));
            }
            _ => {
                return Err(syn::Error::new_spanned(
                    name,
                    "`#[coro::coroutine]` has the options `Send`, for a future that is, `boxed`, for one that \
                     may wait for itself, and `direct = name`, for a plain function beside it",
                ));
            }
        };
        if is_again {
            return Err(syn::Error::new_spanned(name, "an option twice; remove one"));
        }
        Ok(())
    }
}

/// Whether a function can be called so.
fn is_name(name: &Ident) -> bool {
    syn::parse2::<Ident>(name.to_token_stream()).is_ok_and(|name| name != "_")
}
