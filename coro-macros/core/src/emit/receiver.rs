//! Method calls on locals with a slot, where only types tell whether they take the receiver.
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::ToTokens;
use quote::{format_ident, quote_spanned};
use syn::ExprMethodCall;
use syn::spanned::Spanned;
use syn::visit_mut;

use super::rewrite::Rewriter;
use super::{Emitter, joined, present};
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
        arguments: Vec<(bool, TokenStream)>,
    ) -> TokenStream {
        let id = self.lowered.locals.local_of(mention);
        let span = call.method.span().resolved_at(Span::mixed_site());
        let owner = self.owner(id);
        // The pointer to the receiver, the receiver where it is, and the receiver moved out.
        let written = self.lowered.locals.written(mention).span();
        let written = written.resolved_at(Span::mixed_site());
        let (place, named, in_place, taken, receiver) = match part {
            None => {
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
        let passed_on = in_parentheses_of(call, &passed);
        let constant = self.constant_receiver(id, &call.receiver);
        let (constant, in_place) = match constant {
            None => (None, in_place),
            Some((constant, in_place)) => (Some(constant), in_place),
        };
        let in_place = quote_spanned!(span=> #in_place.#method #turbofish #passed_on);
        let owned = taken.clone();
        let taken = output!(#taken.#method #turbofish #passed_on);
        let is_box = self.lowered.locals[id].is_box && named.is_none();
        let is_reference = self.lowered.locals[id].is_reference && named.is_none();
        let returned = format_ident!("__returned", span = span);
        let question = match is_reference {
            true => {
                let any = vec![output!(impl Sized); passed.len()];
                looked_up(call, &place, &passed, &any, span, Asked::Reference)
            }
            false if shape::receiver_use(call) == Use::Place => of_others(call, &place, &passed),
            false => question(call, &place, &passed, is_box, Some(&returned)),
        };
        let (call, returned) = match shape::receiver_use(call) {
            _ if is_reference => (in_place, None),
            // Two branches would make two closures, of two types.
            Use::TakenReceiver | Use::Place => {
                let captured = quote_spanned!(written=> __captured.value);
                // One that borrows a constant gives nothing that outlasts the call.
                let captured_by = match &constant {
                    None => output!(captured),
                    Some(_) => output!(captured_here),
                };
                let call = output!({
                    let mut __captured = (&__answer).#captured_by(#place, || #owned);
                    #captured.#method #turbofish #passed_on
                });
                (call, None)
            }
            Use::Value => (either(&taken, &in_place), None),
            // What a type parameter of the method stands for may follow from what is done with the value.
            Use::Receiver => {
                let call = either(&taken, &in_place);
                (
                    output!(__coro::returned(&#returned, #call)),
                    Some(output!(let #returned = __coro::Answer(__coro::PhantomData);)),
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
            || output!(__coro::Answer(__coro::PhantomData)),
            |_| {
                let answer = self.part_answer(mention);
                output!(#answer)
            },
        );
        let slots = named
            .is_none()
            .then(|| self.slots_by_answer(mention, &place))
            .flatten();
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
                    #constant
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
        arguments: Vec<(bool, TokenStream)>,
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
            (output!(__coro::Answer(__coro::PhantomData)), Some(asked))
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
                    .filter(|_| matches!(access, Access::Asked | Access::Take))
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

    /// Whether the slot of a local depends on what this call of a method does with it.
    pub(super) fn is_decided_by(&self, mention: MentionId) -> bool {
        let (id, saved) = (self.lowered.locals.local_of(mention), self.lowered.saved);
        [saved.decided_by(id), saved.split(id)].contains(&Some(mention))
    }

    /// Reads a part, after which none may be left: the type of the local says so.
    pub(super) fn last_part(&self, mention: MentionId, read: &TokenStream) -> TokenStream {
        let id = self.lowered.locals.local_of(mention);
        let (place, owner) = (self.place(id, Span::mixed_site()), self.owner(id));
        let slots = self.slots_by_answer(mention, &place);
        let question = match self.lowered.saved.parts(id).count_ones() {
            _ if !self.lowered.locals[id].fields.is_empty() => format_ident!("of_struct"),
            count => format_ident!("of_{count}"),
        };
        output! {({
            use __coro::asking::*;
            let __part = #read;
            let __answer = __coro::Answer(__coro::PhantomData);
            if false {
                __coro::diverge();
                let __found = (&__coro::rest(#place)).#question();
                __coro::tie(&__answer, &__found);
                #slots
            }
            if (&__answer).takes() {
                #owner.disown();
            }
            __part
        })}
    }

    /// What the answer to a question says of the slot of the local.
    pub(super) fn slots_by_answer(&self, mention: MentionId, place: &Ident) -> Option<TokenStream> {
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
        present(joined(kept.into_iter().chain(split)))
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
    let method = &call.method;
    let is_in = |list: &[&str]| list.iter().any(|name| method == name);
    match shape::receiver_use(call) {
        Use::Place if !shape::is_of_iterators(call) => return output!(__coro::Fell),
        Use::Place => return of_others(call, place, passed),
        Use::TakenReceiver => {
            let of_others = of_others(call, place, passed);
            return output!((&&&__coro::ask_standard(#place)).found().or(#of_others));
        }
        Use::Value => return output!(()),
        Use::Receiver => {}
    }
    let any = vec![output!(impl Sized); passed.len()];
    let looked_up =
        |place: &Ident| looked_up(call, place, passed, &any, span, Asked::Value(returned));
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

/// Whether a method that takes closures takes its receiver, if that is no `Option`, `Result` or iterator.
/// What the closures do does not count: others of as many parameters stand in for them, and what has any type
/// for what is made of one.
fn of_others(call: &ExprMethodCall, place: &Ident, passed: &[TokenStream]) -> TokenStream {
    if call.turbofish.is_some() {
        return output!(__coro::Fell);
    }
    let span = call.method.span().resolved_at(Span::mixed_site());
    let (mut arguments, mut types) = (Vec::new(), Vec::new());
    for (argument, passed) in call.args.iter().zip(passed) {
        let (argument, ty) = match shape::stand_in(argument) {
            Some(stand_in) => stand_in,
            None if shape::contains_closure(argument) => {
                (output!(__coro::diverge()), output!(impl Sized))
            }
            None => (passed.clone(), output!(impl Sized)),
        };
        arguments.push(argument);
        types.push(ty);
    }
    let others = format_ident!("__others", span = span);
    let of_others = looked_up(call, &others, &arguments, &types, span, Asked::Value(None));
    output!({
        let #others = (&&&__coro::ask_standard(#place)).others(#place);
        #of_others
    })
}

/// What a method lookup is about.
enum Asked<'a> {
    /// Any value. What is found returns the type of this, if it is given.
    Value(Option<&'a Ident>),
    /// A shared reference, which is taken by the methods of what it refers to.
    Reference,
}

/// What method lookup finds for a receiver: `Fell` unless a method takes it.
fn looked_up(
    call: &syn::ExprMethodCall,
    place: &Ident,
    arguments: &[TokenStream],
    types: &[TokenStream],
    span: Span,
    asked: Asked<'_>,
) -> TokenStream {
    let (method, mut turbofish) = (&call.method, call.turbofish.as_ref());
    if let Asked::Value(Some(_)) = asked {
        // What is left to inference follows from the call itself.
        turbofish = turbofish.filter(|list| !shape::has_holes(list));
    }
    let generics = turbofish.map(shape::generics_like);
    let passed = in_parentheses_of(call, arguments);
    let ignored = output!(#(_: #types),*);
    let returned = match asked {
        Asked::Value(returned) => returned,
        Asked::Reference => {
            // The method of the trait must be a step further away than one that borrows the receiver.
            return quote_spanned! {span=> {
                let __shared = {
                    trait __Asked { fn #method #generics(&self, #ignored) -> __coro::Fell { __coro::Fell } }
                    impl<T: ?Sized> __Asked for &&T {}
                    (&*#place).#method #turbofish #passed
                };
                let __of_type = (&__coro::Shared(&__shared)).receiver(#place);
                {
                    trait __Asked { fn #method #generics(&self, #ignored) -> __coro::Fell { __coro::Fell } }
                    impl<T: ?Sized> __Asked for &T {}
                    impl __Asked for __coro::NoReceiver {}
                    __of_type.#method #turbofish #passed
                }
            }};
        }
    };
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
            (&*__asked).#method #turbofish #passed
        };
        let __of_type = (&__coro::Shared(&__shared)).receiver(__asked);
        #tied_if_shared
        let __taken = {
            trait __Asked { fn #method #generics(&self, #ignored) -> __coro::Fell { __coro::Fell } }
            impl<T: ?Sized> __Asked for T {}
            __of_type.#method #turbofish #passed
        };
        #tied_if_taken
        (&__coro::ask_reference(#place)).or_shared(__taken)
    }}
}

/// The arguments of a call where the source has them, so that rustc says the same of each copy.
fn in_parentheses_of(call: &syn::ExprMethodCall, arguments: &[TokenStream]) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, output!(#(#arguments),*));
    group.set_span(call.paren_token.span.join());
    group
}

/// What is evaluated before the arguments: the value of a receiver without a name, and a guard of
/// the receiver, if there are arguments to wait for.
#[derive(Default)]
struct Waiting {
    made: Option<TokenStream>,
    names: Option<TokenStream>,
    tied: Option<TokenStream>,
    forgotten: Option<TokenStream>,
}

impl Waiting {
    /// `operand` is the guard of a receiver that has waited for a suspension.
    fn of(
        first: Option<TokenStream>,
        arguments: &[Ident],
        receiver: TokenStream,
        operand: Option<Ident>,
    ) -> Self {
        let (first, unnamed) = first.map(|first| (output!(#first,), output!(_,))).unzip();
        let guard = match operand {
            Some(operand) => output!(#operand.handed_on(),),
            None if arguments.is_empty() => {
                return Waiting {
                    made: first,
                    names: unnamed,
                    ..Waiting::default()
                };
            }
            None => output!(__coro::waiting(#receiver),),
        };
        Waiting {
            made: Some(output!(#first #guard)),
            names: Some(output!(#unnamed __operand,)),
            tied: Some(output!(__coro::tie_kind(&__operand, &(&__answer).kind());)),
            forgotten: Some(output!(__coro::forget(__operand);)),
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
    fn of(arguments: Vec<(bool, TokenStream)>, span: Span) -> Self {
        let mut all = Arguments {
            names: Vec::new(),
            evaluated: Vec::new(),
            passed: Vec::new(),
        };
        for (index, (is_closure, tokens)) in arguments.into_iter().enumerate() {
            if is_closure {
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
