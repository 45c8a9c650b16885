//! The scopes of the source as the machine has them, and its suspensions.
//!
//! ```text
//!   let buf_owner = owner(buf, at >= Read & at <= Flush);        scopes, and what they owe
//!   'to_flush: {
//!       'to_read: {
//!           if at == Read { break 'to_read }                     where it has been before
//!           if at == Flush { break 'to_flush }
//!           …                                                    a segment
//!           read_owner.init(into_future(…));
//!       }
//!       let n = match resumption.step(&read_owner) { … };        suspend, or go on
//!       …                                                        a segment
//!       flush_owner.init(into_future(…));
//!   }
//!   match resumption.step(&flush_owner) { … };
//! ```
//!
//! Laws: the source's own branches and loops stay; what has run is jumped over. The stored
//! state is written only where the coroutine suspends. Every scope that is open at a suspension
//! is open again after it, with its owners in the source's order.
use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Stmt as Source};

use super::{Emitter, in_braces, joined};
use crate::locals::LocalId;
use crate::macros;
use crate::spelling::Spelling;
use crate::tree::{Block, Node, Point, PointId, Stmt, Wait};
use crate::{make, shape};

impl Emitter<'_> {
    /// The inside of a block. `bound` are the locals that have their values when it is entered.
    pub(super) fn block(&self, block: &Block, bound: &[LocalId]) -> TokenStream {
        let owners = self.owners(block, bound);
        let items = items(block);
        // The segment that is being written, and everything before it.
        let mut text = Vec::new();
        let suspending: Vec<&Node> = block
            .stmts
            .iter()
            .filter_map(|stmt| match stmt {
                Stmt::Let { init: node, .. } | Stmt::Node(node) if node.suspends() => Some(node),
                _ => None,
            })
            .chain(block.tail.as_deref().filter(|tail| tail.suspends()))
            .collect();
        let is_reached_by_falling = match suspending[..] {
            [Node::Block(_) | Node::Loop(_)] => runs_first(block),
            _ => false,
        };
        let labels: Vec<_> = suspending
            .iter()
            .map(|node| (!is_reached_by_falling).then(|| self.label_of(node)))
            .collect();
        if !suspending.is_empty() && !is_reached_by_falling {
            let ways = suspending.iter().zip(labels.iter().flatten());
            let ways = ways.flat_map(|(node, label)| self.ways_into(node, label));
            text.extend(ways);
        }
        let mut labels = labels.into_iter();
        for stmt in &block.stmts {
            match stmt {
                Stmt::Plain(stmt) if is_item(stmt) => {}
                Stmt::Plain(stmt) => text.push(self.plain_stmt(stmt)),
                Stmt::Declare(_) => {}
                Stmt::End(ids) => text.push(self.ended(ids)),
                Stmt::Operand(id) => text.extend(self.operand(*id)),
                Stmt::Question { code, .. } => text.push(self.plain(code)),
                Stmt::Let { pat, init } => {
                    let value = self.suspending(init, &mut text, &mut labels);
                    text.push(self.bind(pat, value, None));
                }
                Stmt::Node(node) => {
                    let mut value = self.suspending(node, &mut text, &mut labels);
                    syn::Token![;](Span::mixed_site()).to_tokens(&mut value);
                    text.push(value);
                }
            }
        }
        if let Some(tail) = &block.tail {
            let value = self.suspending(tail, &mut text, &mut labels);
            text.push(value);
        } else if ends_early(block) {
            text.push(output!(__coro::diverge()));
        }
        joined([items, owners].into_iter().chain(text))
    }

    /// A block in braces of its edition.
    fn braces(&self, block: &Block, bound: &[LocalId]) -> Group {
        in_braces(self.block(block, bound), block.span)
    }

    /// Writes the start of a node behind `text`, makes what has been written a block that can
    /// be left for its middle, and gives the rest of the node.
    fn suspending(
        &self,
        node: &Node,
        text: &mut Vec<TokenStream>,
        labels: &mut impl Iterator<Item = Option<syn::Lifetime>>,
    ) -> TokenStream {
        if !node.suspends() {
            return self.resume(node);
        }
        let Some(Some(label)) = labels.next() else {
            return self.resume(node);
        };
        let start = self.start(node);
        let before = joined(text.drain(..).chain([start]));
        let before = in_braces(before, Span::mixed_site());
        text.push(match has_ways(node) {
            true => output!(let __entered = #label: #before;),
            false => output!(#label: #before),
        });
        if let Node::Wait(wait) = node {
            let operands = self.operands_at(wait.point);
            text.extend(operands.filter_map(|id| self.operand(id)));
        }
        self.resume(node)
    }

    /// The statements or the value that stand before what can be jumped to.
    fn start(&self, node: &Node) -> TokenStream {
        match node {
            Node::Wait(wait) => {
                let owner = self.owner(self.point(wait.point).future);
                let operand = self.plain(&wait.operand);
                let awaited = self.blamed(wait).path(&["__coro", "twin", "awaited"]);
                let future = wait.spelling.call(awaited, operand);
                output!(#owner.init(#future);)
            }
            Node::If(branch) => {
                let bound = shape::bindings_of_condition(&branch.cond, self.lowered.locals);
                let filled = self.filled(&bound);
                if let Expr::Let(binding) = &branch.cond {
                    let wild = make::wild(Span::mixed_site());
                    let arms = vec![
                        (&*binding.pat, output!({ #filled true })),
                        (&wild, output!({ false })),
                    ];
                    return self.matched(&binding.expr, arms, Span::mixed_site());
                }
                let cond = self.condition(&branch.cond);
                output!(if #cond { #filled true } else { false })
            }
            Node::Match(choice) => {
                let bodies = choice.arms.iter().zip(0usize..).map(|(arm, number)| {
                    let bound = shape::bindings(&arm.pat, self.lowered.locals);
                    let filled = self.filled(&bound);
                    output!({ #filled #number })
                });
                let pats = choice.arms.iter().map(|arm| &arm.pat);
                let arms = pats.zip(bodies).collect();
                self.matched(&choice.scrutinee, arms, choice.head.first)
            }
            Node::Plain(_) | Node::Block(_) | Node::Loop(_) => TokenStream::new(),
        }
    }

    /// What runs from the suspension on.
    fn resume(&self, node: &Node) -> TokenStream {
        match node {
            Node::Plain(expr) => self.plain(expr),
            Node::Wait(wait) => self.wait(wait),
            Node::Block(inner) => {
                let (label, body) = (&inner.label, self.braces(&inner.body, &[]));
                match label {
                    Some(label) => output!(#label: #body),
                    None => body.into_token_stream(),
                }
            }
            Node::If(branch) => {
                let bound = shape::bindings_of_condition(&branch.cond, self.lowered.locals);
                let then = self.braces(&branch.then, &bound);
                let otherwise = branch.otherwise.as_ref().map(|otherwise| {
                    let body = self.braces(otherwise, &[]);
                    output!(else #body)
                });
                output!(if __entered #then #otherwise)
            }
            Node::Match(choice) => {
                let last = choice.arms.len() - 1;
                let arms = choice.arms.iter().enumerate().map(|(number, arm)| {
                    let body =
                        self.braces(&arm.body, &shape::bindings(&arm.pat, self.lowered.locals));
                    if number == last {
                        output!(_ => #body)
                    } else {
                        output!(#number => #body)
                    }
                });
                choice
                    .head
                    .choice("__entered", output!(#(#arms)*), choice.end)
            }
            Node::Loop(repeat) => {
                let (label, body) = (&repeat.label, self.braces(&repeat.body, &[]));
                output!(#label: loop #body)
            }
        }
    }

    /// Polls the future; returns from the closure if it is not ready.
    fn wait(&self, wait: &Wait) -> TokenStream {
        let Point { future, name } = self.point(wait.point);
        let owner = self.owner(*future);
        let scope = &self.lowered.flow.scopes[wait.point.0];
        let at = &self.lowered.saved.at[wait.point.0];
        // The others owe nothing, and may be dropped.
        let owners = scope
            .iter()
            .filter(|&&id| self.has_slot(id) && (at[id.index()].saved || id == *future))
            .filter(|&&id| !self.is_plain(id))
            .map(|&id| self.owner(id));
        let operands = self.operands_at(wait.point);
        let operands = operands.map(|id| self.place(id, Span::mixed_site()));
        let flags = scope
            .iter()
            .filter(|&&id| self.lowered.saved.is_flagged_at(id, wait.point));
        let flags = flags.map(|&id| {
            let (flag, owner) = (self.flag(id), self.owner(id));
            output!(#owner.note_owed(&raw mut (*__frame).#flag);)
        });
        let moved = scope
            .iter()
            .filter(|id| at[id.index()].saved && !self.lowered.parts.of_local(**id).is_empty());
        let moved = moved.map(|&id| {
            let (moved, owner, ty) = (self.moved(id), self.owner(id), self.note_type(id));
            output!((*__frame).#moved = #owner.moved() as #ty;)
        });
        // What rustc says of the output it says once, if machine and twin say it of the same tokens.
        let user = wait.keyword;
        let output = quote_spanned!(user=> __coro::output);
        let value = wait.spelling.call(output, output!(value));
        let given_back = self.given_back();
        let arms = output! {
                __coro::Step::Ready(value) => {
                    __at = __State::Start as u8;
                    #value
                }
                __coro::Step::Pending => {
                    #(#flags)*
                    #(#moved)*
                    #given_back
                    #(#owners.keep();)*
                    #(#operands.keep();)*
                    break '__poll __coro::suspend(&__running, __State::#name as u8);
                }
                __coro::Step::Cancelled => break '__poll __coro::Poll::Pending,
        };
        let resumption = output!(__resumption);
        let blamed = self.blamed(wait);
        let step = blamed.path(&["__coro", "step"]);
        let step = blamed.call(step, output!(&mut #resumption, &#owner));
        wait.spelling.matched(step, arms)
    }

    /// Where the twin says what is no future.
    fn blamed(&self, wait: &Wait) -> Spelling {
        let (first, last) = match self.lowered.function.options.direct {
            Some(_) => (wait.spelling.first, wait.spelling.last),
            None => (wait.keyword, wait.keyword),
        };
        Spelling { first, last }
    }

    /// How a state inside of a node is reached from the start of its block.
    fn ways_into(&self, node: &Node, label: &syn::Lifetime) -> Vec<TokenStream> {
        let way = |points: Vec<PointId>, value: TokenStream| {
            let is_at = self.is_at(&points)?;
            Some(output!(if #is_at { break #label #value }))
        };
        match node {
            Node::Plain(_) => Vec::new(),
            Node::Wait(_) | Node::Block(_) | Node::Loop(_) => {
                way(node.points(), output!()).into_iter().collect()
            }
            Node::If(branch) => {
                let then = way(branch.then.points(), output!(true));
                let otherwise = branch
                    .otherwise
                    .as_ref()
                    .and_then(|block| way(block.points(), output!(false)));
                then.into_iter().chain(otherwise).collect()
            }
            Node::Match(choice) => {
                let arms = choice.arms.iter().zip(0usize..);
                arms.filter_map(|(arm, number)| way(arm.body.points(), number.to_token_stream()))
                    .collect()
            }
        }
    }

    fn label_of(&self, node: &Node) -> syn::Lifetime {
        let points = node.points();
        let Some(&first) = points.first() else {
            unreachable!("the node suspends")
        };
        self.label(self.text(self.point(first).future))
    }

    /// The operands whose calls wait for a suspension.
    fn operands_at(&self, point: PointId) -> impl Iterator<Item = LocalId> {
        let scope = self.lowered.flow.scopes[point.0].iter().copied();
        scope.filter(move |&id| {
            let operand = self.lowered.locals[id].operand.as_ref();
            operand.is_some_and(|operand| operand.points.contains(&point.0))
                && self.operand(id).is_some()
        })
    }

    pub(super) fn point(&self, id: PointId) -> &Point {
        &self.lowered.points[id.0]
    }
}

/// Whether nothing stands before what suspends in a block.
fn runs_first(block: &Block) -> bool {
    for stmt in &block.stmts {
        match stmt {
            Stmt::Declare(_) | Stmt::Plain(Source::Item(_)) => {}
            Stmt::Let { init: node, .. } | Stmt::Node(node) => return node.suspends(),
            Stmt::Plain(_) | Stmt::End(_) | Stmt::Operand(_) | Stmt::Question { .. } => {
                return false;
            }
        }
    }
    true
}

/// Whether a node is entered by a value that says which of its branches goes on.
fn has_ways(node: &Node) -> bool {
    match node {
        Node::If(_) | Node::Match(_) => true,
        Node::Plain(_) | Node::Wait(_) | Node::Block(_) | Node::Loop(_) => false,
    }
}

/// The items of a block are visible in all of it.
fn items(block: &Block) -> TokenStream {
    let items = block.stmts.iter().filter_map(|stmt| match stmt {
        Stmt::Plain(stmt) if is_item(stmt) => Some(stmt),
        _ => None,
    });
    output!(#(#items)*)
}

fn is_item(stmt: &Source) -> bool {
    match stmt {
        Source::Item(_) => true,
        Source::Macro(call) => {
            let last = call.mac.path.segments.last();
            last.is_some_and(|last| last.ident == "macro_rules" || last.ident == "thread_local")
        }
        Source::Local(_) | Source::Expr(..) => false,
    }
}

/// Whether something that never ends stands before what suspends in a block without a value.
fn ends_early(block: &Block) -> bool {
    let never_ends = |stmt: &Stmt| match stmt {
        Stmt::Plain(Source::Macro(call)) => macros::panics(&call.mac),
        Stmt::Plain(Source::Expr(expr, _)) => match shape::bare(expr) {
            Expr::Macro(call) => macros::panics(&call.mac),
            expr => matches!(expr, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_)),
        },
        _ => false,
    };
    let first = block.stmts.iter().position(never_ends);
    let last = block.stmts.iter().rposition(Stmt::suspends);
    block.tail.is_none() && first.is_some_and(|first| last.is_some_and(|last| first < last))
}
