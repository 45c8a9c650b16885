//! Assignments to locals with slots, to parts of them and to several at once, and functional updates
//! from them.
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::visit_mut::{self, VisitMut};

use super::super::Emitter;
use super::Rewriter;
use crate::locals::MentionId;
use crate::shape;

impl Rewriter<'_> {
    /// A functional update whose base is a local with a slot, or a part of one. What it takes is
    /// read; what it leaves is not dropped here.
    pub(super) fn updated(
        &mut self,
        literal: &mut syn::ExprStruct,
        mention: MentionId,
        part: u64,
        span: Span,
    ) -> TokenStream {
        let locals = self.emitter.lowered.locals;
        let id = locals.local_of(mention);
        let owner = self.emitter.owner(id);
        let mut values = Vec::new();
        for field in &mut literal.fields {
            self.visit_expr_mut(&mut field.expr);
            values.push(field.expr.to_token_stream());
        }
        let mut base = literal.rest.take().expect("an update has a base");
        let first = shape::take_temporary(&mut base, locals).map(|(_, mut value)| {
            self.visit_expr_mut(&mut value);
            output!(#owner.init(#value);)
        });
        // The place itself is no move of the part: `S { .. }` reads what it needs of it.
        let mut place = shape::bare(&base).clone();
        match place {
            Expr::Path(_) => self.visit_expr_mut(&mut place),
            _ => visit_mut::visit_expr_mut(self, &mut place),
        }
        let names: Vec<_> = (0..values.len())
            .map(|n| quote::format_ident!("__field_{n}", span = Span::mixed_site()))
            .collect();
        let (name, fields) = (
            &literal.path,
            literal
                .fields
                .iter()
                .map(|field| &field.member)
                .collect::<Vec<_>>(),
        );
        quote_spanned! {span=>
            match (#(#values,)*) {
                (#(#names,)*) => {
                    #first
                    let __base = __coro::read(&raw const #place);
                    #owner.note(#part);
                    let __made = #name { #(#fields: #names,)* ..__base };
                    #(__coro::forget(__base.#fields);)*
                    __made
                }
            }
        }
    }

    /// Assigns to a local, or to several at once.
    pub(super) fn assign(&mut self, assign: &mut syn::ExprAssign) -> Option<Expr> {
        if matches!(*assign.left, Expr::Infer(_))
            && shape::is_untouched_by_wildcard(&assign.right, self.emitter.lowered.locals)
        {
            return Some(output_as!(()));
        }
        if self.nested {
            return None;
        }
        let locals = self.emitter.lowered.locals;
        if let Some(mention) = shape::lone_name(&assign.left).and_then(|name| locals.find(name)) {
            let owner = self.emitter.owner(self.slot_of(mention)?);
            self.visit_expr_mut(&mut assign.right);
            let value = &assign.right;
            return Some(output_as!(#owner.assign(#value)));
        }
        if let Some((mention, part)) = self.part(&assign.left) {
            let owner = self.emitter.owner(locals.local_of(mention));
            let mut place = shape::bare(&assign.left).clone();
            visit_mut::visit_expr_mut(self, &mut place);
            self.visit_expr_mut(&mut assign.right);
            let value = &assign.right;
            return Some(output_as!(#owner.assign_part(#part, &raw mut #place, #value)));
        }
        if matches!(
            *assign.left,
            Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) | Expr::Infer(_)
        ) {
            return None;
        }
        // As rustc does: bind the parts, then assign them one after the other.
        let mut assignees = Assignees {
            emitter: self.emitter,
            assignments: Vec::new(),
            found_slot: false,
        };
        let mut pattern = (*assign.left).clone();
        assignees.visit_expr_mut(&mut pattern);
        if !assignees.found_slot {
            return None;
        }
        let mut assignments = assignees.assignments;
        for assignment in &mut assignments {
            self.visit_expr_mut(assignment);
        }
        self.visit_expr_mut(&mut assign.right);
        let value = &assign.right;
        Some(output_as!({ let #pattern = #value; #(#assignments;)* }))
    }
}

/// Turns the left side of a destructuring assignment into a pattern.
struct Assignees<'a> {
    emitter: &'a Emitter<'a>,
    assignments: Vec<Expr>,
    found_slot: bool,
}

impl VisitMut for Assignees<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Tuple(_) | Expr::Array(_) | Expr::Paren(_) | Expr::Group(_) => {
                visit_mut::visit_expr_mut(self, expr)
            }
            Expr::Call(call) => call
                .args
                .iter_mut()
                .for_each(|argument| self.visit_expr_mut(argument)),
            Expr::Struct(fields) => fields
                .fields
                .iter_mut()
                .for_each(|field| self.visit_expr_mut(&mut field.expr)),
            Expr::Infer(_) | Expr::Range(_) => {}
            place => {
                if let Some(mention) =
                    shape::lone_name(place).and_then(|name| self.emitter.lowered.locals.find(name))
                {
                    self.found_slot |= self
                        .emitter
                        .has_slot(self.emitter.lowered.locals.local_of(mention));
                }
                let part = quote::format_ident!(
                    "__part_{}",
                    self.assignments.len(),
                    span = Span::mixed_site()
                );
                let value: Expr = output_as!(#part);
                let assignee = std::mem::replace(place, value);
                self.assignments.push(output_as!(#assignee = #part));
            }
        }
    }
}
