//! What a call does with the local that it is a call of.
use syn::{Expr, Ident};

use super::Usage;
use super::builder::Builder;
use crate::locals::{Callee, Kind, MentionId};
use crate::shape::{self, Use};

/// Of calls with more, the output does not ask whether they take what they call.
const MOST_ARGUMENTS: usize = 8;

impl Builder<'_> {
    /// How a method call uses its receiver, as far as syntax tells of both.
    pub(super) fn receiver_use(&self, call: &syn::ExprMethodCall) -> Use {
        let usage = shape::receiver_use(call);
        let Some(receiver) = self.mention(&call.receiver) else {
            return usage;
        };
        match usage {
            Use::Receiver
                if self.locals[self.locals.local_of(receiver)].is_collection
                    && shape::borrows_collection(call) =>
            {
                Use::Place
            }
            Use::Place if self.takes_a_closure(call, receiver) => Use::Receiver,
            usage => usage,
        }
    }

    /// Whether a method with a closure, which may borrow or take it, is called on a local that has not waited for a
    /// suspension among the arguments: one of iterators, or one that makes the local anew. To look up any other might
    /// leave open what its closure returns.
    fn takes_a_closure(&self, call: &syn::ExprMethodCall, receiver: MentionId) -> bool {
        let has_waited = |argument: &Expr| {
            let mention = self.mention(argument);
            mention.is_some_and(|it| self.locals[self.locals.local_of(it)].kind == Kind::Value)
        };
        (shape::is_of_iterators(call) || Some(receiver) == self.remade)
            && call.args.iter().any(shape::contains_closure)
            && !call.args.iter().any(has_waited)
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
