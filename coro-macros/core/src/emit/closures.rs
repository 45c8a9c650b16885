//! Closures and `async` blocks, which capture locals with slots, and macros that nobody can see into,
//! which may hand those to some.
//!
//! ```text
//!   from                       into
//!   || part.len()              { let part = &mut *part; || (*part).len() }
//!   move || part.len()         { let mut part = part_owner.take(); move || part.len() }
//!   move || pair.part.len()    { let mut part = pair_owner.part(…); move || part.len() }
//!   show!(part)                show!((**part_lent))
//!   show!("{part}")            match (&**part_lent,) { (part,) => show!("{part}") }
//!   select! { … part … }       match (&mut *part,) { (part,) => select!(@in_coroutine … (*part) …) }
//! ```
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut;
use syn::{Expr, Stmt as Source};

use super::rewrite::Rewriter;
use crate::flow::{ByMove, Mentions, Opaque, by_move, lent_in, mentions_in_tokens};
use crate::liveness::Access;
use crate::locals::{LocalId, MentionId};
use crate::shape::{self, Step};
use crate::strings::Captured;

impl Rewriter<'_> {
    /// A closure or an `async` block, with what it captures.
    pub(super) fn capturing(&mut self, expr: &mut Expr, body: &Expr) {
        if self.nested {
            // What it captures has become a Rust local outside of it.
            let asked = self.asked_of_inner(expr, body);
            let outer = self.answers.take();
            visit_mut::visit_expr_mut(self, expr);
            self.answers = outer;
            if !asked.is_empty() {
                *expr = output_as!({ #asked #expr });
            }
            return;
        }
        let locals = self.emitter.lowered.locals;
        let mut lets: Vec<Source> = Vec::new();
        let mut seen = Vec::new();
        let becomes_move = self.becomes_move(expr, body);
        let lent = lent_in(body, Opaque::Unknown, locals);
        let lent_inside = self.lent_inside(expr, body);
        let mut by_need = self.asked_by_need(expr, body);
        let (mut answers, mut held) = (Vec::new(), Vec::new());
        let bound = self.bound.len();
        self.capture_parts(expr, body, &mut lets, &mut seen);
        for (mention, path) in Mentions::of(body, locals) {
            let id = locals.local_of(mention);
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            if self.slot_of(mention).is_none() {
                if becomes_move
                    .as_ref()
                    .is_some_and(|taken| !taken.contains(&id))
                {
                    // Borrowed by need, as before it was made `move`.
                    let (name, reference) = (self.emitter.native(mention), self.emitter.value(id));
                    let mutability = locals[id].is_mutable.then(<syn::Token![mut]>::default);
                    lets.push(output_as!(let #reference = &#mutability #name;));
                    self.bound.push((id, output!((*#reference))));
                }
                continue;
            }
            match self.emitter.lowered.access[mention.index()] {
                Access::Capture => {
                    let (name, owner) = (self.emitter.native(mention), self.emitter.owner(id));
                    if path.is_some() && locals[id].is_pointer {
                        lets.push(self.checked_pointer(mention));
                    }
                    lets.push(output_as!(let mut #name = #owner.take();));
                }
                Access::Asked
                    if let Some(at) = by_need.iter().position(|asked| asked.local == id) =>
                {
                    let (captured, answer) = self.asked_capture(&by_need.swap_remove(at));
                    lets.push(captured);
                    answers.push(answer);
                    let value = self.emitter.value(id);
                    self.bound.push((id, output!(#value.value)));
                }
                Access::InPlace
                | Access::Reference
                | Access::Asked
                | Access::Matched
                | Access::Apart
                | Access::Called
                | Access::View
                | Access::Take => {
                    let place = self.emitter.place(id, Span::mixed_site());
                    if lent_inside.contains(&id) {
                        let name = self.emitter.lent(id, Span::mixed_site());
                        lets.push(output_as!(let #name = __coro::lent(#place);));
                        self.bound.push((id, output!((**#name))));
                        held.push(name);
                    } else if lent.iter().any(|&other| locals.local_of(other) == id) {
                        let lent = self.emitter.lent(id, Span::mixed_site());
                        self.bound.push((id, output!((**#lent))));
                    } else {
                        lets.push(output_as!(let #place = &mut *#place;));
                    }
                }
            }
        }
        let asked = self.asked_closure(body);
        let is_move = matches!(
            expr,
            Expr::Closure(syn::ExprClosure {
                capture: Some(_),
                ..
            })
        );
        self.answers = asked.filter(|_| is_move).map(|_| Vec::new());
        let outer = std::mem::replace(&mut self.nested, true);
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Closure(closure) = expr
            && asked.is_some()
        {
            self.ask_values(body, closure);
        }
        self.nested = outer;
        self.bound.truncate(bound);
        self.captured.clear();
        if !lets.is_empty() {
            captured_precisely(expr);
        }
        hold(expr, &held);
        if becomes_move.is_some() {
            match expr {
                Expr::Closure(closure) => {
                    closure.capture = Some(syn::Token![move](Span::mixed_site()))
                }
                Expr::Async(block) => block.capture = Some(syn::Token![move](Span::mixed_site())),
                _ => {}
            }
        }
        let inside = self.answers.take().unwrap_or_default();
        if let Some(id) = asked {
            let answer = self.emitter.answer(id);
            answers.extend(inside.iter().cloned());
            *expr = output_as!({
                #(let #inside = __coro::Answer(__coro::PhantomData);)*
                let __closure = #expr;
                if false {
                    __coro::diverge();
                    use __coro::{SharedFell as _, SharedFound as _};
                    let __found = __coro::Fell;
                    #(let __found = (&__coro::Shared(&__found)).or(__coro::found(&#answers));)*
                    __coro::tie(&#answer, &__found);
                }
                __closure
            });
        }
        if !lets.is_empty() {
            *expr = output_as!({ #(#lets)* #expr });
        }
    }

    /// The local that a closure is, if a call takes it as its body says.
    fn asked_closure(&self, body: &Expr) -> Option<LocalId> {
        let lowered = self.emitter.lowered;
        let first = Mentions::of(body, lowered.locals).first()?.0;
        let mut asked = lowered.flow.asked.iter();
        let (&id, _) = asked.find(|&(_, mention)| *mention == first)?;
        (self.emitter.has_slot(id) && self.emitter.is_asked(id)).then_some(id)
    }

    /// Takes the parts of locals with slots that a `move` closure captures.
    fn capture_parts(
        &mut self,
        expr: &Expr,
        body: &Expr,
        lets: &mut Vec<Source>,
        seen: &mut Vec<LocalId>,
    ) {
        let (Expr::Closure(syn::ExprClosure {
            capture: Some(_), ..
        })
        | Expr::Async(syn::ExprAsync {
            capture: Some(_), ..
        })) = expr
        else {
            return;
        };
        let locals = self.emitter.lowered.locals;
        for capture in by_move(Mentions::of(body, locals), locals) {
            let ByMove::Part(mention, path) = capture else {
                continue;
            };
            let Some(id) = self.slot_of(mention) else {
                continue;
            };
            seen.push(id);
            let user = locals.written(mention).span();
            let whole = self.emitter.place(id, user);
            let step = |place: &TokenStream, step: &Step| match step {
                Step::Field(member) => output!(#place.#member),
                Step::Deref => output!((*#place)),
            };
            // What is said of a pointer on the way is said of the mention.
            let said = user.resolved_at(Span::mixed_site());
            let mut place = output!((*#whole));
            let mut checks = Vec::new();
            for next in &path {
                checks.push(quote_spanned!(said=> __coro::place::captured((&&__coro::place::level(&raw mut #place)).is_in_place())));
                place = step(&place, next);
            }
            let owner = self.emitter.owner(id);
            let value = match self.emitter.lowered.parts.of_mention(mention) {
                Some(part) => {
                    let part = part.bits();
                    output!(#owner.part(#part, &raw const #place))
                }
                None => output!(__coro::read(&raw const #place)),
            };
            let name = format_ident!("__captured_{}", lets.len(), span = Span::mixed_site());
            lets.push(output_as!(let mut #name = {
                if false {
                    __coro::diverge();
                    use __coro::place::{IsInPlace as _, IsPointer as _};
                    #(#checks;)*
                }
                #value
            };));
            self.captured.push((id, path, name));
        }
    }

    /// Checks that a local is a pointer, of which a closure captures no part.
    fn checked_pointer(&self, mention: MentionId) -> Source {
        let id = self.emitter.lowered.locals.local_of(mention);
        let user = self.emitter.lowered.locals.written(mention).span();
        let (said, place) = (
            user.resolved_at(Span::mixed_site()),
            self.emitter.place(id, user),
        );
        let check = quote_spanned!(said=> __coro::place::captured_whole((&&__coro::place::level(#place)).is_in_place()));
        output_as!(if false {
            __coro::diverge();
            use __coro::place::{IsInPlace as _, IsPointer as _};
            #check
        })
    }

    /// What a part is called in the closure that captures it.
    pub(super) fn captured_part(&self, expr: &Expr) -> Option<&Ident> {
        let locals = self.emitter.lowered.locals;
        let (name, path) = shape::part(expr)?;
        let id = locals.local_of(locals.find(name)?);
        let found = self
            .captured
            .iter()
            .find(|(local, part, _)| (*local, part) == (id, &path));
        found.map(|(.., name)| name)
    }

    /// What a closure takes by value, if it has to be `move` to take it out of a slot.
    fn becomes_move(&self, expr: &Expr, body: &Expr) -> Option<Vec<LocalId>> {
        let (Expr::Closure(syn::ExprClosure { capture: None, .. })
        | Expr::Async(syn::ExprAsync { capture: None, .. })) = expr
        else {
            return None;
        };
        let lowered = self.emitter.lowered;
        let first = Mentions::of(body, lowered.locals).first()?.0;
        let id_of = |mention: MentionId| lowered.locals.local_of(mention);
        let found = lowered
            .flow
            .closures
            .iter()
            .find(|closure| closure.mentions.contains(&first))?;
        let taken = found.taken.iter().map(|&(mention, _)| mention);
        let takes_a_slot = taken.clone().any(|mention| {
            lowered.access[mention.index()] == Access::Capture && self.slot_of(mention).is_some()
        });
        (found.becomes_move && takes_a_slot).then(|| taken.map(id_of).collect())
    }

    /// One mention among the tokens of a macro that nobody can see into.
    fn lent(&self, mention: MentionId) -> TokenStream {
        let id = self.emitter.lowered.locals.local_of(mention);
        let is_bound = self.bound.iter().any(|(bound, _)| *bound == id);
        let access = self.emitter.lowered.access[mention.index()];
        if is_bound || !self.emitter.has_slot(id) || access == Access::Capture {
            return self.mention(mention).into_token_stream();
        }
        let user = self.emitter.lowered.locals.written(mention).span();
        let lent = self.emitter.lent(id, user);
        let mut place = Group::new(proc_macro2::Delimiter::Parenthesis, output!(**#lent));
        place.set_span(user);
        place.into_token_stream()
    }

    /// A macro that captures locals by name in a string, with references of these names around it.
    pub(super) fn shown(&self, call: &Expr, captured: &Captured) -> Option<Expr> {
        let locals = self.emitter.lowered.locals;
        let (mut names, mut values) = (Vec::new(), Vec::new());
        let shown = captured.shown.iter().map(|key| (key, Some(output!(&))));
        let counts = captured.counts.iter().map(|key| (key, None));
        for (key, reference) in shown.chain(counts) {
            let mention = locals.find(key)?;
            let is_captured = self.emitter.lowered.access[mention.index()] == Access::Capture;
            if self.slot_of(mention).is_some() && !is_captured {
                let value = self.lent(mention);
                names.push(locals.written(mention));
                values.push(output!(#reference #value));
            }
        }
        (!names.is_empty()).then(|| output_as!(match (#(#values,)*) { (#(#names,)*) => #call }))
    }

    /// What an `async` block that is not `move` lends to macros: it suspends by itself, so that what the
    /// coroutine lends would end too early.
    fn lent_inside(&self, expr: &Expr, body: &Expr) -> Vec<LocalId> {
        let Expr::Async(syn::ExprAsync { capture: None, .. }) = expr else {
            return Vec::new();
        };
        let lowered = self.emitter.lowered;
        let lent = lent_in(body, Opaque::Waiting, lowered.locals).into_iter();
        lent.filter(|mention| lowered.access[mention.index()] != Access::Capture)
            .map(|mention| lowered.locals.local_of(mention))
            .collect()
    }

    /// The local of a mention that is where its slot is, and not what a pattern has bound or a closure has
    /// taken.
    pub(super) fn in_place(&self, mention: MentionId) -> Option<LocalId> {
        let access = self.emitter.lowered.access[mention.index()];
        let id = self.slot_of(mention)?;
        let is_bound = self.bound.iter().any(|(bound, _)| *bound == id);
        (access != Access::Capture && !is_bound).then_some(id)
    }

    /// A `select!`, whose future keeps what its arms use while the coroutine is suspended: the
    /// closure of the arms captures by reference what lies in the frame.
    pub(super) fn select(&mut self, call: &mut syn::ExprMacro) -> Expr {
        let mut mentions = Vec::new();
        mentions_in_tokens(&call.mac.tokens, self.emitter.lowered.locals, &mut mentions);
        let mut used: Vec<LocalId> = mentions
            .into_iter()
            .filter_map(|mention| self.in_place(mention))
            .collect();
        used.sort();
        used.dedup();
        let bound = self.bound.len();
        let places = used
            .iter()
            .map(|&id| self.emitter.place(id, Span::mixed_site()));
        let places: Vec<_> = places.collect();
        let references = used.iter().zip(&places);
        let references = references.map(|(&id, place)| (id, output!((*#place))));
        self.bound.extend(references.collect::<Vec<_>>());
        let tokens = self.tokens(std::mem::take(&mut call.mac.tokens), false);
        self.bound.truncate(bound);
        if used.is_empty() {
            call.mac.tokens = tokens;
            return Expr::Macro(call.clone());
        }
        // What another macro of that name says of the marker, it says of the name.
        let span = call.mac.path.span();
        let marker = quote_spanned!(span=> @in_coroutine);
        call.mac.tokens = output!(#marker #tokens);
        // The temporaries of the macro live on to the end of its statement.
        output_as!(match (#(&mut *#places,)*) { (#(#places,)*) => #call })
    }

    /// Tokens of a macro that nobody can see into, of which `may_return` says whether a `return` among
    /// them is one of the coroutine.
    pub(super) fn tokens(&self, tokens: TokenStream, mut may_return: bool) -> TokenStream {
        let all: Vec<TokenTree> = tokens.into_iter().collect();
        let rewrite = |(index, token): (usize, &TokenTree)| match token {
            TokenTree::Ident(name) if may_return && name == "return" => {
                let (label, user) = (output!('__body), name.span());
                let ends = match all.get(index + 1) {
                    None => true,
                    Some(next) => {
                        matches!(next, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';'))
                    }
                };
                let unit = ends.then(|| output!(()));
                quote_spanned!(user=> break #label #unit)
            }
            TokenTree::Ident(name) => match self.emitter.lowered.locals.find(name) {
                Some(mention) => self.lent(mention),
                None => name.into_token_stream(),
            },
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), self.tokens(group.stream(), may_return));
                inner.set_span(group.span());
                inner.into_token_stream()
            }
            TokenTree::Punct(punct) => {
                // Behind this there may be the body of a closure, which returns on its own.
                may_return &= punct.as_char() != '|';
                punct.into_token_stream()
            }
            TokenTree::Literal(literal) => literal.into_token_stream(),
        };
        all.iter().enumerate().map(rewrite).collect()
    }
}

/// Holds what an `async` block lends for as long as the block runs: it captures that by value.
fn hold(expr: &mut Expr, lent: &[Ident]) {
    let Expr::Async(block) = expr else { return };
    if lent.is_empty() {
        return;
    }
    let inner = &block.block;
    block.block = output_as!({
        if false {
            __coro::diverge();
            #(__coro::mem::drop(#lent);)*
        }
        #(let _held = __coro::held_inside(&#lent);)*
        #inner
    });
}

/// Has a closure capture what it uses of the references around it, and no reference to those, as it does from
/// edition 2021 on: the edition of a closure is that of its first token.
fn captured_precisely(expr: &mut Expr) {
    let here = Span::mixed_site();
    match expr {
        Expr::Closure(closure) => {
            let bar = &mut closure.inputs_begin.span;
            *bar = bar.resolved_at(here);
        }
        Expr::Async(block) => {
            let keyword = &mut block.async_token.span;
            *keyword = keyword.resolved_at(here);
        }
        _ => {}
    }
}
