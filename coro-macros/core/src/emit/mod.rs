//! The tree and the tables into the output.
//!
//! ```text
//!   fn count(stream: &mut Stream) -> impl Future<Output = usize> {     signature.rs
//!       if false { twin::check(move || -> usize { … }) }               twin.rs
//!       enum __State { Start, Read, Panicked, Returned }               frame.rs
//!       struct __Frame<…> { state, stream, … }
//!       unsafe { coroutine(__Frame { … }, |frame, resumption| {        machine.rs
//!           …                                                          rewrite.rs, lets.rs, patterns.rs, receiver.rs, closures.rs
//!       }) }
//!   }
//! ```
/// Tokens of the output, with the hygiene of this compiler: no name in them meets a user's.
macro_rules! output {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

/// A piece of syntax of the output.
macro_rules! output_as {
    ($($tokens:tt)*) => {
        ::syn::parse_quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

mod body;
mod boxed;
mod by_need;
mod closures;
mod constants;
mod fields;
mod frame;
mod inside;
mod least;
mod lets;
mod machine;
mod names;
mod owners;
mod patterns;
mod receiver;
mod rewrite;
mod signature;
mod standard;
mod twin;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote_spanned};

use crate::flow::Flow;
use crate::liveness::Access;
use crate::locals::{LocalId, Locals};
use crate::parse::Function;
use crate::parts::Parts;
use crate::saved::Saved;
use crate::scopes;
use crate::spelling::Spelling;
use crate::storage::Storage;
use crate::tree::{Block, Point};

pub(crate) use boxed::name_in_arguments;
pub(crate) use signature::{Parameters, declaration};
pub(crate) use twin::{direct, named, never};

/// What the passes have found out.
pub(crate) struct Lowered<'a> {
    pub(crate) function: &'a Function,
    pub(crate) parameters: &'a Parameters,
    pub(crate) body: &'a Block,
    pub(crate) locals: &'a Locals,
    pub(crate) points: &'a [Point],
    pub(crate) flow: &'a Flow,
    pub(crate) access: &'a [Access],
    pub(crate) saved: &'a Saved,
    pub(crate) storage: &'a Storage,
    pub(crate) parts: &'a Parts,
}

/// What every emitter needs.
struct Emitter<'a> {
    lowered: &'a Lowered<'a>,
    names: names::Names,
    labels: std::cell::RefCell<Vec<String>>,
    /// Whether the body is a closure inside of the one that is called (see `body`).
    is_in_closure: bool,
}

/// The output, in pieces.
pub(crate) struct Output {
    /// Attributes, visibility and signature of a function; nothing for a block.
    head: Option<TokenStream>,
    /// The direct-style twin.
    twin: TokenStream,
    /// The expression that makes the coroutine, and the items that it needs.
    machine: TokenStream,
}

pub(crate) fn emit(lowered: &Lowered<'_>) -> Output {
    let emitter = Emitter {
        lowered,
        names: names::Names::new(lowered),
        labels: Default::default(),
        is_in_closure: body::is_in_closure(lowered.function),
    };
    let function = lowered.function;
    let (attributes, visibility, own_items) =
        (&function.attributes, &function.visibility, &function.items);
    let head = function.captures.is_none().then(|| {
        let signature = signature::lowered(function, lowered.parameters);
        output!(#(#attributes)* #[allow(mismatched_lifetime_syntaxes)] #visibility #signature)
    });
    let frame = emitter.frame();
    let body = emitter.closure(&frame);
    let literal = &frame.literal;
    let mut coroutine = output!(__coro::coroutine(__type, __frame, #body));
    if function.options.is_boxed {
        coroutine = output!(__coro::Box::pin(#coroutine));
    }
    let made = output!(let __frame = #literal; #coroutine);
    let inside = in_braces(joined([frame.items, made]), Span::mixed_site());
    let machine = output! {
        // SAFETY: the closure keeps the contract of `coroutine`; the twin has been checked.
        #[allow(
            warnings,
            dangerous_implicit_autorefs,
            let_underscore,
            unreachable_code,
            unused,
            unused_qualifications,
            non_snake_case,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        unsafe #inside
    };
    let twin = twin::twin(function, lowered.parameters);
    Output {
        head,
        twin: joined([output!(#(#own_items)*), twin]),
        machine,
    }
}

impl Output {
    /// The function, or the block as an expression.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let Output {
            head,
            twin,
            machine,
        } = self;
        body(head, twin, machine)
    }

    /// The same, where the edition of the code around it makes a difference. No macro can ask
    /// for the edition, but `$x:expr` matches `_` from edition 2024 on, and did not before. `span`
    /// is in the code around.
    pub(crate) fn into_tokens_or(self, before_2024: Self, span: Span) -> TokenStream {
        let Output {
            head,
            twin,
            machine,
        } = self;
        let older = before_2024.machine;
        let dispatch = quote_spanned! {span=>
            #[allow(edition_2024_expr_fragment_specifier)]
            macro_rules! __by_edition {
                ({ $($from_2024:tt)* } { $($older:tt)* } $any:expr) => {{ $($from_2024)* }};
                ({ $($from_2024:tt)* } { $($older:tt)* } _) => {{ $($older)* }};
            }
            __by_edition!({ #machine } { #older } _)
        };
        body(head, twin, dispatch)
    }
}

fn body(head: Option<TokenStream>, twin: TokenStream, machine: TokenStream) -> TokenStream {
    let import = output! {
        #[allow(unused_imports)]
        use ::coro::__private as __coro;
    };
    // The direct-style twin: never run, fully checked.
    let body = joined([import, twin, machine]);
    let body = in_braces(body, Span::mixed_site());
    match head {
        Some(mut head) => {
            head.append(body);
            head
        }
        None => output!(::coro::__private::twin::future(#body)),
    }
}

/// One piece after the other. To interpolate each of them costs twice as much.
fn joined(pieces: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    pieces.into_iter().collect()
}

/// Tokens, if there are any. To interpolate none costs as much as to interpolate some.
fn present(tokens: TokenStream) -> Option<TokenStream> {
    (!tokens.is_empty()).then_some(tokens)
}

fn in_braces(inside: TokenStream, span: Span) -> Group {
    let mut braces = Group::new(Delimiter::Brace, inside);
    braces.set_span(span);
    braces
}

impl Emitter<'_> {
    fn has_slot(&self, id: LocalId) -> bool {
        self.lowered.storage.has_slot(id)
    }

    /// What a local stands for in the source, if it has no slot: such a value lies in a tuple, since a
    /// mention of a field is as long as the spelling is.
    fn stands_for(&self, id: LocalId) -> Option<Spelling> {
        let local = &self.lowered.locals[id];
        local.stands_for.filter(|_| !self.has_slot(id))
    }

    /// The locals with a slot and the operands that a block declares, outermost first.
    fn declared(&self, block: &Block) -> Vec<LocalId> {
        let segments = scopes::declared(block, self.lowered.locals, self.lowered.points);
        let mut declared = Vec::new();
        for id in segments.into_iter().flatten() {
            if (self.has_slot(id) || self.operand(id).is_some()) && !declared.contains(&id) {
                declared.push(id);
            }
        }
        declared
    }

    /// A label that no enclosing block has.
    fn label(&self, name: &str) -> syn::Lifetime {
        let mut labels = self.labels.borrow_mut();
        let base = format!("'to_{name}");
        let label = (1..)
            .map(|n| {
                if n == 1 {
                    base.clone()
                } else {
                    format!("{base}_{n}")
                }
            })
            .find(|label| !labels.contains(label))
            .unwrap_or(base);
        labels.push(label.clone());
        syn::Lifetime::new(&label, Span::mixed_site())
    }
}

/// The name of the function, for messages.
fn name_of(function: &Function) -> String {
    if function.captures.is_some() {
        return "coro::future!".to_owned();
    }
    function.signature.ident.to_token_stream().to_string()
}
