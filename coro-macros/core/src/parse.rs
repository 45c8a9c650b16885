//! Attribute, signature and body into one tree.
//!
//! Laws: both spellings of a suspension, `wait!(e)` and `e.await`, become `Expr::Await`. What a
//! nested closure, `async` block or item contains is another function's and stays as it is. What
//! cannot be a coroutine is refused here, before any lowering.
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, Macro, ReturnType, Signature, Stmt, Token, TraitItemFn, Type, Visibility};

use crate::errors::Errors;
use crate::macros;

/// The annotated function.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// The body; each suspension in it is an `Expr::Await`. A trait may declare a function
    /// without one.
    pub(crate) body: Option<Block>,
}

pub(crate) fn parse(options: TokenStream, item: TokenStream) -> syn::Result<Function> {
    if let Some(option) = options.into_iter().next() {
        return Err(syn::Error::new(option.span(), "`#[coroutine]` takes no options"));
    }
    let mut function = parse_function(item.clone()).map_err(|error| match syn::parse2::<syn::Item>(item) {
        Ok(syn::Item::Fn(_)) | Err(_) => error,
        Ok(other) => {
            syn::Error::new_spanned(other, "`#[coroutine]` goes on a function; put it on each `fn` inside")
        }
    })?;
    let mut errors = Errors::default();
    check_signature(&function.signature, &mut errors);
    let mut suspensions = Suspensions { errors, nested: None };
    if let Some(body) = &mut function.body {
        suspensions.visit_block_mut(body);
    }
    suspensions.errors.finish()?;
    Ok(function)
}

fn parse_function(item: TokenStream) -> syn::Result<Function> {
    let parser = |input: syn::parse::ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        let function: TraitItemFn = input.parse()?;
        Ok(Function { attributes, visibility, signature: function.sig, body: function.default })
    };
    syn::parse::Parser::parse2(parser, item)
}

fn check_signature(signature: &Signature, errors: &mut Errors) {
    if let Some(token) = &signature.constness {
        errors.at(token, "a coroutine cannot be `const`: it has state; remove `const`");
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        errors.at(
            token,
            "a coroutine cannot be `unsafe`: its body runs long after the call; \
             use an `unsafe` block inside a safe one",
        );
    }
    if let Some(abi) = &signature.abi {
        errors.at(abi, "a coroutine cannot be `extern`: it returns a Rust future");
    }
    if let Some(variadic) = &signature.variadic {
        errors.at(variadic, "a coroutine cannot be variadic");
    }
    if let ReturnType::Type(_, output) = &signature.output
        && let Type::Never(never) = &**output
    {
        errors.at(
            never,
            "`-> !` cannot be lowered yet: stable Rust has no name for the output; \
             use `-> std::convert::Infallible` and let the body diverge",
        );
    }
}

/// Turns suspensions into `Expr::Await` and refuses those that belong to nobody.
struct Suspensions {
    errors: Errors,
    /// What the walk is inside of that is a function of its own.
    nested: Option<&'static str>,
}

/// Whether a macro call is a suspension: `wait!` or `coro::wait!`.
fn is_wait(mac: &Macro) -> bool {
    let path = mac.path.to_token_stream().to_string().replace(' ', "");
    matches!(&*path, "wait" | "coro::wait" | "::coro::wait")
}

impl Suspensions {
    fn nested(&mut self, what: &'static str, walk: impl FnOnce(&mut Self)) {
        let outer = self.nested.replace(what);
        walk(self);
        self.nested = outer;
    }

    /// The operand of a `wait!`, if this is one and it stands where it may.
    fn operand(&mut self, mac: &mut Macro) -> Option<Expr> {
        if !is_wait(mac) {
            self.arguments(mac);
            return None;
        }
        if let Some(what) = self.nested {
            self.errors.at(
                &mac.path,
                format!("`wait!` inside {what} would suspend another function; move it out of {what}"),
            );
            return None;
        }
        match mac.parse_body::<Expr>() {
            Ok(operand) => Some(operand),
            Err(error) => {
                let message = if mac.tokens.is_empty() {
                    "`wait!` needs a future to wait for".to_owned()
                } else {
                    format!("`wait!` takes one expression: {error}")
                };
                self.errors.at(&*mac, message);
                None
            }
        }
    }

    /// Finds the suspensions in the arguments of a macro that can be seen into, and refuses
    /// those in the arguments of any other.
    fn arguments(&mut self, mac: &mut Macro) {
        if !macros::mentions_suspension(&mac.tokens) {
            return;
        }
        if let Some(mut known) = macros::parse(mac) {
            for argument in &mut known.arguments {
                self.visit_expr_mut(&mut argument.value);
            }
            mac.tokens = known.into_tokens();
        } else if self.nested.is_none() {
            let name = mac.path.to_token_stream();
            self.errors.at(
                &mac.path,
                format!(
                    "a suspension inside the arguments of `{name}!` cannot be seen from outside; \
                     bind its value with `let` first"
                ),
            );
        }
    }
}

impl VisitMut for Suspensions {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(call) => {
                if let Some(base) = self.operand(&mut call.mac) {
                    let await_token = Token![await](call.mac.path.segments[0].ident.span());
                    *expr = Expr::Await(syn::ExprAwait {
                        attrs: std::mem::take(&mut call.attrs),
                        base: Box::new(base),
                        dot_token: Default::default(),
                        await_token,
                    });
                    visit_mut::visit_expr_mut(self, expr);
                }
            }
            Expr::Closure(_) => self.nested("a closure", |this| visit_mut::visit_expr_mut(this, expr)),
            Expr::Async(_) => self.nested("an `async` block", |this| visit_mut::visit_expr_mut(this, expr)),
            Expr::Const(_) => self.nested("a `const` block", |this| visit_mut::visit_expr_mut(this, expr)),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(call) = stmt {
            let span = call.mac.path.segments[0].ident.span();
            if let Some(base) = self.operand(&mut call.mac) {
                let wait = Expr::Await(syn::ExprAwait {
                    attrs: std::mem::take(&mut call.attrs),
                    base: Box::new(base),
                    dot_token: Default::default(),
                    await_token: Token![await](span),
                });
                *stmt = Stmt::Expr(wait, call.semi_token);
                visit_mut::visit_stmt_mut(self, stmt);
            }
            return;
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    // Items inside the body are functions of their own; rustc reports a `wait!` in them.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// What stands in for an item that cannot be lowered at all: the item itself where it can be
/// read, so that its uses give no errors of their own.
pub(crate) fn after_error(item: TokenStream, error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    match parse_function(item) {
        Ok(function) => {
            let stub = crate::emit::stub(&function, function.body.is_some());
            quote::quote!(#stub #error)
        }
        Err(_) => error,
    }
}
