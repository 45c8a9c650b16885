//! What stands in for what cannot be lowered, so that one mistake gives one error.
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Block, FnArg, ImplItem, Item, ReturnType, Token, TraitItem, Type};

use crate::macros;
use crate::options::{self, Options};
use crate::parse::Function;

/// What stands in for an item that cannot be lowered: its errors, and what its uses need to give
/// no errors of their own.
pub(crate) fn after_error(item: TokenStream, error: &syn::Error) -> TokenStream {
    if let Some(function) = parse_leniently(item.clone()) {
        return stub(function, error);
    }
    let errors = error.to_compile_error();
    match syn::parse2::<Item>(item) {
        Ok(item) => {
            let item = without_suspensions(item, error);
            quote::quote!(#item #errors)
        }
        Err(_) => errors,
    }
}

/// A function, whatever its body is.
fn parse_leniently(item: TokenStream) -> Option<Function> {
    let parser = |input: ParseStream<'_>| {
        let (attributes, visibility) = (input.call(Attribute::parse_outer)?, input.parse()?);
        let mut signature = input.parse()?;
        crate::emit::name_in_arguments(&mut signature);
        let body = if input.peek(Token![;]) {
            None
        } else {
            Some(syn::parse_quote!({}))
        };
        input.parse::<TokenStream>()?;
        Ok(Function {
            attributes,
            visibility,
            signature,
            body,
            items: Vec::new(),
            expanded: Vec::new(),
            captures: None,
            options: Options::default(),
        })
    };
    parser.parse2(item).ok()
}

/// A function of the same signature, as far as a coroutine can have it. Its errors are its body,
/// of which rustc then expects no more.
fn stub(mut function: Function, error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    if function.body.is_none() {
        let stub = crate::emit::declaration(&function);
        return quote::quote!(#stub #errors);
    }
    simplify(&mut function);
    let output: Type = match &function.signature.output {
        ReturnType::Default => syn::parse_quote!(()),
        ReturnType::Type(_, output) => crate::emit::never(output),
    };
    function.signature.output =
        syn::parse_quote!(-> impl ::coro::__private::Future<Output = #output>);
    with_errors(&function, &errors)
}

/// The function in direct style in the place of one that has errors, if the options ask for it.
pub(crate) fn direct_after_error(
    options: TokenStream,
    item: TokenStream,
    error: &syn::Error,
) -> Option<TokenStream> {
    // What is wrong with the options is said already.
    let name = options::options(options).ok()?.direct?;
    let mut function = parse_leniently(item)?;
    function.signature.ident = name;
    simplify(&mut function);
    if function.body.is_none() {
        let (attributes, signature) = (&function.attributes, &function.signature);
        return Some(quote::quote!(#(#attributes)* #signature;));
    }
    // The same errors once more, which rustc says once.
    Some(with_errors(&function, &error.to_compile_error()))
}

/// Takes off what is no part of an ordinary function, and the names of the parameters.
fn simplify(function: &mut Function) {
    function.attributes.retain(|attribute| {
        attribute
            .path()
            .segments
            .last()
            .is_none_or(|last| last.ident != "coroutine")
    });
    let signature = &mut function.signature;
    (
        signature.asyncness,
        signature.constness,
        signature.abi,
        signature.variadic,
    ) = (None, None, None, None);
    for input in &mut signature.inputs {
        if let FnArg::Typed(typed) = input {
            typed.pat = syn::parse_quote!(_);
        }
    }
}

fn with_errors(function: &Function, errors: &TokenStream) -> TokenStream {
    let (attributes, visibility, signature) = (
        &function.attributes,
        &function.visibility,
        &function.signature,
    );
    quote::quote!(#(#attributes)* #[allow(unused)] #visibility #signature { #errors })
}

/// An item on which the attribute makes no sense, with stubs for the coroutines in it.
fn without_suspensions(mut item: Item, error: &syn::Error) -> Item {
    let suspends = |block: &Block| macros::mentions_suspension(&block.to_token_stream());
    match &mut item {
        Item::Impl(item) => {
            for member in &mut item.items {
                if let ImplItem::Fn(method) = member
                    && suspends(&method.block)
                    && let Some(function) = parse_leniently(method.to_token_stream())
                {
                    *member = ImplItem::Verbatim(stub(function, error));
                }
            }
        }
        Item::Trait(item) => {
            for member in &mut item.items {
                if let TraitItem::Fn(method) = member
                    && method.default.as_ref().is_some_and(suspends)
                    && let Some(function) = parse_leniently(method.to_token_stream())
                {
                    *member = TraitItem::Verbatim(stub(function, error));
                }
            }
        }
        _ => {}
    }
    item
}
