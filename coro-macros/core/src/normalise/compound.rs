//! Compound assignments that suspend, to a place with operands of its own.
//!
//! ```text
//!   list[i()] += f.await;     if is_overloaded(&operator) {
//!                                 let place = &mut list[i()];
//!                                 let right = f.await;
//!                                 *place += right;
//!                             } else {
//!                                 let right = f.await;
//!                                 list[i()] += right;
//!                             }
//! ```
//!
//! Primitive types evaluate the right side first, overloaded operators the place. Which it is, only
//! types tell: rustc is asked, and one of the branches never runs.
use syn::{Expr, ExprBinary, parse_quote};

use super::Normaliser;
use crate::locals::{Branch, Kind};
use crate::shape::{self, Use};
use crate::suspend;
use crate::tree::{Block, If, Node, Stmt};

impl Normaliser<'_> {
    pub(super) fn compound(&mut self, mut operation: ExprBinary, out: &mut Vec<Stmt>) -> Node {
        if shape::is_inert_place(&operation.left) {
            // There is nothing to evaluate before the operator runs.
            *operation.right = self.value(*operation.right, out);
            return Node::Plain(Expr::Binary(operation));
        }
        let operator =
            self.locals
                .add_made_up("operator", Kind::Value, proc_macro2::Span::mixed_site());
        self.locals[operator].is_trivial = true;
        let key = self.locals.mention_made_up(operator);
        out.push(Stmt::Plain(
            parse_quote!(let #key = __coro::operator::operator();),
        ));
        let (asked, answered) = (
            self.locals.mention_made_up(operator),
            self.locals.mention_made_up(operator),
        );
        let overloaded = self.of_its_own(
            Branch {
                operator,
                is_overloaded: true,
            },
            |this, list| {
                let (left, right) = (this.again(&operation.left), this.again(&operation.right));
                let mut place = parse_quote!(&mut #left);
                this.evaluated(&mut place, list);
                let mut right = right;
                this.evaluated(&mut right, list);
                let (same_place, same_right) = (this.again(&place), this.again(&right));
                list.push(Stmt::Plain(parse_quote! {{
                use __coro::operator::{OfOthers as _, OfPrimitives as _};
                (&&__coro::operator::ask_order(&mut *#same_place, &#same_right)).decide(&#answered);
            }}));
                let op = operation.op;
                parse_quote!(*#place #op #right)
            },
        );
        let primitive = self.of_its_own(
            Branch {
                operator,
                is_overloaded: false,
            },
            |this, list| {
                if suspend::expr(&operation.left) {
                    this.evaluated(&mut operation.right, list);
                    this.last_operand(&mut operation.left, Use::Place, list);
                } else {
                    this.last_operand(&mut operation.right, Use::Value, list);
                }
                Expr::Binary(operation)
            },
        );
        Node::If(If {
            cond: parse_quote!(__coro::operator::is_overloaded(&#asked)),
            then: overloaded,
            otherwise: Some(primitive),
        })
    }

    /// A branch that ends its temporaries itself. What it keeps is kept only where it runs.
    fn of_its_own(
        &mut self,
        branch: Branch,
        walk: impl FnOnce(&mut Self, &mut Vec<Stmt>) -> Expr,
    ) -> Block {
        let count = self.locals.len();
        let mut stmts = Vec::new();
        self.full(Vec::new(), &mut stmts, |this, list| {
            let last = walk(this, list);
            list.push(Stmt::Plain(syn::Stmt::Expr(last, Some(Default::default()))));
        });
        for id in self.locals.since(count) {
            self.locals[id].branch.get_or_insert(branch);
        }
        Block {
            stmts,
            tail: None,
            span: proc_macro2::Span::mixed_site(),
        }
    }
}
