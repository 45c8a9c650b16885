//! What a method call is by its syntax alone: its name, and whether closures are passed to it.
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Expr;

use super::{Use, bare, is_constructor, last_name, lone_name};

/// How a method call uses its receiver, as far as syntax tells.
pub(crate) fn receiver_use(call: &syn::ExprMethodCall) -> Use {
    let name = call.method.to_string();
    let name = name.as_str();
    // Traits of the prelude that every type has by value: method lookup finds them before any
    // borrow of the receiver.
    if matches!(name, "into" | "try_into") {
        return Use::Value;
    }
    // References to any type have these methods, too, which would confuse the look-up.
    if matches!(name, "clone" | "to_owned") && call.args.is_empty() {
        return Use::Place;
    }
    if !call.args.iter().any(contains_closure) {
        return Use::Receiver;
    }
    match TAKE_CLOSURES.contains(&name) && !BORROW_ITERATORS.contains(&name) {
        true => Use::TakenReceiver,
        false => Use::Place,
    }
}

/// Methods of `Option`, `Result`, iterators and entries of maps that take their receiver and a closure.
const TAKE_CLOSURES: &[&str] = &[
    "and_modify",
    "and_then",
    "filter",
    "filter_map",
    "flat_map",
    "fold",
    "for_each",
    "inspect",
    "inspect_err",
    "is_err_and",
    "is_none_or",
    "is_ok_and",
    "is_some_and",
    "map",
    "map_err",
    "map_or",
    "map_or_else",
    "map_while",
    "max_by",
    "max_by_key",
    "min_by",
    "min_by_key",
    "ok_or_else",
    "or_else",
    "or_insert_with",
    "or_insert_with_key",
    "partition",
    "reduce",
    "scan",
    "skip_while",
    "take_while",
    "unwrap_or_else",
];

/// Methods that borrow an iterator and take a closure.
const BORROW_ITERATORS: &[&str] = &["all", "any", "find", "find_map", "position", "try_fold"];

/// Whether a method has the name of one of `Option`, `Result` or iterators that takes a closure.
pub(crate) fn is_of_iterators(call: &syn::ExprMethodCall) -> bool {
    let mut names = TAKE_CLOSURES.iter().chain(BORROW_ITERATORS);
    names.any(|name| call.method == name)
}

/// The name on which the first of a chain of methods is called.
pub(crate) fn first_receiver(expr: &Expr) -> Option<&syn::Ident> {
    match bare(expr) {
        Expr::MethodCall(call) => {
            lone_name(&call.receiver).or_else(|| first_receiver(&call.receiver))
        }
        Expr::Try(attempt) => first_receiver(&attempt.expr),
        _ => None,
    }
}

/// Methods of `Ord`: the references to a type are ordered too, which would confuse the lookup of a method.
pub(crate) const ORDERED: &[&str] = &["clamp", "max", "min"];

/// As many type parameters as a method call has type arguments.
pub(crate) fn generics_like(turbofish: &syn::AngleBracketedGenericArguments) -> syn::Generics {
    let is_type =
        |argument: &&syn::GenericArgument| !matches!(argument, syn::GenericArgument::Lifetime(_));
    let count = turbofish.args.iter().filter(is_type).count();
    let names = (0..count).map(|index| format_ident!("T{index}", span = Span::mixed_site()));
    syn::parse_quote!(<#(#names),*>)
}

/// Whether type arguments leave something to inference.
pub(crate) fn has_holes(turbofish: &syn::AngleBracketedGenericArguments) -> bool {
    struct Search(bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_type_infer(&mut self, _: &'ast syn::TypeInfer) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    syn::visit::Visit::visit_angle_bracketed_generic_arguments(&mut search, turbofish);
    search.0
}

/// What stands in for an argument that is a closure where nobody knows the types of its parameters, and
/// the type that a method has for it that takes whatever there is.
pub(crate) fn stand_in(argument: &Expr) -> Option<(TokenStream, TokenStream)> {
    let Expr::Closure(closure) = bare(argument) else {
        return None;
    };
    let span = Span::mixed_site();
    let inputs = closure.inputs.iter();
    let (ignored, units): (Vec<_>, Vec<_>) = inputs
        .map(|_| (quote_spanned!(span=> _), quote_spanned!(span=> ())))
        .unzip();
    // What has to be a future is none if it is never returned.
    let is_future = closure.asyncness.is_some() || matches!(tail(&closure.body), Expr::Async(_));
    let (value, output) = match is_future {
        true => (
            quote_spanned!(span=> __coro::ready(__coro::diverge())),
            quote_spanned!(span=> ::core::future::Ready<()>),
        ),
        false => (
            quote_spanned!(span=> __coro::diverge()),
            quote_spanned!(span=> ()),
        ),
    };
    Some((
        quote_spanned!(span=> |#(#ignored),*| #value),
        quote_spanned!(span=> impl ::core::ops::FnOnce(#(#units),*) -> #output),
    ))
}

fn tail(body: &Expr) -> &Expr {
    match bare(body) {
        Expr::Block(block) => match block.block.stmts.last() {
            Some(syn::Stmt::Expr(last, None)) => tail(last),
            _ => body,
        },
        other => other,
    }
}

/// Whether the value of an argument is a closure, or something made of one, whose parameters have
/// the types that the call expects.
pub(crate) fn contains_closure(expr: &Expr) -> bool {
    let is_tail = |block: &syn::Block| match block.stmts.last() {
        Some(syn::Stmt::Expr(tail, None)) => contains_closure(tail),
        _ => false,
    };
    match bare(expr) {
        Expr::Closure(_) => true,
        Expr::Tuple(tuple) => tuple.elems.iter().any(contains_closure),
        Expr::Array(array) => array.elems.iter().any(contains_closure),
        Expr::Reference(reference) => contains_closure(&reference.expr),
        Expr::Cast(cast) => contains_closure(&cast.expr),
        Expr::Struct(literal) => literal.fields.iter().any(|f| contains_closure(&f.expr)),
        Expr::Block(block) => is_tail(&block.block),
        Expr::Unsafe(block) => is_tail(&block.block),
        // `Some(|x| …)` and `Box::new(|x| …)`; what another function makes of a closure is a value.
        Expr::Call(call) => {
            let is_new = last_name(&call.func).is_some_and(|name| name == "new");
            (is_new || is_constructor(&call.func)) && call.args.iter().any(contains_closure)
        }
        _ => false,
    }
}
