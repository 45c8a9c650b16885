//! What a closure that is not `move` may take, as only the types of what it calls tell.
//!
//! ```text
//!   || text.into_bytes()           takes `text`, if the method does
//!   || match some { Some(x) => x … takes `some`, if what is bound is not copied
//!   || (move || text.len())        takes `text`, unless it is copied
//! ```
//!
//! Law: what is not asked about here is captured by reference, and rustc refuses the closure if it
//! takes that.
use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Pat};

use super::captures::{Mentions, Opaque, Values, block_of, lent_in};
use crate::locals::{LocalId, Locals, MentionId};
use crate::macros;
use crate::shape;

/// A local that a closure or an `async` block may take.
pub(crate) struct AskedCapture {
    pub(crate) local: LocalId,
    /// Where it is mentioned first.
    pub(crate) mention: MentionId,
    /// What may take it.
    pub(crate) takers: Vec<Taker>,
}

/// What may take a local inside of a closure.
pub(crate) enum Taker {
    /// A method that is called on it.
    Call(ExprMethodCall),
    /// A pattern that it is matched against.
    Pattern(Pat),
    /// A `move` closure inside.
    Closure,
}

/// The locals that a closure or an `async` block with this body may take, if it is not `move`.
pub(crate) fn asked_by_need(closure: &Expr, body: &Expr, locals: &Locals) -> Vec<AskedCapture> {
    let Some(inner) = Inner::of(closure) else {
        return Vec::new();
    };
    let mut search = Search {
        locals,
        inner: &inner,
        asked: Vec::new(),
    };
    search.visit_expr(body);
    if search.asked.is_empty() {
        return Vec::new();
    }
    let id_of = |mention: MentionId| locals.local_of(mention);
    let opaque = match closure {
        Expr::Async(_) => Opaque::Waiting,
        _ => Opaque::Unknown,
    };
    let known: BTreeSet<LocalId> = Values::of(body, locals)
        .into_iter()
        .chain(lent_in(body, opaque, locals))
        .map(id_of)
        .collect();
    let mut captures: Vec<AskedCapture> = Vec::new();
    for (mention, _) in Mentions::of(body, locals) {
        let local = id_of(mention);
        let is_known = known.contains(&local) || captures.iter().any(|asked| asked.local == local);
        let information = &locals[local];
        if is_known || information.is_reference || information.is_trivial || information.is_copy {
            continue;
        }
        let (takers, others) = std::mem::take(&mut search.asked)
            .into_iter()
            .partition::<Vec<_>, _>(|(other, _)| *other == local);
        search.asked = others;
        let takers: Vec<Taker> = takers.into_iter().map(|(_, taker)| taker).collect();
        if !takers.is_empty() {
            captures.push(AskedCapture {
                local,
                mention,
                takers,
            });
        }
    }
    captures
}

/// Whether a closure takes nothing, for all that is known: it may be evaluated later.
pub(crate) fn only_borrows(closure: &Expr, locals: &Locals) -> bool {
    let Expr::Closure(syn::ExprClosure {
        capture: None,
        body,
        ..
    }) = closure
    else {
        return false;
    };
    Values::of(body, locals).is_empty()
        && asked_by_need(closure, body, locals).is_empty()
        && lent_in(body, Opaque::Waiting, locals).is_empty()
}

struct Search<'a> {
    locals: &'a Locals,
    inner: &'a Inner,
    asked: Vec<(LocalId, Taker)>,
}

impl Search<'_> {
    fn local(&self, expr: &Expr) -> Option<LocalId> {
        let mention = shape::lone_name(expr).and_then(|name| self.locals.find(name))?;
        Some(self.locals.local_of(mention))
    }

    /// Another closure stands in for one that is passed.
    fn is_the_same_outside(&self, argument: &Expr) -> bool {
        matches!(shape::bare(argument), Expr::Closure(_))
            || self.inner.leaves_alone(argument.to_token_stream())
    }

    fn matched<'p>(&mut self, scrutinee: &Expr, pats: impl Iterator<Item = &'p Pat> + Clone) {
        let Some(local) = self.local(scrutinee) else {
            return;
        };
        // Of what leaves fields alone, the others are captured.
        if pats.clone().any(shape::leaves_fields) {
            return;
        }
        for pat in pats {
            let pat = match pat {
                Pat::Guard(guarded) => &guarded.pat,
                pat => pat,
            };
            if !shape::names_by_value(pat).is_empty() {
                self.asked.push((local, Taker::Pattern(pat.clone())));
            }
        }
    }

    fn nested(&mut self, is_move: bool, body: &Expr) {
        if is_move {
            let taken = Mentions::of(body, self.locals).into_iter();
            let taken = taken.filter(|(_, path)| path.is_none());
            let taken = taken.map(|(mention, _)| (self.locals.local_of(mention), Taker::Closure));
            self.asked.extend(taken);
        }
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if let Some(local) = self.local(&call.receiver)
            && call
                .args
                .iter()
                .all(|argument| self.is_the_same_outside(argument))
        {
            self.asked.push((local, Taker::Call(call.clone())));
        }
        visit::visit_expr_method_call(self, call);
    }
    fn visit_expr_match(&mut self, choice: &'ast syn::ExprMatch) {
        self.matched(&choice.expr, choice.arms.iter().map(|arm| &arm.pat));
        visit::visit_expr_match(self, choice);
    }
    fn visit_expr_let(&mut self, binding: &'ast syn::ExprLet) {
        self.matched(&binding.expr, std::iter::once(&*binding.pat));
        visit::visit_expr_let(self, binding);
    }
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.matched(&init.expr, std::iter::once(&local.pat));
        }
        visit::visit_local(self, local);
    }
    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.nested(closure.capture.is_some(), &closure.body);
        visit::visit_expr_closure(self, closure);
    }
    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.nested(block.capture.is_some(), &block_of(block));
        visit::visit_expr_async(self, block);
    }
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let known = macros::parse(mac).into_iter();
        for argument in known.flat_map(|known| known.arguments) {
            let mut inner = Search {
                locals: self.locals,
                inner: self.inner,
                asked: Vec::new(),
            };
            inner.visit_expr(&argument.value);
            self.asked.extend(inner.asked);
        }
    }
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The names that are bound inside of a closure: outside, rustc cannot be asked about them.
struct Inner(BTreeSet<String>);

impl Inner {
    /// Unless there are items inside, which may be called whatever.
    fn of(closure: &Expr) -> Option<Inner> {
        struct Names {
            bound: BTreeSet<String>,
            has_items: bool,
        }
        impl<'ast> Visit<'ast> for Names {
            fn visit_pat_ident(&mut self, binding: &'ast syn::PatIdent) {
                self.bound.insert(binding.ident.to_string());
                visit::visit_pat_ident(self, binding);
            }
            fn visit_item(&mut self, _: &'ast syn::Item) {
                self.has_items = true;
            }
        }
        let mut names = Names {
            bound: BTreeSet::new(),
            has_items: false,
        };
        names.visit_expr(closure);
        (!names.has_items).then_some(Inner(names.bound))
    }

    /// Whether arguments mean the same outside of the closure.
    fn leaves_alone(&self, arguments: TokenStream) -> bool {
        const JUMPS: &[&str] = &["await", "break", "continue", "return"];
        arguments.into_iter().all(|token| match token {
            TokenTree::Ident(name) => {
                let name = name.to_string();
                !JUMPS.contains(&&*name) && !self.0.contains(&name)
            }
            TokenTree::Group(group) => self.leaves_alone(group.stream()),
            TokenTree::Punct(punct) => punct.as_char() != '?',
            TokenTree::Literal(_) => true,
        })
    }
}
