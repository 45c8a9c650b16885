//! What closures, `async` blocks and macros mention, and what of it a closure takes.
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, Stmt as Source};

use super::builder::Builder;
use super::{Closure, Path, Usage};
use crate::locals::{Locals, MentionId};
use crate::macros;
use crate::shape::{self, Use};

impl Builder<'_> {
    pub(super) fn lent(&mut self, mention: MentionId) {
        let id = self.locals.local_of(mention);
        self.flow.lent.entry(id).or_insert(mention);
    }

    /// What a closure or an `async` block captures.
    pub(super) fn captures(&mut self, body: &Expr, is_move: bool) {
        let found = Mentions::of(body, self.locals);
        for mention in lent_in(body, self.locals) {
            self.lent(mention);
        }
        if !is_move {
            return self.captures_by_need(body, &found);
        }
        for capture in by_move(found, self.locals) {
            match capture {
                ByMove::Whole(mention) => self.used(mention, Usage::CapturedByMove),
                ByMove::Part(mention, path) => {
                    self.flow.paths.insert(mention, path);
                    self.used(mention, Usage::Part);
                }
                ByMove::Parts(mention) => {
                    self.flow.captured_parts.push(mention);
                    self.used(mention, Usage::CapturedByMove);
                }
            }
        }
    }

    /// What a closure captures that is not `move`: by value what it takes, for certain.
    fn captures_by_need(&mut self, body: &Expr, found: &[(MentionId, Option<Path>)]) {
        let local_of = |mention: MentionId| self.locals.local_of(mention);
        let mut values: Vec<_> = Values::of(body, self.locals)
            .into_iter()
            .map(local_of)
            .collect();
        values.retain(|&id| !self.locals[id].is_copy);
        let mut closure = Closure {
            taken: Vec::new(),
            mentions: found.iter().map(|(mention, _)| *mention).collect(),
        };
        for (mention, path) in found {
            let mention = *mention;
            let id = self.locals.local_of(mention);
            if !values.contains(&id) {
                if let Some(path) = path {
                    self.flow.paths.insert(mention, path.clone());
                }
                self.used(mention, Usage::Captured);
                continue;
            }
            let known = closure
                .taken
                .iter_mut()
                .find(|(first, _)| self.locals.local_of(*first) == id);
            match known {
                Some((_, others)) => others.push(mention),
                None => {
                    closure.taken.push((mention, Vec::new()));
                    self.used(mention, Usage::CapturedValue);
                }
            }
        }
        if !closure.taken.is_empty() {
            self.flow.closures.push(closure);
        }
    }
}

/// What a `move` closure captures of a local that it mentions.
pub(crate) enum ByMove {
    Whole(MentionId),
    /// The one part that it mentions, here first.
    Part(MentionId, Path),
    /// Several parts, in the order of the fields of the type.
    Parts(MentionId),
}

/// What a `move` closure captures: of a local that it mentions as a whole, each mention is there.
pub(crate) fn by_move(found: Vec<(MentionId, Option<Path>)>, locals: &Locals) -> Vec<ByMove> {
    let mut captures = Vec::new();
    let mut seen = Vec::new();
    for (mention, path) in &found {
        let id = locals.local_of(*mention);
        let same = found
            .iter()
            .filter(|(other, _)| locals.local_of(*other) == id);
        let paths: Option<Vec<&Path>> = same.map(|(_, path)| path.as_ref()).collect();
        let is_whole = locals[id].is_reference || locals[id].is_pointer;
        let (Some(path), Some(paths), false) = (path, paths, is_whole) else {
            captures.push(ByMove::Whole(*mention));
            continue;
        };
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let shortest = paths
            .iter()
            .min_by_key(|path| path.len())
            .map_or(path, |path| path);
        captures.push(match paths.iter().all(|path| path.starts_with(shortest)) {
            true => ByMove::Part(*mention, shortest.clone()),
            false => ByMove::Parts(*mention),
        });
    }
    captures
}

/// The mentions in a subtree, and the part that each is of, if it is the base of a field.
pub(crate) struct Mentions<'a> {
    locals: &'a Locals,
    found: Vec<(MentionId, Option<Path>)>,
}

impl<'a> Mentions<'a> {
    pub(crate) fn of(expr: &Expr, locals: &'a Locals) -> Vec<(MentionId, Option<Path>)> {
        let mut search = Mentions {
            locals,
            found: Vec::new(),
        };
        search.visit_expr(expr);
        search.found
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if let Some(mention) = shape::lone_name(expr).and_then(|name| self.locals.find(name)) {
            self.found.push((mention, None));
            return;
        }
        if let Expr::Field(_) = expr
            && let Some((name, path)) = shape::part(expr)
            && let Some(mention) = self.locals.find(name)
        {
            self.found.push((mention, Some(path)));
            return;
        }
        visit::visit_expr(self, expr);
    }
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        if let Some(known) = macros::parse(mac) {
            let mut inner = Mentions {
                locals: self.locals,
                found: Vec::new(),
            };
            for argument in &known.arguments {
                inner.visit_expr(&argument.value);
            }
            self.found.extend(inner.found);
            return;
        }
        let mut found = Vec::new();
        mentions_in_tokens(&mac.tokens, self.locals, &mut found);
        self.found
            .extend(found.into_iter().map(|mention| (mention, None)));
    }
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The mentions among the tokens of macros that nobody can see into.
pub(crate) fn lent_in(expr: &Expr, locals: &Locals) -> Vec<MentionId> {
    struct Search<'a>(&'a Locals, Vec<MentionId>);
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            match macros::parse(mac) {
                Some(known) => known
                    .arguments
                    .iter()
                    .for_each(|argument| self.visit_expr(&argument.value)),
                None if macros::is_select(mac) => {}
                None => mentions_in_tokens(&mac.tokens, self.0, &mut self.1),
            }
        }
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut search = Search(locals, Vec::new());
    search.visit_expr(expr);
    search.1
}

/// Whether a closure takes what it captures: it is not `move`, and yet its body moves a local. A call
/// takes it, then, or what it moves is `Copy` and it has no drop.
pub(crate) fn is_taken_by_its_call(closure: &Expr, locals: &Locals) -> bool {
    let Expr::Closure(closure) = shape::bare(closure) else {
        return false;
    };
    closure.capture.is_none()
        && Values::of(&closure.body, locals)
            .into_iter()
            .any(|mention| {
                let local = &locals[locals.local_of(mention)];
                !local.is_reference && !local.is_trivial
            })
}

/// The first mention in a `move` closure that may take what it captures, as only types tell: then a
/// call takes the closure.
pub(super) fn first_asked(closure: &Expr, locals: &Locals) -> Option<MentionId> {
    struct Search<'a>(&'a Locals, bool);
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            self.1 |= is_asked_inside(call, self.0);
            visit::visit_expr_method_call(self, call);
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let known = macros::parse(mac).into_iter();
            for argument in known.flat_map(|known| known.arguments) {
                let mut inner = Search(self.0, false);
                inner.visit_expr(&argument.value);
                self.1 |= inner.1;
            }
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let Expr::Closure(closure) = shape::bare(closure) else {
        return None;
    };
    closure.capture?;
    let mut search = Search(locals, !values(&closure.body, locals).is_empty());
    search.visit_expr(&closure.body);
    let first = || Some(Mentions::of(&closure.body, locals).first()?.0);
    search.1.then(first)?
}

/// Whether a method that a `move` closure calls may take a local that it captures, or a part of one.
pub(crate) fn is_asked_inside(call: &syn::ExprMethodCall, locals: &Locals) -> bool {
    shape::receiver_use(call) != Use::Place
        && shape::part(&call.receiver).is_some_and(|(name, _)| locals.find(name).is_some())
}

/// The locals and the parts of them that are used by value in a subtree, whatever the types.
pub(crate) fn values(expr: &Expr, locals: &Locals) -> Vec<Expr> {
    Values::search(expr, locals).parts
}

/// Looks for mentions by value.
struct Values<'a> {
    locals: &'a Locals,
    /// Of whole locals.
    found: Vec<MentionId>,
    /// And of parts of them.
    parts: Vec<Expr>,
}

impl<'a> Values<'a> {
    fn of(expr: &Expr, locals: &'a Locals) -> Vec<MentionId> {
        Values::search(expr, locals).found
    }

    fn search(expr: &Expr, locals: &'a Locals) -> Self {
        let mut search = Values {
            locals,
            found: Vec::new(),
            parts: Vec::new(),
        };
        search.value(expr);
        search.visit_expr(expr);
        search
    }

    /// An expression of which the value is taken.
    fn value(&mut self, expr: &Expr) {
        let mention = shape::lone_name(expr).and_then(|name| self.locals.find(name));
        self.found.extend(mention);
        if shape::part(expr).is_some_and(|(name, _)| self.locals.find(name).is_some()) {
            self.parts.push(expr.clone());
        }
        match shape::bare(expr) {
            Expr::Block(inner) => self.tail(&inner.block),
            Expr::Unsafe(inner) => self.tail(&inner.block),
            Expr::If(branch) => {
                self.tail(&branch.then_branch);
                if let Some((_, otherwise)) = &branch.else_branch {
                    self.value(otherwise);
                }
            }
            Expr::Match(choice) => choice.arms.iter().for_each(|arm| self.value(&arm.body)),
            _ => {}
        }
    }

    fn tail(&mut self, block: &syn::Block) {
        if let Some(Source::Expr(tail, None)) = block.stmts.last() {
            self.value(tail);
        }
    }
}

impl<'ast> Visit<'ast> for Values<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let mut parts = expr.clone();
        for (operand, usage) in shape::operands(&mut parts) {
            if usage == Use::Value {
                self.value(operand);
            }
        }
        if let Expr::ForLoop(repeat) = expr {
            self.value(&repeat.expr);
        }
        visit::visit_expr(self, expr);
    }
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init
            && shape::moves(&local.pat) == shape::Moves::Everything
        {
            self.value(&init.expr);
        }
        visit::visit_local(self, local);
    }
    // Another function captures on its own.
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_macro(&mut self, _: &'ast syn::Macro) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The mentions among tokens.
pub(crate) fn mentions_in_tokens(
    tokens: &TokenStream,
    locals: &Locals,
    found: &mut Vec<MentionId>,
) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(name) => found.extend(locals.find(&name)),
            TokenTree::Group(group) => mentions_in_tokens(&group.stream(), locals, found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
