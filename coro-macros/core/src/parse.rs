//! Attribute, signature and body into one tree.
//!
//! Laws: both spellings of a suspension, `wait!(e)` and `e.await`, become `Expr::Await`. What a
//! nested closure, `async` block or item contains is another function's and stays as it is. What
//! cannot be a coroutine is refused here, before any lowering.
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, GenericArgument, Item, Macro, Path, ReturnType, Signature, Stmt, Token,
    TraitItemFn, Type, Visibility,
};

use crate::captures::{self, Capture};
use crate::definitions;
use crate::errors::Errors;
use crate::expansions;
use crate::foreign;
use crate::macros;
use crate::options::{self, Options};
use crate::outputs;
use crate::refusals;
use crate::spelling;

/// The annotated function.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// The body; each suspension in it is an `Expr::Await`. A trait may declare a function
    /// without one.
    pub(crate) body: Option<Block>,
    /// The items of the body's outermost block. They are there once for twin and machine.
    pub(crate) items: Vec<Item>,
    /// The macros of the standard library that have been replaced by what they stand for, and those of tokio
    /// without a path.
    pub(crate) expanded: Vec<Path>,
    /// What a block takes from around it; only a block has them.
    pub(crate) captures: Option<Vec<Capture>>,
    /// What stands in the parentheses of the attribute.
    pub(crate) options: Options,
}

/// The block of `future! { … }`, as a function whose parameters are what it takes from around it.
pub(crate) fn parse_block(tokens: TokenStream) -> syn::Result<Function> {
    let mut body = statements(tokens)?;
    let mut suspensions = Suspensions {
        errors: Errors::default(),
        nested: None,
        output: syn::parse_quote!(_),
        expanded: Vec::new(),
        is_made: false,
    };
    suspensions.visit_block_mut(&mut body);
    outputs::check(&body, &suspensions.output, &mut suspensions.errors);
    definitions::check(&body, &mut suspensions.errors);
    let Suspensions {
        errors, expanded, ..
    } = suspensions;
    errors.finish()?;
    let items = take_items(&mut body);
    let captures = captures::captures(&mut body, &items);
    if let Some(capture) = captures.iter().find(|capture| capture.inside == "self") {
        return Err(syn::Error::new(
            capture.inside.span(),
            "a block cannot capture `self` by its name in a string: pass it as an argument, as in \
             `format!(\"{}\", self)`",
        ));
    }
    let names = captures.iter().map(|capture| &capture.inside);
    let signature = syn::parse_quote!(fn future(#(mut #names: _),*) -> _);
    Ok(Function {
        attributes: Vec::new(),
        visibility: Visibility::Inherited,
        signature,
        body: Some(body),
        items,
        expanded,
        captures: Some(captures),
        options: Options::default(),
    })
}

fn statements(tokens: TokenStream) -> syn::Result<Block> {
    Ok(Block {
        brace_token: Default::default(),
        stmts: Block::parse_within.parse2(tokens)?,
    })
}

fn take_items(body: &mut Block) -> Vec<Item> {
    let mut items = Vec::new();
    for stmt in std::mem::take(&mut body.stmts) {
        match stmt {
            Stmt::Item(item) => items.push(item),
            stmt => body.stmts.push(stmt),
        }
    }
    items
}

pub(crate) fn parse(options: TokenStream, item: TokenStream) -> syn::Result<Function> {
    let options = options::options(options)?;
    let mut function =
        parse_function(item.clone()).map_err(|error| match syn::parse2::<Item>(item) {
            Ok(Item::Fn(_)) | Err(_) => error,
            Ok(other) => refusals::not_a_function(&other),
        })?;
    function.options = options;
    let mut errors = Errors::default();
    refusals::attributes(&function.attributes, &mut errors);
    refusals::signature(&function.signature, &mut errors);
    let mut suspensions = Suspensions {
        errors,
        nested: None,
        output: match &function.signature.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, output) => crate::emit::named(output),
        },
        expanded: Vec::new(),
        is_made: false,
    };
    if let Some(body) = &mut function.body {
        suspensions.visit_block_mut(body);
        outputs::check(body, &suspensions.output, &mut suspensions.errors);
        definitions::check(body, &mut suspensions.errors);
    }
    if let (Some(_), Some(body)) = (&function.options.direct, &mut function.body) {
        refusals::statics(body, &mut suspensions.errors);
    }
    suspensions.errors.finish()?;
    function.expanded = suspensions.expanded;
    if let Some(body) = &mut function.body {
        function.items = take_items(body);
    }
    Ok(function)
}

fn parse_function(item: TokenStream) -> syn::Result<Function> {
    let parser = |input: ParseStream<'_>| {
        let (mut attributes, visibility) = (input.call(Attribute::parse_outer)?, input.parse()?);
        let mut function: TraitItemFn = input.parse()?;
        crate::emit::name_in_arguments(&mut function.sig);
        // Those inside of the body say the same outside.
        attributes.extend(function.attrs.into_iter().map(|inner| Attribute {
            style: syn::AttrStyle::Outer,
            ..inner
        }));
        Ok(Function {
            attributes,
            visibility,
            signature: function.sig,
            body: function.default,
            items: Vec::new(),
            expanded: Vec::new(),
            captures: None,
            options: Options::default(),
        })
    };
    parser.parse2(item)
}

/// Turns suspensions into `Expr::Await` and refuses those that belong to nobody.
struct Suspensions {
    errors: Errors,
    /// What the walk is inside of that does not belong to the coroutine.
    nested: Option<Nested>,
    /// What the coroutine returns.
    output: Type,
    /// The macros that have been replaced.
    expanded: Vec<Path>,
    /// Whether the next expression is a macro call whose value is used as a future.
    is_made: bool,
}

/// What stands in a coroutine's body and is evaluated on its own.
#[derive(Clone, Copy)]
enum Nested {
    Closure,
    Async,
    /// The compiler evaluates it.
    Constant(&'static str),
}

impl Nested {
    /// Why the suspension that `spelling` names cannot stand here.
    fn refusal(self, spelling: &str) -> String {
        match self {
            Nested::Closure => format!(
                "{spelling} inside a closure would have to suspend the closure's caller, not the coroutine; \
                 move it out of the closure"
            ),
            Nested::Async => format!(
                "{spelling} inside an `async` block, which is a future of its own; \
                 use `.await` there, or move it out of the block"
            ),
            Nested::Constant(place) => format!(
                "{spelling} inside {place}, which is evaluated at compile time; \
                 move it out and bind its value with `let`"
            ),
        }
    }
}

/// The one argument of a `wait!`.
fn operand_alone(input: ParseStream<'_>) -> syn::Result<Expr> {
    let start = input.span();
    let operand = input.parse()?;
    if let Expr::Let(_) = operand {
        return Err(syn::Error::new(
            start,
            "`wait!` takes an expression, and this is a `let`; wait for its initialiser",
        ));
    }
    input.parse::<Option<Token![,]>>()?;
    if !input.is_empty() {
        return Err(input.error("`wait!` takes one future; use one `wait!` for each"));
    }
    Ok(operand)
}

/// Whether a macro call is a suspension: `wait!` or `coro::wait!`.
fn is_wait(mac: &Macro) -> bool {
    let path = mac.path.to_token_stream().to_string().replace(' ', "");
    matches!(&*path, "wait" | "coro::wait" | "::coro::wait")
}

impl Suspensions {
    fn nested(&mut self, what: Nested, walk: impl FnOnce(&mut Self)) {
        let outer = self.nested.replace(what);
        walk(self);
        self.nested = outer;
    }

    fn constant(&mut self, place: &'static str, walk: impl FnOnce(&mut Self)) {
        self.nested(Nested::Constant(place), walk);
    }

    /// What a macro stands for that evaluates a suspension only sometimes, that returns, or that awaits.
    fn meant(&mut self, mac: &Macro) -> Option<Expr> {
        let is_made = std::mem::take(&mut self.is_made);
        if self.nested.is_some() {
            return None;
        }
        if let Some(meant) = (!is_made).then(|| foreign::awaiting(mac)).flatten() {
            return match meant {
                Ok(meant) => {
                    self.replaced(&mac.path);
                    Some(meant)
                }
                Err(error) => {
                    self.errors.push(error);
                    Some(syn::parse_quote!(()))
                }
            };
        }
        if !macros::mentions_suspension(&mac.tokens) {
            return expansions::returning(mac, &self.output);
        }
        let meant = expansions::expansion(mac)?;
        self.expanded.push(mac.path.clone());
        Some(meant)
    }

    /// A macro of tokio is called no more. Its import is in use all the same.
    fn replaced(&mut self, path: &Path) {
        if path.get_ident().is_some() && !self.expanded.contains(path) {
            self.expanded.push(path.clone());
        }
    }

    /// The operand of a `wait!`, if this is one and it stands where it may.
    fn operand(&mut self, mac: &mut Macro) -> Option<Expr> {
        if !is_wait(mac) {
            self.arguments(mac);
            return None;
        }
        if let Some(nested) = self.nested {
            self.errors.at(&mac.path, nested.refusal("`wait!`"));
            return None;
        }
        match mac.parse_body_with(operand_alone) {
            Ok(operand) => Some(operand),
            Err(_) if mac.tokens.is_empty() => {
                self.errors.at(
                    &*mac,
                    "`wait!` needs a future to wait for, as in `wait!(future)`",
                );
                None
            }
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// Goes on with what is awaited.
    fn visit_base(&mut self, wait: &mut Expr) {
        if let Expr::Await(wait) = wait {
            self.made(&mut wait.base);
        }
    }

    /// Goes on with what may be a macro call that makes a future.
    fn made(&mut self, expr: &mut Expr) {
        self.is_made = foreign::is_made(expr);
        self.visit_expr_mut(expr);
    }

    /// Finds the suspensions in the arguments of a macro that can be seen into, and refuses
    /// those in the arguments of any other.
    fn arguments(&mut self, mac: &mut Macro) {
        if !macros::mentions_suspension(&mac.tokens) && !captures::mentions_block(&mac.tokens) {
            return;
        }
        if let Some(mut known) = macros::parse(mac).filter(|_| !macros::is_bail(mac)) {
            for argument in &mut known.arguments {
                self.visit_expr_mut(&mut argument.value);
            }
            mac.tokens = known.into_tokens();
        } else if captures::mentions_block(&mac.tokens) {
            let name = mac.path.to_token_stream();
            self.errors.at(
                &mac.path,
                format!(
                    "a `future!` among the arguments of `{name}!`, which may do with them what it likes, is not lowered; \
                     bind it with `let` first"
                ),
            );
        } else if self.nested.is_none() {
            let name = mac.path.to_token_stream().to_string().replace(' ', "");
            let way = match name.ends_with("stream") {
                true => "call it in a function of its own, if it makes a stream of them",
                false => "bind the value that is waited for with `let` first",
            };
            self.errors.at(
                &mac.path,
                format!(
                    "a suspension among the arguments of `{name}!`, which may do with them what it likes, is not lowered; {way}"
                ),
            );
        }
    }
}

impl VisitMut for Suspensions {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            // Rustc calls the macro, and says what is wrong with it.
            Expr::Macro(call) if captures::is_block(&call.mac) => {
                if let Some(shown) = captures::shown(&call.mac) {
                    *expr = shown;
                }
            }
            Expr::Macro(call) if let Some(meant) = self.meant(&call.mac) => {
                *expr = meant;
                self.visit_expr_mut(expr);
            }
            Expr::Macro(call) => {
                if let Some(base) = self.operand(&mut call.mac) {
                    let (dot_token, await_token) = spelling::of_macro(&call.mac);
                    *expr = Expr::Await(syn::ExprAwait {
                        attrs: std::mem::take(&mut call.attrs),
                        base: Box::new(base),
                        dot_token,
                        await_token,
                    });
                    self.visit_base(expr);
                }
            }
            Expr::Closure(_) => self.nested(Nested::Closure, |this| {
                visit_mut::visit_expr_mut(this, expr)
            }),
            Expr::Async(_) => {
                self.nested(Nested::Async, |this| visit_mut::visit_expr_mut(this, expr))
            }
            Expr::Const(_) => self.constant("a `const` block", |this| {
                visit_mut::visit_expr_mut(this, expr)
            }),
            Expr::Repeat(repeat) => {
                self.visit_expr_mut(&mut repeat.expr);
                self.constant("the length of an array", |this| {
                    this.visit_expr_mut(&mut repeat.len)
                });
            }
            Expr::Await(wait) => {
                // In closures rustc says it better.
                if let Some(nested @ Nested::Constant(_)) = self.nested {
                    self.errors
                        .at(&wait.await_token, nested.refusal("`.await`"));
                }
                spelling::of_await(wait);
                visit_mut::visit_expr_mut(self, expr);
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        self.visit_expr_mut(&mut call.func);
        for argument in &mut call.args {
            self.made(argument);
        }
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        self.made(&mut call.receiver);
        if let Some(arguments) = &mut call.turbofish {
            self.visit_angle_bracketed_generic_arguments_mut(arguments);
        }
        for argument in &mut call.args {
            self.made(argument);
        }
    }

    fn visit_expr_reference_mut(&mut self, reference: &mut syn::ExprReference) {
        self.made(&mut reference.expr);
    }

    fn visit_expr_await_mut(&mut self, wait: &mut syn::ExprAwait) {
        self.made(&mut wait.base);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        // `wait! { … }` and `future! { … }` need no semicolon, but what they become does.
        if self.nested.is_none() {
            let pinning = foreign::pin_locals(block);
            pinning.iter().for_each(|path| self.replaced(path));
        }
        let last = block.stmts.len().saturating_sub(1);
        for stmt in &mut block.stmts[..last] {
            if let Stmt::Macro(call) = stmt
                && captures::is_block(&call.mac)
            {
                call.semi_token.get_or_insert_default();
            }
        }
        for at in 0..block.stmts.len() {
            let (stmts, behind) = block.stmts.split_at_mut(at + 1);
            self.is_made = foreign::is_awaited_later(&stmts[at], behind);
            self.visit_stmt_mut(&mut stmts[at]);
        }
        for stmt in &mut block.stmts[..last] {
            if let Stmt::Expr(Expr::Await(_), semi) = stmt {
                semi.get_or_insert_default();
            }
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(call) = stmt
            && captures::is_block(&call.mac)
        {
            let block = Expr::Macro(syn::ExprMacro {
                attrs: std::mem::take(&mut call.attrs),
                mac: call.mac.clone(),
            });
            *stmt = Stmt::Expr(block, call.semi_token);
        }
        if let Stmt::Macro(call) = stmt
            && let Some(meant) = self.meant(&call.mac)
        {
            *stmt = Stmt::Expr(meant, call.semi_token);
            return self.visit_stmt_mut(stmt);
        }
        if let Stmt::Macro(call) = stmt {
            let (dot_token, await_token) = spelling::of_macro(&call.mac);
            if let Some(base) = self.operand(&mut call.mac) {
                let mut wait = Expr::Await(syn::ExprAwait {
                    attrs: std::mem::take(&mut call.attrs),
                    base: Box::new(base),
                    dot_token,
                    await_token,
                });
                self.visit_base(&mut wait);
                *stmt = Stmt::Expr(wait, call.semi_token);
            }
            return;
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        self.constant("a type", |this| visit_mut::visit_type_mut(this, ty));
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        self.constant("a generic argument", |this| {
            visit_mut::visit_generic_argument_mut(this, argument)
        });
    }

    // Items inside the body are functions of their own; rustc reports a `wait!` in them.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
