//! What is asked inside of a `move` closure, to know whether a call takes it: whether something in it takes
//! what it captures.
//!
//! ```text
//!   from                       into
//!   part.finish()              ({ if false { …; tie(&__answer_0, &question); } }, part.finish()).1
//!   match part { Some(x) => …  match part { Some(x) => { if false { …; tie(&__answer_1, &question); } …
//!   (|| drop(part))()          ({ if false { …; tie(&__answer_2, &question); } || drop(part) })()
//! ```
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprMethodCall, Pat};

use super::receiver::question;
use super::rewrite::Rewriter;
use crate::flow::{
    ByMove, Mentions, Taker, asked_by_need, by_move, is_asked_inside, is_part_of_local, values,
};
use crate::{make, shape};

impl Rewriter<'_> {
    /// Whether a method call in a `move` closure has to say whether it takes what the closure captures.
    pub(super) fn is_asked_inside(&self, call: &ExprMethodCall) -> bool {
        self.answers.is_some() && is_asked_inside(call, self.emitter.lowered.locals)
    }

    /// A method call that says so. `source` is the call as it was written.
    pub(super) fn asked_inside(&mut self, source: &ExprMethodCall, call: &ExprMethodCall) -> Expr {
        let question = self.question_of(source, call);
        let asked = self.question_inside(&call.receiver, question);
        // What is temporary in the call lives on to the end of its statement.
        output_as!(({ #asked }, #call).1)
    }

    /// The question of a method call, of which `source` is what was written.
    fn question_of(&self, source: &ExprMethodCall, call: &ExprMethodCall) -> TokenStream {
        let passed: Vec<_> = call.args.iter().map(ToTokens::to_token_stream).collect();
        let place = format_ident!("__receiver", span = Span::mixed_site());
        let locals = self.emitter.lowered.locals;
        let name = shape::lone_name(&source.receiver);
        let mention = name.and_then(|name| locals.find(name));
        let is_box = mention.is_some_and(|mention| locals[locals.local_of(mention)].is_box);
        question(call, &place, &passed, is_box, None)
    }

    /// Asks of what a `move` closure uses by value, too, whether that is copied.
    pub(super) fn ask_values(&mut self, body: &Expr, closure: &mut syn::ExprClosure) {
        let mut asked = TokenStream::new();
        for mut value in values(body, self.emitter.lowered.locals) {
            self.visit_expr_mut(&mut value);
            asked.extend(self.question_inside(&value, output!(())));
        }
        let inner = &closure.body;
        *closure.body = output_as!({ #asked #inner });
    }

    /// One question in a `move` closure, of which the answer is captured: that has no size.
    fn question_inside(&mut self, captured: &Expr, question: TokenStream) -> TokenStream {
        let Some(answers) = &mut self.answers else {
            return TokenStream::new();
        };
        let answer = format_ident!("__answer_{}", answers.len(), span = Span::mixed_site());
        answers.push(answer.clone());
        output! {
            if false {
                __coro::diverge();
                use __coro::asking::*;
                let __receiver = (&raw const #captured).cast_mut();
                let __found = (&__coro::ask_reference(__receiver)).unless_reference(#question);
                let __found = (&__coro::ask_copy(__receiver)).unless_copy(__found);
                __coro::tie(&#answer, &__found);
            }
        }
    }

    /// Asks what a closure inside takes, in front of it.
    pub(super) fn asked_of_inner(&mut self, closure: &Expr, body: &Expr) -> TokenStream {
        let mut asked = TokenStream::new();
        if self.answers.is_none() {
            return asked;
        }
        let locals = self.emitter.lowered.locals;
        let is_move = matches!(
            closure,
            Expr::Closure(syn::ExprClosure {
                capture: Some(_),
                ..
            }) | Expr::Async(syn::ExprAsync {
                capture: Some(_),
                ..
            })
        );
        let mut taken = values(body, locals);
        if is_move {
            let captures = by_move(Mentions::of(body, locals), locals).into_iter();
            taken.extend(captures.filter_map(|capture| match capture {
                ByMove::Whole(mention) => Some(make::path(locals.key(mention))),
                ByMove::Part(..) | ByMove::Parts(_) => None,
            }));
        }
        for mut value in taken {
            self.visit_expr_mut(&mut value);
            asked.extend(self.question_inside(&value, output!(())));
        }
        if is_move {
            return asked;
        }
        for capture in asked_by_need(closure, body, locals) {
            let local: Expr = make::path(locals.key(capture.mention));
            for taker in &capture.takers {
                let question = match taker {
                    Taker::Call(source) => {
                        let mut call = source.clone();
                        let answers = self.answers.take();
                        let arguments = call.args.iter_mut();
                        arguments.for_each(|argument| self.visit_expr_mut(argument));
                        self.answers = answers;
                        self.question_of(source, &call)
                    }
                    Taker::Pattern(pat) => {
                        let mut matched = local.clone();
                        self.visit_expr_mut(&mut matched);
                        taken_by_pattern(&matched, pat)
                    }
                    Taker::Closure => output!(()),
                };
                let mut local = local.clone();
                self.visit_expr_mut(&mut local);
                asked.extend(self.question_inside(&local, question));
            }
        }
        asked
    }

    /// Asks what a pattern takes of what a closure captures, where it has bound its names.
    pub(super) fn asked_of_pattern(&mut self, scrutinee: &Expr, pat: &Pat) -> TokenStream {
        let mut asked = TokenStream::new();
        let locals = self.emitter.lowered.locals;
        if self.answers.is_none() || !is_part_of_local(scrutinee, locals) {
            return asked;
        }
        let mut scrutinee = scrutinee.clone();
        self.visit_expr_mut(&mut scrutinee);
        for name in shape::names_by_value(pat) {
            let question = taken_by_name(&name);
            asked.extend(self.question_inside(&scrutinee, question));
        }
        asked
    }

    /// The same for the patterns of a condition, where it holds.
    pub(super) fn asked_of_condition(&mut self, cond: &Expr) -> TokenStream {
        let links = shape::links(cond).into_iter();
        links
            .map(|link| match link {
                Expr::Let(binding) => self.asked_of_pattern(&binding.expr, &binding.pat),
                _ => TokenStream::new(),
            })
            .collect()
    }
}

/// Whether what a pattern has bound to a name is taken: `Fell` unless it is.
fn taken_by_name(name: &Ident) -> TokenStream {
    output!({
        let __receiver = (&raw const #name).cast_mut();
        let __found = (&__coro::ask_reference(__receiver)).unless_reference(());
        (&__coro::ask_copy(__receiver)).unless_copy(__found)
    })
}

/// Whether a pattern takes what is matched: `Fell` unless it does.
pub(super) fn taken_by_pattern(scrutinee: &Expr, pat: &Pat) -> TokenStream {
    let names = shape::names_by_value(pat);
    let answers =
        (0..names.len()).map(|at| format_ident!("__name_{at}", span = Span::mixed_site()));
    let answers: Vec<_> = answers.collect();
    let questions = names.iter().map(taken_by_name);
    output!({
        #(let #answers = __coro::Answer(__coro::PhantomData);)*
        match #scrutinee {
            #pat => { #(__coro::tie(&#answers, &#questions);)* }
            _ => {}
        }
        let __found = __coro::Fell;
        #(let __found = (&__coro::Shared(&__found)).or(__coro::found(&#answers));)*
        __found
    })
}
