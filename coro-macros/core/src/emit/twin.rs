//! The direct-style twin: the source itself, in which a suspension is a plain call.
//!
//! Never run. rustc checks types and borrows in it as in any function, with errors on the
//! user's own tokens. Whatever may be borrowed across a plain call may be borrowed across a
//! suspension, because a pinned frame stays where it is as a stack frame does.
//!
//! With the option `direct` the same source is a function of its own besides, which is run: there a
//! suspension is a call that waits where it is called.
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Lifetime, ReturnType, Type};

use super::Parameters;
use super::standard::Names;
use crate::captures::Capture;
use crate::locals::Locals;
use crate::macros;
use crate::parse::Function;
use crate::spelling::{self, Spelling};

pub(super) fn twin(function: &Function, parameters: &Parameters) -> TokenStream {
    let body = straight_line(function, parameters, true);
    let output = match &function.signature.output {
        ReturnType::Default => output!(-> ()),
        ReturnType::Type(_, ty) => {
            let ty = named(ty);
            output!(-> #ty)
        }
    };
    let (captured, check) = match &function.captures {
        None => (
            None,
            output!(__coro::twin::check(&__type, move || #output { #body })),
        ),
        Some(captures) => {
            let receiver = captures
                .iter()
                .filter(|capture| capture.inside != capture.outside)
                .map(|Capture { outside, inside }| output!(let #inside = #outside;));
            let names: Vec<_> = captures.iter().map(|capture| &capture.inside).collect();
            (
                Some(output!(#(#receiver)*)),
                output!(__coro::twin::check_block(&__type, (#(#names,)*), |(#(#names,)*)| #output { #body })),
            )
        }
    };
    let unidiomatic = unidiomatic();
    // A field that is only assigned rustc takes for one of the closure's own.
    let receiver = function.signature.receiver();
    let changes_self = receiver.is_some_and(|receiver| receiver.mutability.is_some());
    let assigned = changes_self.then(|| output!(#[allow(unused_assignments)]));
    output! {
        #captured
        let __type = __coro::twin::output();
        #unidiomatic
        #assigned
        if false {
            #check
        }
    }
}

/// The same function in direct style, if it is asked for.
pub(crate) fn direct(function: &Function) -> Option<TokenStream> {
    let name = function.options.direct.as_ref()?;
    let parameters = Parameters::of(function, &mut Locals::default());
    let mut signature = parameters.named(&function.signature);
    let coroutine = std::mem::replace(&mut signature.ident, name.clone());
    signature.asyncness = None;
    let (attributes, visibility) = (&function.attributes, &function.visibility);
    let note = format!(
        " In direct style: where `{coroutine}` suspends, this parks the thread or suspends the fiber \
         that calls it. In a task of a runtime that is no fiber it panics."
    );
    let head = output!(#(#attributes)* #[doc = ""] #[doc = #note] #visibility #signature);
    if function.body.is_none() {
        return Some(output!(#head;));
    }
    let body = straight_line(function, &parameters, false);
    let (items, unidiomatic) = (&function.items, unidiomatic());
    Some(output! {
        #unidiomatic
        // Said of the twin already.
        #[allow(unreachable_code, unused_assignments, unused_must_use, unused_mut, unused_variables)]
        #head {
            #[allow(unused_imports)]
            use ::coro::__private as __coro;
            #(#items)*
            #body
        }
    })
}

/// The body as straight-line code. It binds its parameters anew, as that of an `async fn` does:
/// what is lent to one may live shorter than what the caller has lent. `asks` is whether it asks for the
/// meaning of names.
fn straight_line(function: &Function, parameters: &Parameters, asks: bool) -> TokenStream {
    let mut body = function
        .body
        .clone()
        .expect("only functions with a body are lowered");
    // A block is of the edition of its first token, which is the label, and when the temporaries of
    // its tail are dropped depends on that. So the label is of where the body is.
    let label = Lifetime::new("'__body", body.brace_token.span.open());
    let mut twin = Twin {
        label: &label,
        is_direct: function.options.direct.is_some(),
        nested: false,
        is_whole: false,
        asks,
    };
    let names = Names::of_function(function);
    twin.visit_block_mut(&mut body);
    let asked = names.check().filter(|_| asks);
    let rebound = parameters.rebound();
    let ty = match &function.signature.output {
        ReturnType::Default => output!(: ()),
        ReturnType::Type(_, ty) => {
            let ty = named(ty);
            output!(: #ty)
        }
    };
    output! {
        #asked
        #rebound
        // In the same form as in the machine, so that rustc says the same of both.
        let output #ty = #label: #body;
        #[allow(unreachable_code, clippy::needless_return)]
        return output;
    }
}

/// What is idiomatic for a call need not be for a suspension.
fn unidiomatic() -> TokenStream {
    output! {
        #[allow(clippy::manual_map, clippy::option_if_let_else, clippy::question_mark, clippy::manual_let_else, clippy::match_single_binding)]
    }
}

/// A type in which `impl Trait`, which only a signature may name, is left to inference.
pub(crate) fn named(ty: &Type) -> Type {
    struct Holes;
    impl VisitMut for Holes {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::ImplTrait(_) => *ty = output_as!(_),
                Type::Never(_) => *ty = never(ty),
                ty => visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut ty = ty.clone();
    Holes.visit_type_mut(&mut ty);
    ty
}

/// `!` by a name that stable Rust has for it; any other type as it is.
pub(crate) fn never(ty: &Type) -> Type {
    match ty {
        Type::Never(never) => {
            let token = &never.bang_token;
            output_as!(<fn() -> #token as ::coro::__private::Returns>::Output)
        }
        ty => ty.clone(),
    }
}

struct Twin<'a> {
    /// Of the body's block.
    label: &'a Lifetime,
    /// There is a function in direct style too. Both wait with the same call, so that rustc says the
    /// same of both.
    is_direct: bool,
    /// Inside a closure, of which a `return` is its own.
    nested: bool,
    /// Whether it asks for the meaning of names.
    asks: bool,
    /// The next expression is all of an initialiser, a tail or an arm.
    is_whole: bool,
}

impl VisitMut for Twin<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let is_whole = std::mem::take(&mut self.is_whole);
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Return(leave) = expr
            && !self.nested
        {
            let (span, label) = (leave.return_token.span, self.label);
            let value = match leave.expr.take() {
                Some(value)
                    if matches!(
                        *value,
                        Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Block(_)
                    ) =>
                {
                    quote_spanned!(span=> (#value))
                }
                Some(value) => quote_spanned!(span=> #value),
                None => {
                    let unit = span.resolved_at(Span::mixed_site());
                    quote_spanned!(unit=> ())
                }
            };
            *expr = Expr::Verbatim(quote_spanned!(span=> break #label #value));
            return;
        }
        if let Expr::Await(wait) = expr {
            let (spelling, keyword) = (Spelling::of_suspension(wait), spelling::keyword(wait));
            let function = if self.is_direct {
                // Of the span of the call, or rustc says twice what is no future.
                let path = ["coro", "runtime", "fiber", "direct", "wait"];
                let (first, path) = (spelling.first, spelling.path(&path));
                quote_spanned!(first=> ::#path)
            } else {
                quote_spanned!(keyword=> __coro::twin::wait)
            };
            let waited = spelling.call(function, wait.base.to_token_stream());
            let output = quote_spanned!(keyword=> __coro::output);
            // In the same form as in the machine, so that rustc says the same of both.
            let value = if is_whole {
                let value = spelling.call(output, output!(__coro::ManuallyDrop::new(value)));
                spelling.matched(waited, output!(value => #value))
            } else {
                waited
            };
            *expr = Expr::Verbatim(match &wait.attrs[..] {
                [] => value,
                attrs => quote!(#(#attrs)* #value),
            });
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut syn::Stmt) {
        self.is_whole = matches!(stmt, syn::Stmt::Expr(Expr::Await(_), None));
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_local_init_mut(&mut self, init: &mut syn::LocalInit) {
        self.is_whole = init.diverge.is_none() && matches!(*init.expr, Expr::Await(_));
        visit_mut::visit_local_init_mut(self, init);
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.visit_pat_mut(&mut arm.pat);
        self.is_whole = matches!(*arm.body, Expr::Await(_));
        self.visit_expr_mut(&mut arm.body);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let asked = Names::of_block(block).check().filter(|_| self.asks);
        visit_mut::visit_block_mut(self, block);
        // The machine does itself what `pin!` does, so it has to be that `pin!`.
        let stmts = std::mem::take(&mut block.stmts);
        let checked = stmts.into_iter().flat_map(|stmt| {
            let check: Option<syn::Stmt> = match &stmt {
                syn::Stmt::Local(local) => {
                    pinned(local).map(|name| output_as!(__coro::twin::is_pinned(&#name);))
                }
                _ => None,
            };
            std::iter::once(stmt).chain(check)
        });
        block.stmts = asked.into_iter().chain(checked).collect();
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if macros::mentions_suspension(&mac.tokens)
            && let Some(mut known) = macros::parse(mac)
        {
            for argument in &mut known.arguments {
                self.visit_expr_mut(&mut argument.value);
            }
            mac.tokens = known.into_tokens();
        }
    }

    // These are functions of their own.
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        if closure.asyncness.is_none() {
            let outer = std::mem::replace(&mut self.nested, true);
            visit_mut::visit_expr_closure_mut(self, closure);
            self.nested = outer;
        }
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The name in `let name = pin!(…);`.
fn pinned(local: &syn::Local) -> Option<&syn::Ident> {
    let Expr::Macro(call) = &*local.init.as_ref()?.expr else {
        return None;
    };
    macros::pinned(&call.mac)?;
    macros::pinned_name(&local.pat)
}
