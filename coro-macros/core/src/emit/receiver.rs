//! Method calls on locals with a slot, where only types tell whether they take the receiver.
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use super::Emitter;
use crate::liveness::Access;
use crate::locals::{LocalId, MentionId};
use crate::shape::{self, Use};

/// Methods of iterators that return whatever is wanted: to look them up would need to know what
/// that is.
const GENERIC: &[&str] = &["collect", "partition", "product", "sum", "unzip"];

impl Emitter<'_> {
    /// The call of a method on the local of `mention`. Both branches are type-checked; the one that does
    /// not apply is unreachable, and so is not borrow-checked.
    pub(super) fn asked(
        &self,
        mention: MentionId,
        part: Option<(u64, TokenStream)>,
        first: Option<TokenStream>,
        call: &ExprMethodCall,
        arguments: Vec<(Expr, TokenStream)>,
    ) -> TokenStream {
        let id = self.lowered.locals.local_of(mention);
        let span = call.method.span().resolved_at(Span::mixed_site());
        let owner = self.owner(id);
        // The pointer to the receiver, the receiver where it is, and the receiver moved out.
        let (place, named, in_place, taken, operand) = match part {
            None => {
                let written = self.lowered.locals.written(mention).span();
                let written = written.resolved_at(Span::mixed_site());
                let place = self.place(id, span);
                (
                    place.clone(),
                    None,
                    quote_spanned!(written=> (*#place)),
                    output!(#owner.take()),
                    output!(__coro::operand(&raw const #owner)),
                )
            }
            Some((part, tokens)) => {
                let place = format_ident!("__receiver", span = span);
                let named = output!(let #place = (&raw const #tokens).cast_mut(););
                (
                    place.clone(),
                    Some(named),
                    output!((#tokens)),
                    output!(#owner.part(#part, #place)),
                    output!(__coro::part_operand(&raw const #owner, #part, &raw const #tokens)),
                )
            }
        };
        let (method, turbofish) = (&call.method, &call.turbofish);
        let use_of_receiver = shape::receiver_use(call);
        let is_in = |list: &[&str]| list.iter().any(|name| method == name);
        let Arguments {
            names,
            evaluated,
            passed,
        } = Arguments::of(arguments, span);
        let waiting = Waiting::of(first, &names, operand);
        let in_place = quote_spanned!(span=> #in_place.#method #turbofish(#(#passed),*));
        let taken = output!(#taken.#method #turbofish(#(#passed),*));
        let (question, call) = if use_of_receiver == Use::Place {
            (output!(__coro::Fell), in_place)
        } else if use_of_receiver == Use::TakenReceiver {
            // Two branches would make two closures, of two types.
            let only = output!({ (&__answer).takes_a_closure(); #taken });
            (output!((&&&__coro::ask_standard(#place)).found()), only)
        } else {
            let looked_up =
                |place: &Ident| looked_up(method, turbofish.as_ref(), place, &passed, span);
            let others = format_ident!("__others", span = span);
            let question = if is_in(GENERIC) {
                let of_others = looked_up(&others);
                output! {{
                    let #others = (&&&__coro::ask_standard(#place)).others(#place);
                    (&&&__coro::ask_standard(#place)).found().or(#of_others)
                }}
            } else if is_in(shape::ORDERED) {
                let of_others = looked_up(&others);
                output! {{
                    let #others = (&&__coro::ask_standard(#place)).unordered(#place);
                    (&&__coro::ask_standard(#place)).is_ordered().or(#of_others)
                }}
            } else if method == "into_iter" {
                let of_content = output!((&&__coro::ask_content(#place)).content());
                output! {
                    (&&__coro::ask_standard(#place))
                        .is_iterable()
                        .or((&&__coro::ask_standard(#of_content)).is_iterable())
                }
            } else if !self.lowered.locals[id].is_box || named.is_some() {
                looked_up(&place)
            } else {
                let (of_type, of_content) = (looked_up(&place), looked_up(&others));
                output! {{
                    let __of_type = #of_type;
                    let #others = (&&__coro::ask_content(#place)).content();
                    (&__coro::Shared(&__of_type)).or(#of_content)
                }}
            };
            (question, either(&taken, &in_place))
        };
        // Taking a reference by value borrows from it again: the part stays where it is.
        let question = match &named {
            None => question,
            Some(_) => output!((&__coro::ask_reference(#place)).unless_reference(#question)),
        };
        // The note that the part is missing is for the end of the scope to read.
        let answer = named.as_ref().map_or_else(
            || output!(__coro::answer()),
            |_| {
                let answer = self.part_answer(mention);
                output!(#answer)
            },
        );
        let slots = named
            .is_none()
            .then(|| self.slots_by_answer(mention, &place));
        let ties = self.kinds_by_answer(id, &waiting);
        let Waiting {
            made,
            names: made_names,
            forgotten,
        } = waiting;
        quote_spanned! {span=>
            match (#made #(#evaluated,)*) {
                (#made_names #(#names,)*) => {
                    use __coro::{
                        AskBox as _, AskIterable as _, AskIterator as _, AskNoBox as _, AskNotIterable as _,
                        AskOrdered as _, AskOther as _, AskReference as _, AskStandard as _,
                        AskUnordered as _, AskValue as _,
                        Borrows as _, SharedFell as _, SharedFound as _, Takes as _,
                    };
                    #named
                    let __answer = #answer;
                    if false {
                        __coro::diverge();
                        let __found = #question;
                        __coro::tie(&__answer, &__found);
                        #ties
                        #slots
                    }
                    #forgotten
                    #call
                }
            }
        }
    }

    /// The call of a local that only its type says to be taken by that, or not.
    pub(super) fn called_or_taken(
        &self,
        mention: MentionId,
        first: Option<TokenStream>,
        call: &syn::ExprCall,
        arguments: Vec<(Expr, TokenStream)>,
    ) -> TokenStream {
        let id = self.lowered.locals.local_of(mention);
        let span = call.func.span().resolved_at(Span::mixed_site());
        let (place, owner) = (self.place(id, span), self.owner(id));
        let number = format_ident!("with_{}", call.args.len(), span = span);
        let Arguments {
            names,
            evaluated,
            passed,
        } = Arguments::of(arguments, span);
        let waiting = Waiting::of(first, &names, output!(__coro::operand(&raw const #owner)));
        let slots = self.slots_by_answer(mention, &place);
        let ties = self.kinds_by_answer(id, &waiting);
        let call = either(
            &output!((#owner.take())(#(#passed),*)),
            &output!((*#place)(#(#passed),*)),
        );
        let Waiting {
            made,
            names: made_names,
            forgotten,
        } = waiting;
        quote_spanned! {span=>
            match (#made #(#evaluated,)*) {
                (#made_names #(#names,)*) => {
                    use __coro::{Borrows as _, Takes as _, call::#number::{InPlace as _, Taken as _}};
                    let __answer = __coro::answer();
                    if false {
                        __coro::diverge();
                        let __found = (&__coro::ask_standard(#place)).found_by_call();
                        __coro::tie(&__answer, &__found);
                        #ties
                        #slots
                    }
                    #forgotten
                    #call
                }
            }
        }
    }

    /// The guard of a temporary that is an operand if a method takes it.
    pub(super) fn guard(&self, id: LocalId) -> Option<Ident> {
        let lowered = self.lowered;
        let is_asked = |mention: MentionId| {
            let access = lowered.access[mention.index()];
            matches!(access, Access::Asked | Access::Told)
        };
        (lowered.locals[id].is_receiver && lowered.flow.mentions_of(id).any(is_asked))
            .then(|| format_ident!("{}_operand", self.text(id), span = Span::mixed_site()))
    }

    /// What the answer to a question says of the guards of the receiver.
    fn kinds_by_answer(&self, id: LocalId, waiting: &Waiting) -> TokenStream {
        let here = (!waiting.forgotten.is_empty()).then(|| output!(__operand));
        let outside = self.guard(id).map(ToTokens::into_token_stream);
        let guards = here.into_iter().chain(outside);
        let guards = guards.map(|guard| output!(__coro::tie_kind(&#guard, &(&__answer).kind());));
        guards.collect()
    }

    /// What the answer to a question says of the slot of the local.
    fn slots_by_answer(&self, mention: MentionId, place: &Ident) -> TokenStream {
        let id = self.lowered.locals.local_of(mention);
        // What is taken is not kept.
        let kept = (self.decided_by(id) == Some(mention)).then(|| {
            let slot = self.slot(id);
            output! {
                let mut __same = __coro::slot_type(#slot);
                __same = (&__answer).slot_of(#place);
            }
        });
        // Or, where a suspension before the call keeps it, it shares its bytes with others.
        let split = (self.lowered.saved.split(id) == Some(mention)).then(|| {
            let (slot, apart) = (self.slot(id), self.apart(id));
            output! {
                let mut __same = __coro::slot_type(#apart);
                __same = (&__answer).slot_of(#place);
                let mut __same = __coro::slot_type(#slot);
                __same = (&__answer).shared_slot_of(#place);
            }
        });
        output!(#kept #split)
    }
}

/// What method lookup finds for a receiver: `Fell` unless a method takes it.
fn looked_up(
    method: &Ident,
    turbofish: Option<&syn::AngleBracketedGenericArguments>,
    place: &Ident,
    arguments: &[TokenStream],
    span: Span,
) -> TokenStream {
    let generics = turbofish.map(shape::generics_like);
    let ignored = arguments.iter().map(|_| output!(_: impl Sized));
    let ignored = output!(#(#ignored),*);
    quote_spanned! {span=> {
        let __shared = {
            trait __Asked { fn #method #generics(&self, #ignored) -> __coro::Fell { __coro::Fell } }
            impl<T: ?Sized> __Asked for &T {}
            (&*#place).#method #turbofish(#(#arguments),*)
        };
        let __of_type = (&__coro::Shared(&__shared)).receiver(#place);
        {
            trait __Asked { fn #method #generics(&self, #ignored) -> __coro::Fell { __coro::Fell } }
            impl<T: ?Sized> __Asked for T {}
            __of_type.#method #turbofish(#(#arguments),*)
        }
    }}
}

/// What is evaluated before the arguments: the value of a receiver without a name, and a guard of
/// the receiver, if there are arguments to wait for.
struct Waiting {
    made: TokenStream,
    names: TokenStream,
    forgotten: TokenStream,
}

impl Waiting {
    fn of(first: Option<TokenStream>, arguments: &[Ident], operand: TokenStream) -> Self {
        let (mut made, mut names) = match first {
            Some(first) => (output!(#first,), output!(_,)),
            None => (output!(), output!()),
        };
        let mut forgotten = output!();
        if !arguments.is_empty() {
            made.extend(output!(#operand,));
            names.extend(output!(__operand,));
            forgotten.extend(output!(__coro::forget(__operand);));
        }
        Waiting {
            made,
            names,
            forgotten,
        }
    }
}

/// The arguments of a call that stands in two branches: evaluated once, before. Closures have no
/// effect until they are called, and need to know what they are passed to: they stay where they
/// are.
struct Arguments {
    names: Vec<Ident>,
    evaluated: Vec<TokenStream>,
    passed: Vec<TokenStream>,
}

impl Arguments {
    fn of(arguments: Vec<(Expr, TokenStream)>, span: Span) -> Self {
        let mut all = Arguments {
            names: Vec::new(),
            evaluated: Vec::new(),
            passed: Vec::new(),
        };
        for (index, (source, tokens)) in arguments.into_iter().enumerate() {
            if shape::contains_closure(&source) {
                all.passed.push(tokens);
            } else {
                let name = format_ident!("__argument_{index}", span = span);
                all.passed.push(name.to_token_stream());
                all.names.push(name);
                all.evaluated.push(tokens);
            }
        }
        all
    }
}

/// Two branches, of which the answer makes one unreachable.
fn either(taken: &TokenStream, in_place: &TokenStream) -> TokenStream {
    output! {
        if (&__answer).takes() {
            (&__answer).if_taken();
            #taken
        } else {
            (&__answer).if_borrowed();
            #in_place
        }
    }
}
