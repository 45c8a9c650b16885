//! The lowering behind `#[coroutine]`, as an ordinary library on `proc_macro2`.
//!
//! One function in, one function out: [`expand`] runs without rustc, so that tests, fuzzers and
//! tools can call it. It never panics: what it cannot lower becomes `compile_error!`.
//!
//! The passes, in order, each a module with one function on top:
//!
//! ```text
//!   parse      attribute options, signature, body; both spellings into one tree
//!   resolve    every binding and mention a key: shadowing, hygiene, format strings
//!   normalise  the tree: what suspends stands where it can be jumped to
//!   flow       the control-flow graph, in terms of locals
//!   liveness   what is used later; how each mention gets at its local
//!   saved      what each suspension keeps, owes and may overlap
//!   storage    segment, stack or frame
//!   parts      moves of a part, which leave the rest
//!   layout     which slots share bytes (called by emit)
//!   emit       twin, state, frame, machine
//! ```
#![forbid(unsafe_code)]

mod captures;
mod conditions;
mod definitions;
mod emit;
mod errors;
mod expansions;
mod flow;
mod foreign;
mod keywords;
mod layout;
mod liveness;
mod locals;
mod macros;
mod make;
mod normalise;
mod options;
mod outputs;
mod parse;
mod parts;
mod refusals;
mod resolve;
mod saved;
mod scopes;
mod select;
mod set;
mod shape;
mod spelling;
mod storage;
mod strings;
mod stub;
mod suspend;
mod tree;

use proc_macro2::TokenStream;

/// The rules for the temporaries of tail expressions and of `if let`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Editions 2018 and 2021.
    Before2024,
    /// Edition 2024.
    From2024,
}

/// Lowers the function `item`, annotated with `#[coroutine(options)]`.
///
/// Without an edition, the output is right for whichever edition it is compiled in.
///
/// # Examples
///
/// ```
/// use coro_macros_core::{Edition, expand};
/// use quote::quote;
///
/// let output = expand(quote!(), quote!(fn f() { wait!(g()); }), Some(Edition::From2024));
/// assert!(output.to_string().contains("impl :: coro :: __private :: Future"));
/// ```
pub fn expand(options: TokenStream, item: TokenStream, edition: Option<Edition>) -> TokenStream {
    match conditions::of_function(&item) {
        Err(error) => stubs(options, &item, &error).into_iter().collect(),
        Ok(variants) if variants.is_empty() => {
            let functions = expand_function(options, item, edition);
            functions.into_iter().collect()
        }
        Ok(variants) => conditions::functions(variants, |item| {
            expand_function(options.clone(), item, edition)
        }),
    }
}

/// The coroutine, and the same in direct style if it is asked for.
fn expand_function(
    options: TokenStream,
    item: TokenStream,
    edition: Option<Edition>,
) -> Vec<TokenStream> {
    let function = match parse::parse(options.clone(), item.clone()) {
        Ok(function) => function,
        Err(error) => return stubs(options, &item, &error),
    };
    let lowered = match (&function.body, edition) {
        (None, _) => Ok(emit::declaration(&function)),
        (Some(body), Some(edition)) => {
            lower(&function, body, edition).map(|(output, _)| output.into_tokens())
        }
        (Some(body), None) => lower_for_any(&function, body),
    };
    let coroutine = lowered.unwrap_or_else(|error| stub::after_error(item, &error));
    let direct = emit::direct(&function);
    std::iter::once(coroutine).chain(direct).collect()
}

/// What stands in for both after an error.
fn stubs(options: TokenStream, item: &TokenStream, error: &syn::Error) -> Vec<TokenStream> {
    let coroutine = stub::after_error(item.clone(), error);
    let direct = stub::direct_after_error(options, item.clone(), error);
    std::iter::once(coroutine).chain(direct).collect()
}

/// Lowers the block of `future! { … }` into an expression that is a future.
///
/// Without an edition, the output is right for whichever edition it is compiled in.
///
/// # Examples
///
/// ```
/// use coro_macros_core::{Edition, expand_block};
/// use quote::quote;
///
/// let output = expand_block(quote!(wait!(stream.next())), Some(Edition::From2024));
/// assert!(output.to_string().contains("filled (stream)"));
/// ```
pub fn expand_block(tokens: TokenStream, edition: Option<Edition>) -> TokenStream {
    match conditions::of_block(&tokens) {
        Err(error) => block_after_error(&error),
        Ok(variants) if variants.is_empty() => expand_one_block(tokens, edition),
        Ok(variants) => conditions::blocks(variants, |tokens| expand_one_block(tokens, edition)),
    }
}

fn block_after_error(error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    quote::quote!({ #errors })
}

fn expand_one_block(tokens: TokenStream, edition: Option<Edition>) -> TokenStream {
    let lowered = parse::parse_block(tokens).and_then(|function| match &function.body {
        Some(body) => match edition {
            Some(edition) => {
                lower(&function, body, edition).map(|(output, _)| output.into_tokens())
            }
            None => lower_for_any(&function, body),
        },
        None => unreachable!("a block is its body"),
    });
    lowered.unwrap_or_else(|error| block_after_error(&error))
}

/// Lowers for the edition of the code around, whichever that is.
fn lower_for_any(function: &parse::Function, body: &syn::Block) -> syn::Result<TokenStream> {
    let (output, depends) = lower(function, body, Edition::From2024)?;
    if !depends {
        return Ok(output.into_tokens());
    }
    let (older, _) = lower(function, body, Edition::Before2024)?;
    Ok(output.into_tokens_or(older, function.signature.ident.span()))
}

/// Lowers for one edition, and says whether another would make a difference.
fn lower(
    function: &parse::Function,
    body: &syn::Block,
    edition: Edition,
) -> syn::Result<(emit::Output, bool)> {
    let body = body.clone();
    let mut locals = locals::Locals::default();
    let parameters = emit::Parameters::of(function, &mut locals);
    let mut body = parameters.around(body);
    let resolved = resolve::resolve(&mut body, parameters.names(), &function.items, &mut locals);
    let normalise::Normalised {
        mut body,
        points,
        depends_on_edition,
    } = normalise::normalise(body, edition, &mut locals)?;
    parameters.declare(&mut body, &locals);
    let flow = flow::flow(&body, &locals, &points, &parameters.locals());
    let liveness = liveness::liveness(&flow, &locals, &points);
    let saved = saved::saved(&flow, &liveness, &locals, &points);
    let storage = storage::storage(&body, &flow, &saved, &locals, &points);
    let mut errors = errors::Errors::default();
    resolved.check(|id| storage.has_slot(id), &locals, &mut errors);
    flow.check(|id| storage.has_slot(id), &locals, &mut errors);
    let parts = parts::parts(
        &flow,
        &locals,
        &liveness.access,
        |id| storage.has_slot(id),
        &mut errors,
    );
    errors.finish()?;
    let output = emit::emit(&emit::Lowered {
        function,
        parameters: &parameters,
        body: &body,
        locals: &locals,
        points: &points,
        flow: &flow,
        access: &liveness.access,
        saved: &saved,
        storage: &storage,
        parts: &parts,
    });
    Ok((output, depends_on_edition))
}
