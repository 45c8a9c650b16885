//! Closures and `async` blocks that are not `move`, and may take what they capture.
//!
//! ```text
//!   from                       into
//!   || part.finish()           let __captured_1 = answer();
//!                              if false { …; tie(&__captured_1, &question); }
//!                              let mut part_value = __captured_1.captured(part, || part_owner.take());
//!                              || part_value.value.finish()
//! ```
//!
//! What is captured is the value itself or a reference to it, as the answer says, in a struct of one
//! field: that is the same place in both cases.
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall, Stmt as Source};

use super::inside::taken_by_pattern;
use super::receiver::question;
use super::rewrite::Rewriter;
use crate::flow::{AskedCapture, Mentions, Taker, asked_by_need};
use crate::locals::LocalId;

impl Rewriter<'_> {
    /// What a closure or an `async` block may take, if it is not `move`.
    pub(super) fn asked_by_need(&self, expr: &Expr, body: &Expr) -> Vec<AskedCapture> {
        match expr {
            Expr::Closure(syn::ExprClosure { capture: None, .. })
            | Expr::Async(syn::ExprAsync { capture: None, .. }) => {
                asked_by_need(expr, body, self.emitter.lowered.locals)
            }
            _ => Vec::new(),
        }
    }

    /// Asks whether a closure takes a local, and captures it accordingly; and the name of the answer.
    pub(super) fn asked_capture(&mut self, asked: &AskedCapture) -> (Source, Ident) {
        let id = asked.local;
        let answer = format_ident!(
            "__captured_{}",
            asked.mention.index(),
            span = Span::mixed_site()
        );
        let place = self.emitter.place(id, Span::mixed_site());
        let questions = asked.takers.iter().map(|taker| match taker {
            Taker::Call(call) => {
                let question = self.question_outside(id, call, &place);
                output!((&__coro::ask_reference(#place)).unless_reference(#question))
            }
            Taker::Pattern(pat) => {
                let question = taken_by_pattern(&output_as!((*#place)), pat);
                output!((&__coro::ask_reference(#place)).unless_reference(#question))
            }
            Taker::Closure => output!(()),
        });
        let questions: Vec<_> = questions.collect();
        let slots = self.emitter.slots_by_answer(asked.mention, &place);
        let (owner, value) = (self.emitter.owner(id), self.emitter.value(id));
        let captured = output! {
            let #answer = __coro::Answer(__coro::PhantomData);
            if false {
                __coro::diverge();
                use __coro::asking::*;
                let __answer = #answer;
                let __found = __coro::Fell;
                #(let __found = (&__coro::Shared(&__found)).or(#questions);)*
                let __found = (&__coro::ask_copy(#place)).unless_copy(__found);
                __coro::tie(&__answer, &__found);
                #slots
            }
            let mut #value = {
                use __coro::{Borrows as _, Takes as _};
                (&#answer).captured(#place, || #owner.take())
            };
        };
        (Source::Expr(Expr::Verbatim(captured), None), answer)
    }

    /// Whether a method that is called in a closure takes the local at `place`, asked outside of it, where
    /// all locals are where they are.
    fn question_outside(
        &mut self,
        id: LocalId,
        call: &ExprMethodCall,
        place: &Ident,
    ) -> TokenStream {
        let locals = self.emitter.lowered.locals;
        let bound = std::mem::take(&mut self.bound);
        let nested = std::mem::replace(&mut self.nested, true);
        let mut passed = Vec::new();
        for argument in &call.args {
            for (mention, _) in Mentions::of(argument, locals) {
                if let Some(id) = self.slot_of(mention) {
                    let place = self.emitter.place(id, Span::mixed_site());
                    self.bound.push((id, output!((*#place))));
                }
            }
            let mut argument = argument.clone();
            self.visit_expr_mut(&mut argument);
            passed.push(argument.to_token_stream());
        }
        (self.bound, self.nested) = (bound, nested);
        question(call, place, &passed, locals[id].is_box, None)
    }
}
