//! The `#[coroutine]` attribute.
use proc_macro::TokenStream;

/// Lowers a function into a pinned state machine.
#[proc_macro_attribute]
pub fn coroutine(_options: TokenStream, item: TokenStream) -> TokenStream {
    item
}
