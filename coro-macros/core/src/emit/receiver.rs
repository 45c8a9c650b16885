//! Method calls on locals with a slot, where only types tell whether they take the receiver.
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut;
use syn::{Expr, ExprMethodCall};

use super::Emitter;
use super::rewrite::Rewriter;
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
        let (place, named, in_place, taken, receiver) = match part {
            None => {
                let written = self.lowered.locals.written(mention).span();
                let written = written.resolved_at(Span::mixed_site());
                let place = self.place(id, span);
                (
                    place.clone(),
                    None,
                    quote_spanned!(written=> (*#place)),
                    output!(#owner.take()),
                    self.whole(id),
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
                    self.part_of(id, part, &tokens),
                )
            }
        };
        let (method, turbofish) = (&call.method, &call.turbofish);
        let Arguments {
            names,
            evaluated,
            passed,
        } = Arguments::of(arguments, span);
        let waiting = Waiting::of(first, &names, receiver, self.operand_of(mention));
        let in_place = quote_spanned!(span=> #in_place.#method #turbofish(#(#passed),*));
        let taken = output!(#taken.#method #turbofish(#(#passed),*));
        let is_box = self.lowered.locals[id].is_box && named.is_none();
        let returned = format_ident!("__returned", span = span);
        let question = question(call, &place, &passed, is_box, Some(&returned));
        let (call, returned) = match shape::receiver_use(call) {
            Use::Place => (in_place, None),
            // Two branches would make two closures, of two types.
            Use::TakenReceiver => (output!({ (&__answer).takes_a_closure(); #taken }), None),
            Use::Value => (either(&taken, &in_place), None),
            // What a type parameter of the method stands for may follow from what is done with the value.
            Use::Receiver => {
                let call = either(&taken, &in_place);
                (
                    output!(__coro::returned(&#returned, #call)),
                    Some(output!(let #returned = __coro::answer();)),
                )
            }
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
        let Waiting {
            made,
            names: made_names,
            tied,
            forgotten,
        } = waiting;
        quote_spanned! {span=>
            match (#made #(#evaluated,)*) {
                (#made_names #(#names,)*) => {
                    use __coro::asking::*;
                    #named
                    #returned
                    let __answer = #answer;
                    if false {
                        __coro::diverge();
                        let __found = #question;
                        __coro::tie(&__answer, &__found);
                        #tied
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
        let Arguments {
            names,
            evaluated,
            passed,
        } = Arguments::of(arguments, span);
        let waiting = Waiting::of(first, &names, self.whole(id), self.operand_of(mention));
        let slots = self.slots_by_answer(mention, &place);
        // Its body has answered, if it is a closure of this function: its type does not, yet.
        let (answer, asked) = if self.lowered.flow.asked.contains_key(&id) {
            (self.answer(id).into_token_stream(), None)
        } else {
            let number = format_ident!("with_{}", call.args.len(), span = span);
            let asked = output! {
                use __coro::call::#number::{InPlace as _, Taken as _};
                let __found = (&__coro::ask_standard(#place)).found_by_call();
                __coro::tie(&__answer, &__found);
            };
            (output!(__coro::answer()), Some(asked))
        };
        let call = either(
            &output!((#owner.take())(#(#passed),*)),
            &output!((*#place)(#(#passed),*)),
        );
        let Waiting {
            made,
            names: made_names,
            tied,
            forgotten,
        } = waiting;
        quote_spanned! {span=>
            match (#made #(#evaluated,)*) {
                (#made_names #(#names,)*) => {
                    use __coro::{Borrows as _, Takes as _};
                    let __answer = #answer;
                    if false {
                        __coro::diverge();
                        #asked
                        #tied
                        #slots
                    }
                    #forgotten
                    #call
                }
            }
        }
    }

    /// What begins to wait as an operand, if its call may take it.
    pub(super) fn operand(&self, id: LocalId) -> Option<TokenStream> {
        let lowered = self.lowered;
        let receiver = &lowered.locals[id].operand.as_ref()?.receiver;
        let mut rewriter = Rewriter::new(self);
        let waits = match rewriter.part(receiver) {
            Some((mention, part)) => {
                let mut place = shape::bare(receiver).clone();
                visit_mut::visit_expr_mut(&mut rewriter, &mut place);
                self.part_of(lowered.locals.local_of(mention), part, &place)
            }
            None => {
                let mention = shape::scrutinee_local(receiver, lowered.locals)?;
                let access = lowered.access[mention.index()];
                rewriter
                    .slot_of(mention)
                    .filter(|_| matches!(access, Access::Asked | Access::Told | Access::Take))
                    .map(|id| self.whole(id))?
            }
        };
        let guard = self.place(id, Span::mixed_site());
        Some(output!(#guard.wait(#waits);))
    }

    /// The guard of an operand whose call it is that has this receiver.
    pub(super) fn operand_of(&self, mention: MentionId) -> Option<Ident> {
        let locals = self.lowered.locals;
        let is_receiver = |id: &LocalId| {
            let operand = locals[*id].operand.as_ref();
            let receiver = operand.and_then(|it| shape::scrutinee_part(&it.receiver, locals));
            receiver.is_some_and(|(receiver, _)| receiver == mention)
        };
        let operand = locals.ids().find(is_receiver)?;
        self.operand(operand)
            .map(|_| self.place(operand, Span::mixed_site()))
    }

    fn whole(&self, id: LocalId) -> TokenStream {
        let owner = self.owner(id);
        output!(__coro::Whole(&raw const #owner))
    }

    fn part_of(&self, id: LocalId, part: u64, place: &impl ToTokens) -> TokenStream {
        let owner = self.owner(id);
        output!(__coro::Part(&raw const #owner, #part, &raw const #place))
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

/// What the method of a call does with its receiver at `place`: `Fell` unless it takes it. The method
/// that is found returns what `returned` says.
pub(super) fn question(
    call: &ExprMethodCall,
    place: &Ident,
    passed: &[TokenStream],
    is_box: bool,
    returned: Option<&Ident>,
) -> TokenStream {
    let span = call.method.span().resolved_at(Span::mixed_site());
    let (method, turbofish) = (&call.method, &call.turbofish);
    let is_in = |list: &[&str]| list.iter().any(|name| method == name);
    match shape::receiver_use(call) {
        Use::Place => return output!(__coro::Fell),
        Use::TakenReceiver => return output!((&&&__coro::ask_standard(#place)).found()),
        Use::Value => return output!(()),
        Use::Receiver => {}
    }
    let looked_up =
        |place: &Ident| looked_up(method, turbofish.as_ref(), place, passed, returned, span);
    let others = format_ident!("__others", span = span);
    if is_in(GENERIC) {
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
    } else if !is_box {
        looked_up(place)
    } else {
        let (of_type, of_content) = (looked_up(place), looked_up(&others));
        output! {{
            let __of_type = #of_type;
            let #others = (&&__coro::ask_content(#place)).content();
            (&__coro::Shared(&__of_type)).or(#of_content)
        }}
    }
}

/// What method lookup finds for a receiver: `Fell` unless a method takes it.
fn looked_up(
    method: &Ident,
    turbofish: Option<&syn::AngleBracketedGenericArguments>,
    place: &Ident,
    arguments: &[TokenStream],
    returned: Option<&Ident>,
    span: Span,
) -> TokenStream {
    // What is left to inference follows from the call itself.
    let turbofish = turbofish.filter(|list| returned.is_none() || !shape::has_holes(list));
    let generics = turbofish.map(shape::generics_like);
    let ignored = arguments.iter().map(|_| output!(_: impl Sized));
    let ignored = output!(#(#ignored),*);
    // A reference has methods of what it refers to, which borrow from that instead.
    let tied_if_shared = returned.map(|returned| {
        output! {
            let __shared = (&__coro::ask_reference(__asked)).unless_reference(__shared);
            (&__coro::Shared(&__shared)).returns(&#returned);
        }
    });
    let tied_if_taken =
        returned.map(|returned| output!((&__coro::Shared(&__taken)).returns(&#returned);));
    quote_spanned! {span=> {
        let __asked = (&__coro::ask_reference(#place)).unless_shared(#place);
        let __shared = {
            trait __Asked { fn #method #generics(&self, #ignored) -> __coro::Fell { __coro::Fell } }
            impl<T: ?Sized> __Asked for &T {}
            impl __Asked for __coro::NoReceiver {}
            (&*__asked).#method #turbofish(#(#arguments),*)
        };
        let __of_type = (&__coro::Shared(&__shared)).receiver(__asked);
        #tied_if_shared
        let __taken = {
            trait __Asked { fn #method #generics(&self, #ignored) -> __coro::Fell { __coro::Fell } }
            impl<T: ?Sized> __Asked for T {}
            __of_type.#method #turbofish(#(#arguments),*)
        };
        #tied_if_taken
        (&__coro::ask_reference(#place)).or_shared(__taken)
    }}
}

/// What is evaluated before the arguments: the value of a receiver without a name, and a guard of
/// the receiver, if there are arguments to wait for.
#[derive(Default)]
struct Waiting {
    made: TokenStream,
    names: TokenStream,
    tied: TokenStream,
    forgotten: TokenStream,
}

impl Waiting {
    /// `operand` is the guard of a receiver that has waited for a suspension.
    fn of(
        first: Option<TokenStream>,
        arguments: &[Ident],
        receiver: TokenStream,
        operand: Option<Ident>,
    ) -> Self {
        let mut waiting = Waiting::default();
        if let Some(first) = first {
            waiting.made.extend(output!(#first,));
            waiting.names.extend(output!(_,));
        }
        let guard = match operand {
            Some(operand) => output!(#operand.handed_on()),
            None if arguments.is_empty() => return waiting,
            None => output!(__coro::waiting(#receiver)),
        };
        waiting.made.extend(output!(#guard,));
        waiting.names.extend(output!(__operand,));
        waiting.tied = output!(__coro::tie_kind(&__operand, &(&__answer).kind()););
        waiting.forgotten = output!(__coro::forget(__operand););
        waiting
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
