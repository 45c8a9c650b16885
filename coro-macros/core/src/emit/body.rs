//! The closure that is called to resume the coroutine: what it is given and returns, and what stands
//! around the scopes of the source.
//!
//! ```text
//!   |__stored, mut __resumption| -> Resumed<_, u32> {
//!       Resumed(
//!           '__poll: {
//!               let __frame = __stored as *mut __Frame<_, _>;
//!               let buf = slot(&raw mut (*__frame).buf);        the place of each local
//!               let mut __at = read(&raw const (*__frame).state) as u8;
//!               let __running = running(…);                     writes `Panicked` if it unwinds
//!               let __output: u32 = '__body: { … };             see `machine`
//!               leave(&__running, Returned, __output)
//!           },
//!           PhantomData,
//!       )
//!   }
//! ```
use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ReturnType;

use super::frame::Frame;
use super::patterns::References;
use super::{Emitter, in_braces, joined, name_of, twin};
use crate::locals::{Kind, LocalId, MentionId};
use crate::macros;
use crate::parse::Function;
use crate::parts::Piece;
use crate::shape;
use crate::tree::{Block, Node};

impl Emitter<'_> {
    pub(super) fn closure(&self, frame: &Frame) -> TokenStream {
        let Frame {
            ty,
            pointers,
            probes,
            ..
        } = frame;
        let probes = (!probes.is_empty()).then(|| output!(if false { __coro::diverge(); #probes }));
        let name = name_of(self.lowered.function);
        let mut body = self.block(self.lowered.body, &self.lowered.parameters.locals());
        if has_no_value(self.lowered.body)
            && matches!(self.lowered.function.signature.output, ReturnType::Type(..))
        {
            // rustc has seen in the twin that the end is not reached; here it would not.
            body.extend(output!(__coro::end()));
        }
        let output = match &self.lowered.function.signature.output {
            ReturnType::Default => output!(: ()),
            ReturnType::Type(_, ty) => {
                let ty = twin::named(ty);
                output!(: #ty)
            }
        };
        let run = self.run(&output, in_braces(body, Span::mixed_site()));
        let parameters = self.lowered.parameters.locals();
        // Before the first poll the parameters are dropped in their order, not the other way round.
        let dropped = parameters
            .iter()
            .rev()
            .filter(|&&id| self.has_slot(id) && !self.is_plain(id))
            .map(|&id| {
                let (place, owner) = (self.place(id, Span::mixed_site()), self.owner(id));
                output!(let #owner = __coro::owner(#place, true);)
            });
        let views = self.lowered.locals.ids();
        let views = views.filter(|&id| self.lowered.locals[id].kind == Kind::View);
        let views = views.map(|id| self.view_type(id));
        let lent = self.lent_locals().map(|(id, lent)| {
            let place = self.place(id, lent.span());
            let flow = &self.lowered.flow;
            let lend = if flow.given.contains(&id) {
                quote_spanned!(lent.span()=> given)
            } else if flow.lent_moved.contains(&id) {
                quote_spanned!(lent.span()=> lent_again)
            } else {
                output!(lent)
            };
            output!(let mut #lent = __coro::#lend(#place);)
        });
        let held = self.lent_locals().map(|(_, lent)| lent);
        let held: Vec<_> = held.collect();
        let held = (!held.is_empty()).then(|| output!(let __held = __coro::held((#(&#held,)*));));
        let given_back = self.given_back();
        let report = self.report();
        // The two frames have the same type, but for its lifetimes.
        let same = if self.is_in_closure {
            output!(__same = __frame)
        } else {
            output!(return __coro::of_frame(__frame))
        };
        let body = output! {
            let __frame = __stored as *mut #ty;
            if false {
                __coro::diverge();
                #same;
            }
            #pointers
            #(#lent)*
            #held
            #(let #views = __coro::part_type();)*
            let mut __at = __coro::read(&raw const (*__frame).state) as u8;
            if __at >= __State::Panicked as u8 {
                if __resumption.is_cancelled() {
                    break '__poll __coro::Poll::Pending;
                }
                __coro::polled_again(#name, __at == __State::Panicked as u8);
            }
            let __running = __coro::running(&raw mut (*__frame).state as *mut u8, __State::Panicked as u8);
            #report
            if __resumption.is_cancelled() & (__at == __State::Start as u8) {
                #(#dropped)*
                break '__poll __coro::Poll::Pending;
            }
            #run
            #probes
            #given_back
            __coro::leave(&__running, __State::Returned as u8, __output)
        };
        let body = in_braces(body, Span::mixed_site());
        let body = output!('__poll: #body);
        let output = &self.lowered.function.signature.output;
        let resumed = returns(|user| quote_spanned!(user=> __coro::Resumed<_,), output);
        if !self.is_in_closure {
            return output! {
                |__stored, mut __resumption| -> #resumed {
                    __coro::Resumed(#body, __coro::PhantomData)
                }
            };
        }
        let poll = returns(|user| quote_spanned!(user=> __coro::Poll<), output);
        output! {
            |__stored, mut __resumption| -> #resumed {
                let mut __same = __coro::null_mut();
                if false {
                    __coro::diverge();
                    return __coro::of_frame(__same);
                }
                let __poll = (|| -> #poll { #body })();
                __coro::Resumed(__poll, __coro::PhantomData)
            }
        }
    }

    /// The locals that are mentioned in macros that nobody can see into, and what those get.
    fn lent_locals(&self) -> impl Iterator<Item = (LocalId, Ident)> {
        let lent = self.lowered.flow.lent.iter();
        lent.filter(|&(&id, _)| self.has_slot(id))
            .map(|(&id, &mention)| {
                let user = self.lowered.locals.written(mention).span();
                (id, self.lent(id, user))
            })
    }

    /// Where nothing may borrow them any more: rustc refuses to assign to what is borrowed.
    pub(super) fn given_back(&self) -> Option<TokenStream> {
        let lent: Vec<_> = self.lent_locals().map(|(_, lent)| lent).collect();
        let given_back = || output!(__coro::release(__held); #(#lent = __coro::given_back();)*);
        (!lent.is_empty()).then(given_back)
    }

    /// Runs the body. What drops the rest of a local that is moved in part stands behind it, where
    /// the local's type is known, and runs before it.
    fn run(&self, output: &TokenStream, body: Group) -> TokenStream {
        let lowered = self.lowered;
        let apart: Vec<LocalId> = lowered
            .locals
            .ids()
            .filter(|&id| !lowered.parts.of_local(id).is_empty())
            .collect();
        if apart.is_empty() {
            return output!(let __output #output = '__body: #body;);
        }
        let names: Vec<_> = apart.iter().map(|&id| self.rest(id)).collect();
        let rests = apart.iter().map(|&id| self.drop_of_rest(id));
        let answers = apart
            .iter()
            .flat_map(|&id| lowered.parts.calls(id))
            .map(|mention| self.part_answer(mention));
        output! {
            #(let #answers = __coro::Answer(__coro::PhantomData);)*
            #(let mut #names = __coro::Option::None;)*
            let mut __is_typed = false;
            let __output #output = loop {
                if __is_typed {
                    break ('__body: #body);
                }
                #(#names = __coro::Option::Some(#rests);)*
                __is_typed = true;
            };
        }
    }

    /// A closure that drops what is left of a local when parts of it have been moved.
    fn drop_of_rest(&self, id: LocalId) -> TokenStream {
        let parts = &self.lowered.parts;
        let calls: Vec<MentionId> = parts.calls(id).collect();
        let reached = |path: &crate::flow::Path| {
            path.iter().fold(output!(whole), |place, step| match step {
                shape::Step::Field(member) => output!(#place.#member),
                shape::Step::Deref => output!((*#place)),
            })
        };
        let sets = parts.missing(id).map(|(set, pieces)| {
            let forgets = pieces.into_iter().map(|piece| {
                let part = reached(piece.path());
                match piece {
                    Piece::Path(_) => output!(__coro::forget(#part);),
                    Piece::Receiver(_, mention) => {
                        // A part that no method takes stays where it is.
                        let answer = calls.iter().position(|call| call == mention);
                        let answer = syn::Index::from(answer.unwrap_or_default());
                        output!((&answers.#answer).if_taken(); __coro::forget(#part);)
                    }
                    Piece::Pattern(_, pat) => {
                        let pat = self.renamed(pat, References::Dropped);
                        let names = shape::names(&pat);
                        output!(match #part { #pat => __coro::forget((#(#names,)*)), _ => {} })
                    }
                    Piece::Update(_, name, fields) => output! {
                        __coro::forget(#name {
                            #(#fields: __coro::read(&raw const #part.#fields),)*
                            ..#part
                        });
                    },
                }
            });
            output!(#set => { #(#forgets)* })
        });
        output! {
            |place: *mut _, moved: u64, answers| {
                use __coro::{Borrows as _, Takes as _};
                let whole = __coro::read(place);
                match moved { #(#sets)* _ => {} }
            }
        }
    }
}

/// Whether the body is a closure inside of the one that is called: what returns from a macro that
/// nobody can see into, with a `?`, needs one that returns a `Poll`.
pub(super) fn is_in_closure(function: &Function) -> bool {
    let body = function.body.as_ref();
    matches!(function.signature.output, ReturnType::Type(..))
        && body.is_some_and(macros::has_another)
}

/// What a closure returns, where the user has written the output.
fn returns(head: impl Fn(Span) -> TokenStream, output: &ReturnType) -> TokenStream {
    let ReturnType::Type(_, ty) = output else {
        let head = head(Span::mixed_site());
        return output!(#head () >);
    };
    let ty = twin::named(ty).into_token_stream();
    let mut tokens = ty.clone().into_iter();
    let first = tokens
        .next()
        .map_or_else(Span::mixed_site, |token| token.span());
    let last = tokens.last().map_or(first, |token| token.span());
    joined([head(first), ty, quote_spanned!(last=> >)])
}

/// Whether a block ends with a statement.
fn has_no_value(block: &Block) -> bool {
    match block.tail.as_deref() {
        None => true,
        Some(Node::Block(inner)) => inner.label.is_none() && has_no_value(&inner.body),
        Some(_) => false,
    }
}
