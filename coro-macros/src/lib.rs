//! The `#[coroutine]` attribute.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

/// Lowers a function into a pinned state machine. Documented where it is re-exported, in `coro`.
#[proc_macro_attribute]
pub fn coroutine(options: TokenStream, item: TokenStream) -> TokenStream {
    coro_macros_core::expand(options.into(), item.into(), None).into()
}

/// Lowers a block into a future. Documented where it is re-exported, in `coro`.
#[proc_macro]
pub fn future(tokens: TokenStream) -> TokenStream {
    coro_macros_core::expand_block(tokens.into(), None).into()
}
