//! What stands in the parentheses of the attribute.
use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Path, Token};

use crate::errors::Errors;

/// What the returned future is, besides a future.
#[derive(Clone, Copy, Default)]
pub(crate) struct Options {
    /// It is `Send`, which the signature says.
    pub(crate) is_send: bool,
    /// It is a box, so that its size does not depend on what it waits for.
    pub(crate) is_boxed: bool,
}

/// Parses the options, each at most once.
pub(crate) fn options(tokens: TokenStream) -> syn::Result<Options> {
    let mut options = Options::default();
    let mut errors = Errors::default();
    let list = Punctuated::<Path, Token![,]>::parse_terminated.parse2(tokens)?;
    for path in &list {
        let option = match path.get_ident().map(ToString::to_string).as_deref() {
            Some("Send") => &mut options.is_send,
            Some("boxed") => &mut options.is_boxed,
            _ => {
                errors.at(
                    path,
                    "`#[coro::coroutine]` has the options `Send`, for a future that is, and `boxed`, \
                     for one that may wait for itself",
                );
                continue;
            }
        };
        if std::mem::replace(option, true) {
            errors.at(path, "an option twice; remove one");
        }
    }
    errors.finish()?;
    Ok(options)
}
