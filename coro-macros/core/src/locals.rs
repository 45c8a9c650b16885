//! The locals of one coroutine, and every place in the tree that mentions one.
use std::ops::Range;

use proc_macro2::{Ident, Span};

use crate::spelling::Spelling;
use quote::format_ident;
use syn::Expr;

/// Names one local. Shadowing makes a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LocalId(usize);

/// Names one mention of a local: its binding, or a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MentionId(usize);

/// Why a local exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A parameter: its value is there from the start.
    Parameter,
    /// A binding of the source.
    Binding,
    /// A value that is computed before a suspension in the same expression.
    Value,
    /// The value of an expression whose temporaries end before it is used. Should the drop of one of
    /// them panic, it is lost and not dropped, as rustc has it.
    Result,
    /// A temporary that lives to the end of its statement.
    Temporary,
    /// A future that is being awaited.
    Future,
    /// What a pattern would bind, looked at by a guard that suspends. `is_reference` says that the
    /// pattern binds it by reference.
    View,
    /// What a receiver is while the arguments of its call are evaluated, if the call takes it.
    Operand,
}

/// What is known of a local before any analysis.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    /// The name in the source, or a made-up one.
    pub(crate) name: Ident,
    pub(crate) kind: Kind,
    /// What it stands for in the source, if it is the value of an expression there.
    pub(crate) stands_for: Option<Spelling>,
    /// It is declared `mut`.
    pub(crate) is_mutable: bool,
    /// Syntax says that its type is a reference: methods never consume the referent.
    pub(crate) is_reference: bool,
    /// Syntax says that its type has no drop.
    pub(crate) is_trivial: bool,
    /// Syntax says that it takes a word or two.
    pub(crate) is_small: bool,
    /// Syntax says that its type is `Copy`: to take it is to look at it.
    pub(crate) is_copy: bool,
    /// The parts of it that may have a drop, as bits, if syntax says that it is a tuple.
    pub(crate) tuple: Option<u32>,
    /// The fields of it that may have a drop, if syntax says that it is a struct that has no others.
    pub(crate) fields: Vec<Ident>,
    /// Syntax says that it is a box: methods may take its content.
    pub(crate) is_box: bool,
    /// Syntax says that it is a box or a reference count: a closure takes all of it with a part.
    pub(crate) is_pointer: bool,
    /// Syntax says that it is a collection of the standard library: what its methods do is known.
    pub(crate) is_collection: bool,
    /// Which receiver it is, if it is an operand.
    pub(crate) operand: Option<Operand>,
    /// What syntax says of calls of it.
    pub(crate) callee: Callee,
    /// Syntax says that its value has no drop but one that is of its own type.
    pub(crate) has_only_own_drop: bool,
    /// This constant is borrowed in its place, if it has no drop.
    pub(crate) constant: Option<Expr>,
    /// The constant that it is written as, in the place of which methods may borrow it.
    pub(crate) written_as: Option<Expr>,
    /// It is in a branch that some types leave out.
    pub(crate) branch: Option<Branch>,
}

/// A receiver that waits for the arguments of its call.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
    /// A local or a part of one, by the mention that the call has.
    pub(crate) receiver: Expr,
    /// The suspension points in the arguments.
    pub(crate) points: Range<usize>,
}

/// One of the two ways to evaluate a compound assignment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch {
    /// The local that stands for the answer which of them runs.
    pub(crate) operator: LocalId,
    pub(crate) is_overloaded: bool,
}

/// What a call of a local does with it, as far as syntax tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    Unknown,
    /// It is a closure of this function, or holds one: rustc knows little of its type before it has
    /// seen the whole function.
    Closure,
    /// The same, and a call takes it.
    ClosureOnce,
    /// Its type is `FnOnce`, and nothing more.
    Once,
    /// Its type is `Fn` or `FnMut`.
    Often,
}

/// All locals, in the order of their declarations, and all mentions.
///
/// Between `resolve` and the emitters the tree calls a local by a *key*, an identifier that is
/// unique to the mention: no pass has to know about scopes, and whatever is decided about a
/// mention stands in a side table.
#[derive(Default)]
pub(crate) struct Locals {
    all: Vec<Local>,
    mentions: Vec<(LocalId, Ident)>,
}

const KEY: &str = "__mention_";

impl Locals {
    /// Whether a mention is the receiver of a call that waits as an operand for its arguments.
    pub(crate) fn waits(&self, mention: MentionId) -> bool {
        let mut operands = self.all.iter().filter_map(|local| local.operand.as_ref());
        operands.any(|operand| {
            let receiver = crate::shape::scrutinee_part(&operand.receiver, self);
            receiver.is_some_and(|(receiver, _)| receiver == mention)
        })
    }

    pub(crate) fn add(&mut self, name: Ident, kind: Kind) -> LocalId {
        self.all.push(Local {
            name,
            kind,
            stands_for: None,
            is_mutable: false,
            is_reference: false,
            is_trivial: false,
            is_small: false,
            is_copy: false,
            tuple: None,
            fields: Vec::new(),
            is_box: false,
            is_pointer: false,
            is_collection: false,
            operand: None,
            callee: Callee::Unknown,
            has_only_own_drop: false,
            constant: None,
            written_as: None,
            branch: None,
        });
        LocalId(self.all.len() - 1)
    }

    /// A local that the source does not name.
    pub(crate) fn add_made_up(&mut self, name: &str, kind: Kind, span: Span) -> LocalId {
        self.add(Ident::new(name, span.resolved_at(Span::mixed_site())), kind)
    }

    /// Another local of which the same is known.
    pub(crate) fn add_like(&mut self, id: LocalId) -> LocalId {
        let local = self[id].clone();
        self.all.push(local);
        LocalId(self.all.len() - 1)
    }

    /// A new mention of a local, written as `name` in the source.
    pub(crate) fn mention(&mut self, id: LocalId, name: &Ident) -> Ident {
        self.mentions.push((id, name.clone()));
        format_ident!("{KEY}{}", self.mentions.len() - 1, span = name.span())
    }

    /// A new mention of a local that the source does not write.
    pub(crate) fn mention_made_up(&mut self, id: LocalId) -> Ident {
        let name = self[id].name.clone();
        self.mention(id, &name)
    }

    /// The mention that an identifier of the tree stands for, if it stands for one.
    pub(crate) fn find(&self, key: &Ident) -> Option<MentionId> {
        let number = key.to_string().strip_prefix(KEY)?.parse().ok()?;
        (number < self.mentions.len()).then_some(MentionId(number))
    }

    /// What the tree calls a mention.
    pub(crate) fn key(&self, mention: MentionId) -> Ident {
        format_ident!("{KEY}{}", mention.0, span = self.written(mention).span())
    }

    /// The local that a mention is of.
    pub(crate) fn local_of(&self, mention: MentionId) -> LocalId {
        self.mentions[mention.0].0
    }

    /// The identifier that a mention is in the source.
    pub(crate) fn written(&self, mention: MentionId) -> &Ident {
        &self.mentions[mention.0].1
    }

    /// The locals that have been added since there were `count`.
    pub(crate) fn since(&self, count: usize) -> impl Iterator<Item = LocalId> + use<> {
        (count..self.all.len()).map(LocalId)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = LocalId> + use<> {
        (0..self.all.len()).map(LocalId)
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn mentions(&self) -> usize {
        self.mentions.len()
    }
}

impl std::ops::Index<LocalId> for Locals {
    type Output = Local;
    fn index(&self, id: LocalId) -> &Local {
        &self.all[id.0]
    }
}

impl std::ops::IndexMut<LocalId> for Locals {
    fn index_mut(&mut self, id: LocalId) -> &mut Local {
        &mut self.all[id.0]
    }
}

impl LocalId {
    pub(crate) fn index(self) -> usize {
        self.0
    }
}

impl MentionId {
    pub(crate) fn index(self) -> usize {
        self.0
    }
}
