//! The closure that resumes the coroutine.
//!
//! ```text
//!   let buf_owner = owner(buf, matches!(at, Read | Flush));      scopes, and what they owe
//!   'to_flush: {
//!       'to_read: {
//!           match at { Read => break 'to_read, Flush => break 'to_flush, _ => {} }
//!           …                                                    a segment
//!           read_owner.init(into_future(…));
//!       }
//!       let n = match resumption.step(&read_owner) { … };        suspend, or go on
//!       …                                                        a segment
//!       flush_owner.init(into_future(…));
//!   }
//!   match resumption.step(&flush_owner) { … };
//! ```
//!
//! Laws: the source's own branches and loops stay; what has run is jumped over. The stored
//! state is written only where the coroutine suspends. Every scope that is open at a suspension
//! is open again after it, with its owners in the source's order.
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, ReturnType, Stmt as Source};

use super::frame::Frame;
use super::patterns::References;
use super::{Emitter, name_of, twin};
use crate::locals::{Kind, LocalId, MentionId};
use crate::macros;
use crate::parts::Piece;
use crate::saved::Owed;
use crate::shape;
use crate::storage::Class;
use crate::tree::{Block, Node, Point, PointId, Stmt, Wait};

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
        let run = self.run(&output, &body);
        let parameters = self.lowered.parameters.locals();
        // Before the first poll the parameters are dropped in their order, not the other way round.
        let dropped = parameters
            .iter()
            .rev()
            .filter(|&&id| self.has_slot(id))
            .map(|&id| {
                let (place, owner) = (self.place(id, Span::mixed_site()), self.owner(id));
                output!(let #owner = __coro::owner(#place, true);)
            });
        let views = self.lowered.locals.ids();
        let views = views.filter(|&id| self.lowered.locals[id].kind == Kind::View);
        let views = views.map(|id| self.view_type(id));
        let lent = self.lent_locals().map(|(id, lent)| {
            let place = self.place(id, Span::mixed_site());
            output!(let mut #lent = __coro::lent(#place);)
        });
        let held = self.lent_locals().map(|(_, lent)| lent);
        let held: Vec<_> = held.collect();
        let held = (!held.is_empty()).then(|| output!(let __held = __coro::held((#(&#held,)*));));
        let given_back = self.given_back();
        let report = self.report();
        let cancelled = self.resumed(output!(__coro::cancelled()));
        let returned = self.resumed(output!(__coro::leave(
            __running,
            __State::Returned as u8,
            __output
        )));
        // The two frames have the same type, but for its lifetimes.
        let same = if self.is_in_closure() {
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
            let mut __at = __coro::read(&raw const (*__frame).state);
            let __running = __coro::running(&raw mut (*__frame).state as *mut u8, __State::Panicked as u8);
            if __coro::matches!(__at, __State::Panicked | __State::Returned) {
                __coro::polled_again(#name, __coro::matches!(__at, __State::Panicked));
            }
            #report
            if __resumption.is_cancelled() && __coro::matches!(__at, __State::Start) {
                #(#dropped)*
                return #cancelled;
            }
            #run
            #probes
            #given_back
            #returned
        };
        let output = &self.lowered.function.signature.output;
        let (poll, resumed) = (
            returns(|user| quote_spanned!(user=> __coro::Poll<), output),
            returns(|user| quote_spanned!(user=> __coro::Resumed<_,), output),
        );
        if !self.is_in_closure() {
            return output!(|__stored, mut __resumption| -> #resumed { #body });
        }
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

    /// Whether the body is a closure inside of the one that is called: what returns from a macro
    /// that nobody can see into, with a `?`, needs one that returns a `Poll`.
    fn is_in_closure(&self) -> bool {
        let function = self.lowered.function;
        let body = function.body.as_ref();
        matches!(function.signature.output, ReturnType::Type(..))
            && body.is_some_and(macros::has_another)
    }

    /// What the body returns.
    fn resumed(&self, poll: TokenStream) -> TokenStream {
        if self.is_in_closure() {
            poll
        } else {
            output!(__coro::Resumed(#poll, __coro::PhantomData))
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
    fn given_back(&self) -> TokenStream {
        let lent: Vec<_> = self.lent_locals().map(|(_, lent)| lent).collect();
        if lent.is_empty() {
            return TokenStream::new();
        }
        output!(__coro::release(__held); #(#lent = __coro::given_back();)*)
    }

    /// Runs the body. What drops the rest of a local that is moved in part stands behind it, where
    /// the local's type is known, and runs before it.
    fn run(&self, output: &TokenStream, body: &TokenStream) -> TokenStream {
        let lowered = self.lowered;
        let apart: Vec<LocalId> = lowered
            .locals
            .ids()
            .filter(|&id| !lowered.parts.of_local(id).is_empty())
            .collect();
        if apart.is_empty() {
            return output!(let __output #output = '__body: { #body };);
        }
        let names: Vec<_> = apart.iter().map(|&id| self.rest(id)).collect();
        let rests = apart.iter().map(|&id| self.drop_of_rest(id));
        let answers = apart
            .iter()
            .flat_map(|&id| lowered.parts.calls(id))
            .map(|mention| self.part_answer(mention));
        output! {
            #(let #answers = __coro::answer();)*
            #(let mut #names = __coro::Option::None;)*
            let mut __is_typed = false;
            let __output #output = loop {
                if __is_typed {
                    break ('__body: { #body });
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
            |place: *mut _, moved: u8, answers| {
                use __coro::{Borrows as _, Takes as _};
                let whole = __coro::read(place);
                match moved { #(#sets)* _ => {} }
            }
        }
    }

    /// The inside of a block. `bound` are the locals that have their values when it is entered.
    fn block(&self, block: &Block, bound: &[LocalId]) -> TokenStream {
        let owners = self.owners(block, bound);
        let items = items(block);
        // The segment that is being written, and everything before it.
        let mut text = TokenStream::new();
        let suspending: Vec<&Node> = block
            .stmts
            .iter()
            .filter_map(|stmt| match stmt {
                Stmt::Let { init: node, .. } | Stmt::Node(node) if node.suspends() => Some(node),
                _ => None,
            })
            .chain(block.tail.as_deref().filter(|tail| tail.suspends()))
            .collect();
        let is_reached_by_falling = match suspending[..] {
            [Node::Block(_) | Node::Loop(_)] => runs_first(block),
            _ => false,
        };
        let labels: Vec<_> = suspending
            .iter()
            .map(|node| (!is_reached_by_falling).then(|| self.label_of(node)))
            .collect();
        if !suspending.is_empty() && !is_reached_by_falling {
            let ways = suspending.iter().zip(labels.iter().flatten());
            let ways = ways.flat_map(|(node, label)| self.ways_into(node, label));
            text.extend(output!(match __at { #(#ways)* _ => {} }));
        }
        let mut labels = labels.into_iter();
        for stmt in &block.stmts {
            match stmt {
                Stmt::Plain(Source::Item(_)) => {}
                Stmt::Plain(Source::Macro(call)) if call.mac.path.is_ident("macro_rules") => {}
                Stmt::Plain(stmt) => text.extend(self.plain_stmt(stmt)),
                Stmt::Declare(_) => {}
                Stmt::End(ids) => text.extend(self.ended(ids)),
                Stmt::Let { pat, init } => {
                    let value = self.suspending(init, &mut text, &mut labels);
                    text.extend(self.bind(pat, value));
                }
                Stmt::Node(node) => {
                    let value = self.suspending(node, &mut text, &mut labels);
                    text.extend(output!(#value;));
                }
            }
        }
        if let Some(tail) = &block.tail {
            let value = self.suspending(tail, &mut text, &mut labels);
            text.extend(value);
        }
        output!(#items #owners #text)
    }

    /// Writes the start of a node behind `text`, makes what has been written a block that can
    /// be left for its middle, and gives the rest of the node.
    fn suspending(
        &self,
        node: &Node,
        text: &mut TokenStream,
        labels: &mut impl Iterator<Item = Option<syn::Lifetime>>,
    ) -> TokenStream {
        if !node.suspends() {
            return self.resume(node);
        }
        let Some(Some(label)) = labels.next() else {
            return self.resume(node);
        };
        let start = self.start(node);
        let entered = match has_ways(node) {
            true => output!(let __entered =),
            false => output!(),
        };
        let before = std::mem::take(text);
        let end = if has_ways(node) {
            output!(;)
        } else {
            output!()
        };
        *text = output!(#entered #label: { #before #start } #end);
        self.resume(node)
    }

    /// The statements or the value that stand before what can be jumped to.
    fn start(&self, node: &Node) -> TokenStream {
        match node {
            Node::Wait(wait) => {
                let owner = self.owner(self.point(wait.point).future);
                let operand = self.plain(&wait.operand);
                let user = wait.span;
                let future = quote_spanned!(user=> ({ __coro::twin::awaited })(#operand));
                output!(#owner.init(#future);)
            }
            Node::If(branch) => {
                let bound = shape::bindings_of_condition(&branch.cond, self.lowered.locals);
                let filled = self.filled(&bound);
                if let Expr::Let(binding) = &branch.cond {
                    let wild = output_as!(_);
                    let arms = vec![
                        (&*binding.pat, output!({ #filled true })),
                        (&wild, output!({ false })),
                    ];
                    return self.matched(&binding.expr, arms, Span::mixed_site());
                }
                let cond = self.condition(&branch.cond);
                output!(if #cond { #filled true } else { false })
            }
            Node::Match(choice) => {
                let bodies = choice.arms.iter().zip(0usize..).map(|(arm, number)| {
                    let bound = shape::bindings(&arm.pat, self.lowered.locals);
                    let filled = self.filled(&bound);
                    output!({ #filled #number })
                });
                let pats = choice.arms.iter().map(|arm| &arm.pat);
                self.matched(&choice.scrutinee, pats.zip(bodies).collect(), choice.span)
            }
            Node::Plain(_) | Node::Block(_) | Node::Loop(_) => TokenStream::new(),
        }
    }

    /// What runs from the suspension on.
    fn resume(&self, node: &Node) -> TokenStream {
        match node {
            Node::Plain(expr) => self.plain(expr),
            Node::Wait(wait) => self.wait(wait),
            Node::Block(inner) => {
                let body = self.block(&inner.body, &[]);
                match &inner.label {
                    Some(label) => output!(#label: { #body }),
                    None => output!({ #body }),
                }
            }
            Node::If(branch) => {
                let bound = shape::bindings_of_condition(&branch.cond, self.lowered.locals);
                let then = self.block(&branch.then, &bound);
                let otherwise = branch.otherwise.as_ref().map(|otherwise| {
                    let body = self.block(otherwise, &[]);
                    output!(else { #body })
                });
                output!(if __entered { #then } #otherwise)
            }
            Node::Match(choice) => {
                let last = choice.arms.len() - 1;
                let arms = choice.arms.iter().enumerate().map(|(number, arm)| {
                    let body =
                        self.block(&arm.body, &shape::bindings(&arm.pat, self.lowered.locals));
                    if number == last {
                        output!(_ => { #body })
                    } else {
                        output!(#number => { #body })
                    }
                });
                output!(match __entered { #(#arms)* })
            }
            Node::Loop(repeat) => {
                let (label, body) = (&repeat.label, self.block(&repeat.body, &[]));
                output!(#label: loop { #body })
            }
        }
    }

    /// Polls the future; returns from the closure if it is not ready.
    fn wait(&self, wait: &Wait) -> TokenStream {
        let Point { future, name } = self.point(wait.point);
        let owner = self.owner(*future);
        let scope = &self.lowered.flow.scopes[wait.point.0];
        let at = &self.lowered.saved.at[wait.point.0];
        // The others owe nothing, and may be dropped.
        let owners = scope
            .iter()
            .filter(|&&id| self.has_slot(id) && (at[id.index()].saved || id == *future))
            .flat_map(|&id| std::iter::once(self.owner(id)).chain(self.guard(id)));
        let flags = scope.iter().filter(|id| {
            let local = at[id.index()];
            local.saved && local.owed == Owed::Maybe && self.decided_by(**id).is_none()
        });
        let flags = flags.map(|&id| {
            let (flag, owner) = (self.flag(id), self.owner(id));
            output!(#owner.note_owed(&raw mut (*__frame).#flag);)
        });
        let moved = scope
            .iter()
            .filter(|id| at[id.index()].saved && !self.lowered.parts.of_local(**id).is_empty());
        let moved = moved.map(|&id| {
            let (moved, owner) = (self.moved(id), self.owner(id));
            output!((*__frame).#moved = #owner.moved();)
        });
        // What rustc says of the output it says once, if machine and twin say it of the same tokens.
        let user = wait.span;
        let value = output!(value);
        let value = quote_spanned!(user=> ({ __coro::output })(#value));
        let given_back = self.given_back();
        let suspended = self.resumed(output!(__coro::suspend(__running, __State::#name as u8)));
        let cancelled = self.resumed(output!(__coro::cancelled()));
        let mut arms = proc_macro2::Group::new(
            proc_macro2::Delimiter::Brace,
            output! {
                __coro::Step::Ready(value) => {
                    __at = __State::Start;
                    #value
                }
                __coro::Step::Pending => {
                    #(#flags)*
                    #(#moved)*
                    #given_back
                    __coro::mem::forget((#(#owners,)*));
                    return #suspended;
                }
                __coro::Step::Cancelled => return #cancelled,
            },
        );
        arms.set_span(user);
        let (resumption, keyword) = (output!(__resumption), Ident::new("match", user));
        let step = quote_spanned!(user=> ({ __coro::step })(&mut #resumption, &#owner));
        output!(#keyword #step #arms)
    }

    /// Declares the owners of a scope's locals. A local that is resumed into has its value where
    /// the suspension has left it.
    fn owners(&self, block: &Block, bound: &[LocalId]) -> TokenStream {
        let points = block.points();
        let declared = self.declared(block);
        let mut all: Vec<_> = bound
            .iter()
            .copied()
            .filter(|&id| {
                self.has_slot(id)
                    && !declared.contains(&id)
                    && self.lowered.locals[id].kind != Kind::Temporary
            })
            .collect();
        all.extend(declared);
        let owners = all.iter().enumerate().map(|(index, &id)| {
            if all[..index].contains(&id) {
                // A temporary gets its value: it may be an operand from here on.
                let (guard, owner) = (self.guard(id), self.owner(id));
                let guard =
                    guard.map(|guard| output!(let #guard = __coro::operand(&raw const #owner);));
                return output!(#guard);
            }
            let owner = self.owner_of(id, bound, &points);
            let called = self.is_called(id).then(|| {
                let called = self.called(id);
                output!(let mut #called;)
            });
            output!(#owner #called)
        });
        owners.collect()
    }

    /// Whether a call on a local may take it, for rustc to see.
    fn is_called(&self, id: LocalId) -> bool {
        let lowered = self.lowered;
        lowered
            .flow
            .mentions_of(id)
            .any(|mention| lowered.access[mention.index()] == crate::liveness::Access::Called)
    }

    fn owner_of(&self, id: LocalId, bound: &[LocalId], points: &[PointId]) -> TokenStream {
        let is_bound = bound.contains(&id);
        let (place, owner) = (self.place(id, Span::mixed_site()), self.owner(id));
        if self.lowered.locals[id].is_trivial && self.lowered.parts.of_local(id).is_empty() {
            return output!(let #owner = __coro::owner(#place, false););
        }
        let at = |owed| {
            let states = points
                .iter()
                .filter(move |&&point| self.owed(id, point) == owed);
            states
                .map(|&point| &self.point(point).name)
                .collect::<Vec<_>>()
        };
        let (no, yes, maybe) = (at(Owed::No), at(Owed::Yes), at(Owed::Maybe));
        let matches = |states: &[&Ident]| match states {
            [] => None,
            states => Some(output!(__coro::matches!(__at, #(__State::#states)|*))),
        };
        let noted = matches(&maybe).map(|states| {
            if self.decided_by(id).is_some() {
                let slot = self.slot(id);
                return output!((#states && __coro::is_kept(#slot, #place)));
            }
            let flag = self.flag(id);
            output!((#states && (*__frame).#flag))
        });
        let known = if is_bound {
            let not: Vec<_> = no.iter().chain(&maybe).copied().collect();
            Some(matches(&not).map_or(output!(true), |states| output!(!#states)))
        } else {
            matches(&yes)
        };
        let owed = match (known, noted) {
            (None, None) => output!(false),
            (Some(owed), None) | (None, Some(owed)) => owed,
            (Some(known), Some(noted)) => output!(#known || #noted),
        };
        if self.lowered.parts.of_local(id).is_empty() {
            return output!(let #owner = __coro::owner(#place, #owed););
        }
        // What no suspension keeps, for want of a drop, must not be looked at after one.
        let owed = match self.lowered.storage[id] {
            Class::Saved {
                only_for_drop: true,
            } => {
                let slot = self.slot(id);
                output!((#owed && __coro::is_kept(#slot, #place)))
            }
            Class::Saved {
                only_for_drop: false,
            }
            | Class::Stack
            | Class::Segment => owed,
        };
        let kept = points
            .iter()
            .filter(|point| self.lowered.saved.at[point.0][id.index()].saved);
        let kept: Vec<_> = kept.map(|&point| &self.point(point).name).collect();
        let moved = matches(&kept).map_or(output!(0), |states| {
            let moved = self.moved(id);
            output!(if #states { (*__frame).#moved } else { 0 })
        });
        let rest = self.rest(id);
        let answers = self.lowered.parts.calls(id);
        let answers = answers.map(|mention| self.part_answer(mention));
        output!(let #owner = __coro::part_owner(#place, #owed, #moved, #rest, (#(#answers,)*));)
    }

    fn owed(&self, id: LocalId, point: PointId) -> Owed {
        let local = self.lowered.saved.at[point.0][id.index()];
        if local.saved { local.owed } else { Owed::No }
    }

    /// Hands the values of bindings to their slots; the owners are declared where they are used.
    fn filled(&self, bound: &[LocalId]) -> TokenStream {
        let filled = bound.iter().filter(|&&id| self.has_slot(id)).map(|&id| {
            if self.lowered.locals[id].kind == Kind::Temporary {
                // Its owner is in scope already.
                let (owner, value) = (self.owner(id), self.value(id));
                return output!(#owner.init(#value););
            }
            let (place, value) = (self.place(id, Span::mixed_site()), self.value(id));
            output!(__coro::write(#place, #value);)
        });
        filled.collect()
    }

    pub(super) fn ended(&self, ids: &[LocalId]) -> TokenStream {
        let ends = ids.iter().rev().map(|&id| {
            let owner = self.owner(id);
            output!(#owner.end();)
        });
        ends.collect()
    }

    /// How a state inside of a node is reached from the start of its block.
    fn ways_into(&self, node: &Node, label: &syn::Lifetime) -> Vec<TokenStream> {
        let way = |points: Vec<PointId>, value: TokenStream| {
            let states = points.iter().map(|&point| &self.point(point).name);
            (!points.is_empty()).then(|| output!(#(__State::#states)|* => break #label #value,))
        };
        match node {
            Node::Plain(_) => Vec::new(),
            Node::Wait(_) | Node::Block(_) | Node::Loop(_) => {
                way(node.points(), output!()).into_iter().collect()
            }
            Node::If(branch) => {
                let then = way(branch.then.points(), output!(true));
                let otherwise = branch
                    .otherwise
                    .as_ref()
                    .and_then(|block| way(block.points(), output!(false)));
                then.into_iter().chain(otherwise).collect()
            }
            Node::Match(choice) => {
                let arms = choice.arms.iter().zip(0usize..);
                arms.filter_map(|(arm, number)| way(arm.body.points(), number.to_token_stream()))
                    .collect()
            }
        }
    }

    fn label_of(&self, node: &Node) -> syn::Lifetime {
        let points = node.points();
        let Some(&first) = points.first() else {
            unreachable!("the node suspends")
        };
        self.label(self.text(self.point(first).future))
    }

    fn point(&self, id: PointId) -> &Point {
        &self.lowered.points[id.0]
    }
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
    let (head, tail) = (head(first), quote_spanned!(last=> >));
    output!(#head #ty #tail)
}

/// Whether a block ends with a statement.
fn has_no_value(block: &Block) -> bool {
    match block.tail.as_deref() {
        None => true,
        Some(Node::Block(inner)) => inner.label.is_none() && has_no_value(&inner.body),
        Some(_) => false,
    }
}

/// Whether nothing stands before what suspends in a block.
fn runs_first(block: &Block) -> bool {
    for stmt in &block.stmts {
        match stmt {
            Stmt::Declare(_) | Stmt::Plain(Source::Item(_)) => {}
            Stmt::Let { init: node, .. } | Stmt::Node(node) => return node.suspends(),
            Stmt::Plain(_) | Stmt::End(_) => return false,
        }
    }
    true
}

/// Whether a node is entered by a value that says which of its branches goes on.
fn has_ways(node: &Node) -> bool {
    match node {
        Node::If(_) | Node::Match(_) => true,
        Node::Plain(_) | Node::Wait(_) | Node::Block(_) | Node::Loop(_) => false,
    }
}

/// The items of a block are visible in all of it.
fn items(block: &Block) -> TokenStream {
    let items = block.stmts.iter().filter_map(|stmt| match stmt {
        Stmt::Plain(stmt @ Source::Item(_)) => Some(stmt),
        Stmt::Plain(stmt @ Source::Macro(call)) if call.mac.path.is_ident("macro_rules") => {
            Some(stmt)
        }
        _ => None,
    });
    output!(#(#items)*)
}
