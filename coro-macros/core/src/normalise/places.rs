//! Places with operands of their own, which something that suspends follows.
//!
//! ```text
//!   list[i()] == f.await          let place = &list[i()];
//!                                 *place == f.await
//!
//!   list[i()].push(f.await)       let kind = kind();
//!                                 let place = if is_mutable(&kind) { place(&kind, &raw mut list[i()]) }
//!                                             else { place(&kind, &raw const list[i()]) };
//!                                 let argument = f.await;
//!                                 if false { … tie(&kind, …); }
//!                                 (*place).push(argument)
//! ```
//!
//! How a method borrows the place, only types tell: rustc is asked (see `place` of the support), and
//! of the two ways one is unreachable.
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Expr, ExprMethodCall, parse_quote};

use super::Normaliser;
use crate::flow::mentions_in_tokens;
use crate::locals::{Kind, LocalId, Locals};
use crate::shape::{self, Use};
use crate::suspend;
use crate::tree::Stmt;

/// How the place at hand is borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Borrow {
    Shared,
    Mutable,
    /// As the method has it that is called on it, or on a place inside: this local stands for the
    /// answer.
    ByMethod(LocalId),
}

/// A question about a method call.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// The local that stands for the answer.
    pub(super) kind: LocalId,
    /// What follows the place may change it.
    may_change: bool,
}

/// How many types on the way of lookup are asked about.
const MOST_LEVELS: usize = 3;

macro_rules! mixed {
    ($($tokens:tt)*) => { quote_spanned!(Span::mixed_site()=> $($tokens)*) };
}

impl Normaliser<'_> {
    /// What is to be asked of a method call on a place with operands, if a suspension follows these.
    pub(super) fn asked_of(&mut self, expr: &Expr, out: &mut Vec<Stmt>) -> Option<Asked> {
        let Expr::MethodCall(call) = expr else {
            return None;
        };
        let place = &call.receiver;
        let is_place = !shape::is_rvalue(place) && !shape::is_inert_place(place);
        let is_followed = call.args.iter().any(suspend::expr) || is_followed_inside(place);
        let is_asked = matches!(shape::receiver_use(call), Use::Receiver | Use::Place);
        if !is_place || !is_followed || !is_asked {
            return None;
        }
        let id = self.let_value("kind", parse_quote!(__coro::place::kind()), out);
        self.locals[id].is_trivial = true;
        Some(Asked {
            kind: id,
            may_change: may_change(call, self.locals),
        })
    }

    /// Evaluates the operands of a place now, and names the place.
    pub(super) fn named_place(
        &mut self,
        place: Expr,
        is_receiver: bool,
        borrow: Borrow,
        out: &mut Vec<Stmt>,
    ) -> Expr {
        let value = match borrow {
            Borrow::Shared => parse_quote!(&#place),
            Borrow::Mutable => parse_quote!(&mut #place),
            Borrow::ByMethod(kind) => {
                let mut address = parse_quote!(&raw const #place);
                self.hoist(&mut address, Use::Value);
                let Expr::RawAddr(syn::ExprRawAddr { expr: place, .. }) = address else {
                    unreachable!("it was an address")
                };
                let same = self.again(&place);
                let mut kind = || self.locals.mention_made_up(kind);
                let (asked, mutable, first, other, second) =
                    (kind(), kind(), kind(), kind(), kind());
                let keep = Ident::new(
                    if is_receiver { "place" } else { "around" },
                    Span::mixed_site(),
                );
                parse_quote! {
                    if __coro::place::is_mutable(&#asked) {
                        __coro::place::if_mutable(&#mutable);
                        __coro::place::#keep(&#first, &raw mut #place)
                    } else {
                        __coro::place::if_not(&#other);
                        __coro::place::#keep(&#second, &raw const #same)
                    }
                }
            }
        };
        let mut value = value;
        self.hoist(&mut value, Use::Value);
        let id = self
            .locals
            .add_made_up("place", Kind::Value, Span::mixed_site());
        self.locals[id].is_reference = true;
        self.locals[id].is_trivial = true;
        let key = self.locals.mention_made_up(id);
        out.push(Stmt::Plain(parse_quote!(let mut #key = #value;)));
        let key = self.locals.mention_made_up(id);
        parse_quote!((*#key))
    }

    /// Asks what a method does with its place, when all its arguments have values.
    pub(super) fn ask(&mut self, asked: Asked, call: &Expr, out: &mut Vec<Stmt>) {
        let Expr::MethodCall(call) = call else { return };
        let Expr::Unary(syn::ExprUnary { expr: place, .. }) = shape::bare(&call.receiver) else {
            return;
        };
        let place = self.again(place);
        let kind = self.locals.mention_made_up(asked.kind);
        let arguments = call.args.iter().map(|argument| {
            shape::stand_in(argument).unwrap_or_else(|| {
                let argument = self.again(argument);
                (mixed!(__coro::place::like(&#argument)), mixed!(impl Sized))
            })
        });
        let (arguments, types) = arguments.unzip();
        let method = &call.method;
        let question = Question {
            method,
            turbofish: call.turbofish.as_ref(),
            arguments,
            types,
            may_change: asked.may_change,
        };
        let found = question.first();
        // What is said of the answer is said of the method.
        let tie = quote_spanned!(method.span().resolved_at(Span::mixed_site())=> __coro::place::tie(&#kind, __found));
        let code = mixed! {
            if false {
                __coro::diverge();
                use __coro::place::{
                    CanBeCopied as _, CannotBeCopied as _, Found as _, Last as _, NotFound as _, OfArray as _,
                    OfMutable as _, OfOthers as _, OfPointer as _, OfReference as _, OfUnsized as _,
                    OfValue as _,
                };
                use __coro::{AskOrdered as _, AskUnordered as _, SharedFell as _, SharedFound as _};
                let __place = __coro::place::asked(&#place);
                let __found = #found;
                #tie;
            }
        };
        out.push(Stmt::Question {
            answer: Some(kind),
            code: syn::parse2(code).expect("a question is an expression"),
        });
    }
}

/// The question what a method does with its place.
struct Question<'a> {
    method: &'a Ident,
    turbofish: Option<&'a syn::AngleBracketedGenericArguments>,
    arguments: Vec<TokenStream>,
    /// Of the arguments.
    types: Vec<TokenStream>,
    /// The arguments may change the place.
    may_change: bool,
}

impl Question<'_> {
    fn first(&self) -> TokenStream {
        let place = format_ident!("__place", span = Span::mixed_site());
        if shape::ORDERED.iter().any(|name| self.method == name) {
            let others = self.at(0, &format_ident!("__others", span = Span::mixed_site()));
            let taken = mixed!((&&__coro::place::level(__place)).kind_of_value());
            mixed! {{
                let __ordered = (&&__coro::ask_standard(__place)).is_ordered();
                let __others = (&&__coro::ask_standard(__place)).unordered(__place);
                (&__coro::Shared(&__ordered)).choose(#taken, #others)
            }}
        } else {
            self.at(0, &place)
        }
    }

    /// The answer of one type and those behind it.
    fn at(&self, level: usize, place: &Ident) -> TokenStream {
        let shared = self.looked_up(&mixed!(&T), &mixed!((&*#place)));
        let value = self.looked_up(&mixed!(T), &mixed!(__value));
        let mutable = self.looked_up(&mixed!(&mut T), &mixed!((&mut *#place)));
        let by_value = match level {
            0 => mixed!((&&__coro::place::level(#place)).kind_of_value()),
            _ => mixed!((&&__coro::place::level(#place)).kind_behind()),
        };
        let by_reference = match self.may_change {
            true => mixed!((&&__coro::place::level(#place)).kind_of_reference()),
            false => mixed!(__coro::place::Shared),
        };
        let next = if self.may_change {
            mixed!((&&__coro::place::level(#place)).kind_through())
        } else if level + 1 == MOST_LEVELS {
            mixed!(__coro::place::Shared)
        } else {
            let name = format_ident!("__place_{level}", span = Span::mixed_site());
            let next = self.at(level + 1, &name);
            mixed!({ let #name = (&&&__coro::place::level(#place)).next(); #next })
        };
        mixed! {{
            let __shared = #shared;
            // If lookup has found a trait's method, by value it would find two.
            let __value = (&__coro::Shared(&__shared)).or((&&&__coro::place::level(#place)).value());
            (&__coro::Shared(&__shared)).choose(
                #by_reference,
                (&__coro::Shared(&#value)).choose(
                    #by_value,
                    (&__coro::Shared(&#mutable)).choose(__coro::place::Mutable, #next),
                ),
            )
        }}
    }

    /// What lookup finds for a receiver, with the same method for `ty`.
    fn looked_up(&self, ty: &TokenStream, receiver: &TokenStream) -> TokenStream {
        let Question {
            method,
            turbofish,
            arguments,
            types,
            ..
        } = self;
        let generics = turbofish.map(shape::generics_like);
        let span = method.span().resolved_at(Span::mixed_site());
        let call = quote_spanned!(span=> #receiver.#method #turbofish(#(#arguments),*));
        mixed! {{
            trait __Asked { fn #method #generics(&self, #(_: #types),*) -> __coro::Fell { __coro::Fell } }
            impl<T: ?Sized> __Asked for #ty {}
            #call
        }}
    }
}

/// Whether inside of a place there is one with operands which a suspension follows.
fn is_followed_inside(place: &Expr) -> bool {
    match shape::bare(place) {
        Expr::Index(element) => {
            let is_place =
                !shape::is_rvalue(&element.expr) && !shape::is_inert_place(&element.expr);
            is_place && suspend::expr(&element.index) || is_followed_inside(&element.expr)
        }
        Expr::Field(field) => is_followed_inside(&field.base),
        Expr::Unary(operation) => is_followed_inside(&operation.expr),
        _ => false,
    }
}

/// Whether what follows a place may change it: both mention a local.
fn may_change(call: &ExprMethodCall, locals: &Locals) -> bool {
    let (mut places, mut others) = (Vec::new(), Vec::new());
    bases(&call.receiver, locals, &mut places, &mut others);
    for argument in &call.args {
        mentions(argument, locals, &mut others);
    }
    places.iter().any(|id| others.contains(id))
}

/// What a place is in, and what is mentioned after a part of it has been evaluated.
fn bases(place: &Expr, locals: &Locals, places: &mut Vec<LocalId>, others: &mut Vec<LocalId>) {
    match shape::bare(place) {
        Expr::Index(element) => {
            bases(&element.expr, locals, places, others);
            if !shape::is_inert_place(&element.expr) && suspend::expr(&element.index) {
                mentions(&element.index, locals, others);
            }
        }
        Expr::Field(field) => bases(&field.base, locals, places, others),
        Expr::Unary(operation) => bases(&operation.expr, locals, places, others),
        base => mentions(base, locals, places),
    }
}

fn mentions(expr: &Expr, locals: &Locals, found: &mut Vec<LocalId>) {
    let mut mentions = Vec::new();
    mentions_in_tokens(&expr.to_token_stream(), locals, &mut mentions);
    found.extend(mentions.into_iter().map(|mention| locals.local_of(mention)));
}

/// The locals that an expression visibly writes to.
pub(super) fn mutated_in(expr: &Expr, locals: &Locals) -> Vec<LocalId> {
    struct Search<'a>(&'a Locals, Vec<LocalId>);
    impl Search<'_> {
        fn add(&mut self, place: &Expr) {
            let mention = shape::part(place).and_then(|(name, _)| self.0.find(name));
            self.1
                .extend(mention.map(|mention| self.0.local_of(mention)));
        }
    }
    impl<'ast> syn::visit::Visit<'ast> for Search<'_> {
        fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
            if reference.mutability.is_some() {
                self.add(&reference.expr);
            }
            syn::visit::visit_expr_reference(self, reference);
        }
        fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
            self.add(&assign.left);
            syn::visit::visit_expr_assign(self, assign);
        }
        fn visit_expr_binary(&mut self, operation: &'ast syn::ExprBinary) {
            if shape::is_compound(&operation.op) {
                self.add(&operation.left);
            }
            syn::visit::visit_expr_binary(self, operation);
        }
    }
    let mut search = Search(locals, Vec::new());
    syn::visit::Visit::visit_expr(&mut search, expr);
    search.1
}
