//! Branches and loops that suspend.
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Label, Lifetime, Pat, parse_quote};

use super::{Normaliser, guards, never};
use crate::shape::{self, Use};
use crate::spelling::Spelling;
use crate::tree::{Arm, Block, If, Labelled, Match, Node, Stmt};
use crate::{Edition, make, suspend};

impl Normaliser<'_> {
    pub(super) fn scope(&mut self, label: Option<Lifetime>, block: syn::Block) -> Node {
        Node::Block(Labelled {
            label,
            body: self.block(block),
        })
    }

    pub(super) fn branch(&mut self, branch: syn::ExprIf, out: &mut Vec<Stmt>) -> Node {
        if !shape::contains_let(&branch.cond) {
            let cond = self.condition(*branch.cond, out);
            return self.branches(
                branch.attrs,
                cond,
                branch.then_branch,
                branch.else_branch,
                Vec::new(),
            );
        }
        if !matches!(shape::bare(&branch.cond), Expr::Let(_)) {
            return self.chain(branch, out);
        }
        // What the scrutinees have made ends with the whole, and before the `else` begins.
        let is_let_else = std::mem::take(&mut self.is_let_else);
        let early = is_let_else || self.edition == Edition::From2024;
        let suspends = suspend::block(&branch.then_branch)
            || branch
                .else_branch
                .as_ref()
                .is_some_and(|(_, expr)| suspend::expr(expr));
        let mut list = Vec::new();
        if early {
            self.open.push(Vec::new());
        }
        let mut cond = *branch.cond;
        if let Expr::Let(binding) = &mut cond {
            let scrutinee =
                std::mem::replace(&mut *binding.expr, Expr::Verbatim(Default::default()));
            *binding.expr = self.scrutinee(scrutinee, suspends, &mut list);
            if suspends {
                self.name_rest_of(&binding.expr, &mut binding.pat);
            }
        }
        let temporaries = if early {
            self.open.pop().unwrap_or_default()
        } else {
            Vec::new()
        };
        self.depends_on_edition |= !temporaries.is_empty() && !is_let_else;
        let node = self.branches(
            branch.attrs,
            cond,
            branch.then_branch,
            branch.else_branch,
            temporaries.clone(),
        );
        if is_let_else {
            // They end with the `let`, whose bindings have their values by then.
            out.append(&mut list);
            self.open
                .last_mut()
                .expect("a full expression is open")
                .extend(temporaries);
            return node;
        }
        self.ended(node, temporaries, list, out)
    }

    /// A chain of conditions:
    ///
    /// ```text
    ///   if a && let p = b { t } else { e }      'chain: { if a { if let p = b { break 'chain t } } e }
    /// ```
    fn chain(&mut self, branch: syn::ExprIf, out: &mut Vec<Stmt>) -> Node {
        let label = self.fresh_label("chain");
        let then = &branch.then_branch;
        // Where the branch leaves, the `break` would hide from rustc that the whole does.
        let innermost = match shape::leaves(then) {
            true => parse_quote!(#then),
            false => parse_quote!(break #label #then),
        };
        let links = shape::links(&branch.cond).into_iter().rev();
        let nested = links.fold(
            innermost,
            |inner: Expr, link| parse_quote!(if #link { #inner; }),
        );
        let otherwise: Expr = match branch.else_branch {
            Some((_, otherwise)) => *otherwise,
            None => parse_quote!({}),
        };
        self.node(parse_quote!(#label: { #nested; #otherwise }), out)
    }

    fn branches(
        &mut self,
        attrs: Vec<syn::Attribute>,
        cond: Expr,
        then: syn::Block,
        otherwise: Option<(syn::token::Else, Box<Expr>)>,
        ended: Vec<crate::locals::LocalId>,
    ) -> Node {
        let otherwise = otherwise.map(|(token, expr)| {
            if ended.is_empty() {
                return (token, expr);
            }
            let end =
                shape::end_temporaries(ended.iter().map(|&id| self.locals.mention_made_up(id)));
            (token, Box::new(parse_quote!({ #end; #expr })))
        });
        let suspends = suspend::block(&then)
            || otherwise
                .as_ref()
                .is_some_and(|(_, expr)| suspend::expr(expr));
        if !suspends {
            return Node::Plain(Expr::If(syn::ExprIf {
                attrs,
                if_token: Default::default(),
                cond: Box::new(cond),
                then_branch: then,
                else_branch: otherwise,
            }));
        }
        let then = self.terminating(then);
        let otherwise = otherwise.map(|(_, expr)| self.body(*expr));
        Node::If(If {
            cond,
            then,
            otherwise,
        })
    }

    /// A block whose temporaries end with it at the latest, also before edition 2024.
    fn terminating(&mut self, block: syn::Block) -> Block {
        self.open.push(Vec::new());
        let inner = self.block(block);
        let temporaries = self.open.pop().unwrap_or_default();
        if temporaries.is_empty() {
            return inner;
        }
        let (mut stmts, span) = (Vec::new(), inner.span);
        let node = Node::Block(Labelled {
            label: None,
            body: inner,
        });
        let node = self.ended(node, temporaries, Vec::new(), &mut stmts);
        Block {
            stmts,
            tail: Some(Box::new(node)),
            span,
        }
    }

    /// An arm or an `else`: a scope of its own.
    fn body(&mut self, expr: Expr) -> Block {
        match expr {
            Expr::Block(block) if block.label.is_none() => self.terminating(block.block),
            expr if !suspend::expr(&expr) => Block {
                stmts: Vec::new(),
                tail: Some(Box::new(Node::Plain(expr))),
                span: Span::mixed_site(),
            },
            expr => {
                let mut stmts = Vec::new();
                let node = self.terminated(expr, &mut stmts);
                Block {
                    stmts,
                    tail: Some(Box::new(node)),
                    span: Span::mixed_site(),
                }
            }
        }
    }

    pub(super) fn choice(&mut self, mut choice: syn::ExprMatch, out: &mut Vec<Stmt>) -> Node {
        let suspends = choice.arms.iter().any(|arm| suspend::expr(&arm.body));
        if choice
            .arms
            .iter()
            .any(|arm| guards::guard_suspends(arm) || suspends && guards::guard_binds(arm))
        {
            return self.guarded_choice(choice, out);
        }
        let head = Spelling {
            first: choice.match_token.span,
            last: Spelling::of_expr(&choice.expr).last,
        };
        *choice.expr = self.scrutinee(*choice.expr, suspends, out);
        if !suspends {
            return Node::Plain(Expr::Match(choice));
        }
        for arm in &mut choice.arms {
            self.name_rest_of(&choice.expr, &mut arm.pat);
        }
        let arms = choice
            .arms
            .into_iter()
            .map(|arm| Arm {
                pat: arm.pat,
                body: self.body(*arm.body),
            })
            .collect();
        Node::Match(Match {
            scrutinee: *choice.expr,
            arms,
            head,
            end: choice.brace_token.span.close(),
        })
    }

    pub(super) fn repeat(&mut self, mut repeat: syn::ExprLoop) -> Node {
        let label = self.label(&mut repeat.label, &mut repeat.body);
        Node::Loop(Labelled {
            label: Some(label),
            body: self.terminating(repeat.body),
        })
    }

    /// `while` is a `loop` around a choice.
    pub(super) fn repeat_while(&mut self, mut repeat: syn::ExprWhile, out: &mut Vec<Stmt>) -> Node {
        let label = self.label(&mut repeat.label, &mut repeat.body);
        let leave = make::leaving(label.clone(), None, Span::call_site());
        let leave = make::braced(leave, Span::call_site());
        let branch = Expr::If(syn::ExprIf {
            attrs: Vec::new(),
            if_token: Default::default(),
            cond: repeat.cond,
            then_branch: repeat.body,
            else_branch: Some((Default::default(), Box::new(leave))),
        });
        let body = syn::Block {
            brace_token: Default::default(),
            stmts: vec![syn::Stmt::Expr(branch, None)],
        };
        let repeat = Expr::Loop(syn::ExprLoop {
            attrs: Vec::new(),
            label: Some(Label {
                name: label,
                colon_token: Default::default(),
            }),
            loop_token: Default::default(),
            body,
        });
        self.node(repeat, out)
    }

    /// `for` is a `loop` over an iterator that is a local.
    pub(super) fn iterate(&mut self, mut repeat: syn::ExprForLoop, out: &mut Vec<Stmt>) -> Node {
        let label = self.label(&mut repeat.label, &mut repeat.body);
        let span = repeat.expr.span().resolved_at(Span::mixed_site());
        let spelling = Spelling::of_expr(&repeat.expr);
        let mut head = self.value(*repeat.expr, out);
        self.hoist(&mut head, Use::Value);
        if !suspend::block(&repeat.body) {
            repeat.expr = Box::new(head);
            repeat.label = Some(Label {
                name: label,
                colon_token: Default::default(),
            });
            return Node::Plain(Expr::ForLoop(repeat));
        }
        let iterate = spelling.call_expr(&["__coro", "IntoIterator", "into_iter"], head);
        let iter = self.let_value("iter", iterate, out);
        let key = self.locals.mention_made_up(iter);
        let key = make::borrowed_mutably(make::path(key), span);
        let next = spelling.call_expr(&["__coro", "Iterator", "next"], key);
        // `match next { Some(item) => item, None => break 'label }`
        let item = Ident::new("item", span);
        let bound = Some(make::binding(item.clone()));
        let some = make::variant(&["__coro", "Option", "Some"], bound, span);
        let none = make::variant(&["__coro", "Option", "None"], None, span);
        let leave = make::leaving(label.clone(), None, span);
        let next = make::choice(next, [(some, make::path(item)), (none, leave)], span);
        let mut pat = repeat.pat;
        let mut body = Vec::new();
        match &*pat {
            Pat::Ident(binding) if binding.by_ref.is_none() && binding.subpat.is_none() => {
                body.push(Stmt::Plain(make::local(*pat, next, span)));
            }
            _ => {
                let item = self.let_value("item", next, &mut body);
                let key = self.locals.mention_made_up(item);
                let rest = self.name_rest(&mut pat);
                body.push(Stmt::Declare(rest));
                body.push(Stmt::Plain(make::local(*pat, make::path(key), span)));
            }
        }
        let inner = self.terminating(repeat.body);
        // The body is a scope of its own, inside that of the bindings.
        body.push(Stmt::Node(Node::Block(Labelled {
            label: None,
            body: inner,
        })));
        let labelled = Labelled {
            label: Some(label),
            body: Block {
                stmts: body,
                tail: None,
                span: Span::mixed_site(),
            },
        };
        // The iterator ends with the loop, not with the block around it.
        let end = Stmt::End(vec![iter]);
        let node = Node::Loop(labelled);
        let value = self.bind(node, out);
        out.push(end);
        Node::Plain(value)
    }

    pub(super) fn fresh_label(&mut self, name: &str) -> Lifetime {
        self.labels += 1;
        let name = match self.labels {
            1 => format!("'{name}"),
            n => format!("'{name}_{n}"),
        };
        Lifetime::new(&name, Span::mixed_site())
    }

    /// Gives a loop a label, and the jumps out of it that name.
    fn label(&mut self, label: &mut Option<Label>, body: &mut syn::Block) -> Lifetime {
        let name = match label {
            Some(label) => label.name.clone(),
            None => self.fresh_label("repeat"),
        };
        Jumps {
            label: name.clone(),
        }
        .visit_block_mut(body);
        name
    }
}

/// Puts a label on the `break`s and `continue`s that leave it out.
struct Jumps {
    label: Lifetime,
}

impl VisitMut for Jumps {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Break(jump) => {
                jump.label.get_or_insert_with(|| self.label.clone());
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::Continue(jump) => {
                jump.label.get_or_insert_with(|| self.label.clone());
            }
            // Their own: only what is evaluated outside of them belongs here.
            Expr::ForLoop(inner) => self.visit_expr_mut(&mut inner.expr),
            Expr::While(_) | Expr::Loop(_) | Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// What is never made is of any type, also as a part of a value, where rustc would not say so by itself.
pub(super) fn of_any_type(expr: &mut Expr) {
    if !matches!(
        expr,
        Expr::Tuple(_) | Expr::Array(_) | Expr::Repeat(_) | Expr::Reference(_)
    ) {
        return;
    }
    let never = never();
    for (part, _) in shape::operands(expr) {
        if *part == never {
            *part = parse_quote!(__coro::twin::of_type::<_>(#never));
        }
    }
}
