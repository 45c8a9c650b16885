//! What closures, `async` blocks and macros mention, and what of it a closure takes.
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, Stmt as Source};

use super::builder::Builder;
use super::by_need::asked_by_need;
use super::{Closure, Path, Usage};
use crate::locals::{LocalId, Locals, MentionId};
use crate::macros;
use crate::shape::{self, Use};

impl Builder<'_> {
    pub(super) fn lent(&mut self, mention: MentionId) {
        let id = self.locals.local_of(mention);
        self.flow.lent.entry(id).or_insert(mention);
    }

    /// What a closure or an `async` block captures.
    pub(super) fn captures(&mut self, closure: &Expr, body: &Expr, is_move: bool) {
        let found = Mentions::of(body, self.locals);
        if !matches!(closure, Expr::Async(_)) {
            for mention in lent_in(body, Opaque::Unknown, self.locals) {
                self.lent(mention);
            }
        }
        if !is_move {
            return self.captures_by_need(closure, body, &found);
        }
        self.flow
            .captured_parts
            .extend(taken_apart(body, self.locals));
        for capture in by_move(found, self.locals) {
            match capture {
                ByMove::Whole(mention) => self.used(mention, Usage::CapturedByMove),
                ByMove::Part(mention, path) => {
                    self.flow.captured_part.insert(mention);
                    self.flow.paths.insert(mention, path);
                    self.flow.unasked.push(mention);
                    self.used(mention, Usage::Part);
                }
                ByMove::Parts(mention) => {
                    self.flow.captured_parts.push(mention);
                    self.used(mention, Usage::CapturedByMove);
                }
            }
        }
    }

    /// Notes of a local what it captures, if it is a closure.
    pub(super) fn is_closure(&mut self, id: LocalId, init: &Expr) {
        if let Some(first) = first_asked(init, self.locals) {
            self.flow.asked.insert(id, first);
        }
        if let Expr::Closure(closure) = shape::bare(init)
            && closure.capture.is_none()
        {
            let found = Mentions::of(&closure.body, self.locals);
            let mentions = found.into_iter().map(|(mention, _)| mention);
            self.flow.captured.insert(id, mentions.collect());
        }
    }

    /// What a closure captures that is not `move`: by value what it takes, for certain.
    fn captures_by_need(
        &mut self,
        closure: &Expr,
        body: &Expr,
        found: &[(MentionId, Option<Path>)],
    ) {
        let local_of = |mention: MentionId| self.locals.local_of(mention);
        let mut values: Vec<_> = Values::of(body, self.locals)
            .into_iter()
            .map(local_of)
            .collect();
        values.retain(|&id| !self.locals[id].is_copy);
        // What is joined is no `Copy`, so that rustc sees by itself that it is taken.
        let joined = match closure {
            Expr::Async(_) if values.is_empty() => joined(body, self.locals),
            _ => Vec::new(),
        };
        let mut captured = Closure {
            becomes_move: !values.is_empty(),
            taken: Vec::new(),
            mentions: found.iter().map(|(mention, _)| *mention).collect(),
        };
        let asked = asked_by_need(closure, body, self.locals);
        for (mention, path) in found {
            let mention = *mention;
            let id = self.locals.local_of(mention);
            if let Some(asked) = asked.iter().find(|asked| asked.local == id) {
                // What the first mention of it does, the closure does.
                if asked.mention == mention {
                    self.used(mention, Usage::Receiver);
                }
                continue;
            }
            if !values.contains(&id) && !joined.contains(&id) {
                if let Some(path) = path {
                    self.flow.paths.insert(mention, path.clone());
                }
                self.used(mention, Usage::Captured);
                continue;
            }
            let known = captured
                .taken
                .iter_mut()
                .find(|(first, _)| self.locals.local_of(*first) == id);
            match known {
                Some((_, others)) => others.push(mention),
                None => {
                    captured.taken.push((mention, Vec::new()));
                    self.used(mention, Usage::CapturedValue);
                }
            }
        }
        if !captured.taken.is_empty() {
            self.flow.closures.push(captured);
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

/// What patterns in a `move` closure take parts of: it captures the parts alone.
fn taken_apart(body: &Expr, locals: &Locals) -> Vec<MentionId> {
    struct Search<'a>(&'a Locals, Vec<MentionId>);
    impl Search<'_> {
        fn matched(&mut self, scrutinee: &Expr, pat: &syn::Pat) {
            let part = shape::part(scrutinee).and_then(|(name, _)| self.0.find(name));
            let Some(mention) = part.filter(|_| shape::leaves_fields(pat)) else {
                return;
            };
            let local = &self.0[self.0.local_of(mention)];
            if !(local.is_reference || local.is_trivial || local.is_copy) {
                self.1.push(mention);
            }
        }
    }
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_local(&mut self, local: &'ast syn::Local) {
            if let Some(init) = &local.init {
                self.matched(&init.expr, &local.pat);
            }
            visit::visit_local(self, local);
        }
        fn visit_expr_let(&mut self, binding: &'ast syn::ExprLet) {
            self.matched(&binding.expr, &binding.pat);
            visit::visit_expr_let(self, binding);
        }
        fn visit_expr_match(&mut self, choice: &'ast syn::ExprMatch) {
            for arm in &choice.arms {
                self.matched(&choice.expr, &arm.pat);
            }
            visit::visit_expr_match(self, choice);
        }
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut search = Search(locals, Vec::new());
    search.visit_expr(body);
    search.1
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

/// Which macros count as those that nobody can see into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opaque {
    /// Not those that are called as the runtime's.
    Unknown,
    /// Those, too: in an `async` block they may be another library's.
    Waiting,
}

/// The mentions among the tokens of macros that nobody can see into.
pub(crate) fn lent_in(expr: &Expr, opaque: Opaque, locals: &Locals) -> Vec<MentionId> {
    struct Search<'a>(&'a Locals, Opaque, Vec<MentionId>);
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let is_waiting = macros::is_select(mac) || macros::is_join(mac);
            match macros::parse(mac) {
                _ if is_waiting && self.1 == Opaque::Waiting => {
                    mentions_in_tokens(&mac.tokens, self.0, &mut self.2);
                }
                Some(known) => known
                    .arguments
                    .iter()
                    .for_each(|argument| self.visit_expr(&argument.value)),
                None if macros::is_select(mac) => {}
                None => mentions_in_tokens(&mac.tokens, self.0, &mut self.2),
            }
        }
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut search = Search(locals, opaque, Vec::new());
    search.visit_expr(expr);
    search.2
}

/// The locals that are arguments of a `join!`, whichever library's.
fn joined(expr: &Expr, locals: &Locals) -> Vec<LocalId> {
    struct Search<'a>(&'a Locals, Vec<LocalId>);
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let known = macros::parse(mac).filter(|_| macros::is_join(mac));
            for argument in known.into_iter().flat_map(|known| known.arguments) {
                let name = shape::lone_name(&argument.value);
                let mention = name.and_then(|name| self.0.find(name));
                self.1
                    .extend(mention.map(|mention| self.0.local_of(mention)));
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

/// The first mention in a closure that may take what it captures, as only types tell: then a call
/// takes the closure.
fn first_asked(closure: &Expr, locals: &Locals) -> Option<MentionId> {
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
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Match(choice) => self.1 |= is_part_of_local(&choice.expr, self.0),
                Expr::Let(binding) => self.1 |= is_part_of_local(&binding.expr, self.0),
                _ => {}
            }
            visit::visit_expr(self, expr);
        }
        fn visit_local(&mut self, local: &'ast syn::Local) {
            let init = local.init.as_ref();
            self.1 |= init.is_some_and(|init| is_part_of_local(&init.expr, self.0));
            visit::visit_local(self, local);
        }
        // What a closure inside takes, it is given.
        fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
            self.1 |= !Mentions::of(&closure.body, self.0).is_empty();
        }
        fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
            self.1 |= !Mentions::of(&block_of(block), self.0).is_empty();
        }
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let whole = shape::bare(closure);
    let Expr::Closure(closure) = whole else {
        return None;
    };
    let first = || Some(Mentions::of(&closure.body, locals).first()?.0);
    if closure.capture.is_none() {
        return (!asked_by_need(whole, &closure.body, locals).is_empty()).then(first)?;
    }
    let mut search = Search(locals, !values(&closure.body, locals).is_empty());
    search.visit_expr(&closure.body);
    search.1.then(first)?
}

/// Whether an expression is a local or a part of one.
pub(crate) fn is_part_of_local(expr: &Expr, locals: &Locals) -> bool {
    shape::part(expr).is_some_and(|(name, _)| locals.find(name).is_some())
}

/// The body of an `async` block as an expression.
pub(crate) fn block_of(block: &syn::ExprAsync) -> Expr {
    Expr::Block(syn::ExprBlock {
        attrs: Vec::new(),
        label: None,
        block: block.block.clone(),
    })
}

/// Whether a method that a `move` closure calls may take a local that it captures, or a part of one.
pub(crate) fn is_asked_inside(call: &syn::ExprMethodCall, locals: &Locals) -> bool {
    is_part_of_local(&call.receiver, locals)
}

/// The locals and the parts of them that are used by value in a subtree, whatever the types.
pub(crate) fn values(expr: &Expr, locals: &Locals) -> Vec<Expr> {
    Values::search(expr, locals).parts
}

/// Looks for mentions by value.
pub(super) struct Values<'a> {
    locals: &'a Locals,
    /// Of whole locals.
    found: Vec<MentionId>,
    /// And of parts of them.
    parts: Vec<Expr>,
}

impl<'a> Values<'a> {
    pub(super) fn of(expr: &Expr, locals: &'a Locals) -> Vec<MentionId> {
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
        if is_part_of_local(expr, self.locals) {
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
        match expr {
            Expr::ForLoop(repeat) => self.value(&repeat.expr),
            // Of an `async` block: it is the block that suspends there.
            Expr::Await(wait) => self.value(&wait.base),
            _ => {}
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
    // What another one takes by need, this one takes for it.
    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        if closure.capture.is_none() {
            self.value(&closure.body);
            self.visit_expr(&closure.body);
        }
    }
    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        if block.capture.is_none() {
            self.tail(&block.block);
            self.visit_block(&block.block);
        }
    }
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
