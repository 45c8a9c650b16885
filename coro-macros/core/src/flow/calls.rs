//! What a call does with the local that it is a call of.
use syn::{Expr, Ident};

use super::Usage;
use super::builder::Builder;
use crate::locals::{Callee, Kind, MentionId};
use crate::shape::{self, Use};

/// Of calls with more, the output does not ask whether they take what they call.
const MOST_ARGUMENTS: usize = 8;

impl Builder<'_> {
    /// Whether a method with a closure, which may borrow or take it, is called on a local that has not waited for a
    /// suspension among the arguments: one of iterators, or one that makes the local anew. To look up any other might
    /// leave open what its closure returns.
    pub(super) fn takes_a_closure(&self, call: &syn::ExprMethodCall) -> bool {
        let is_value = |argument: &Expr| {
            let mention = self.mention(argument);
            mention.is_some_and(|mention| {
                self.locals[self.locals.local_of(mention)].kind == Kind::Value
            })
        };
        let mention = self.mention(&call.receiver);
        shape::receiver_use(call) == Use::Place
            && (shape::is_of_iterators(call) || mention == self.remade)
            && mention.is_some()
            && call.args.iter().any(shape::contains_closure)
            && !call.args.iter().any(is_value)
    }

    /// The local of which a chain of methods makes a value for its own name, as in `x = x.f()`.
    pub(super) fn remade(&self, target: Option<&Ident>, value: &Expr) -> Option<MentionId> {
        let target = self.locals.find(target?)?;
        let mention = self.locals.find(shape::first_receiver(value)?)?;
        let name = |mention| self.locals.written(mention).to_string();
        (name(target) == name(mention)).then_some(mention)
    }

    /// What is called: a local may be taken by that.
    pub(super) fn callee(&mut self, callee: &Expr, arguments: usize) {
        let mention = shape::scrutinee_local(callee, self.locals);
        let Some(mention) = mention else {
            return self.expr(callee, Use::Place);
        };
        match self.locals[self.locals.local_of(mention)].callee {
            Callee::Closure => self.used(mention, Usage::Called),
            Callee::Once | Callee::ClosureOnce => self.used(mention, Usage::Taken),
            Callee::Unknown if arguments <= MOST_ARGUMENTS => self.expr(callee, Use::Receiver),
            Callee::Unknown | Callee::Often => self.expr(callee, Use::Place),
        }
    }
}
