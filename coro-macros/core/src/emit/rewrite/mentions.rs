//! Mentions of locals: where a local lies, and whether it is taken from there.
//!
//! ```text
//!   name        (*name)    take(&name_owner)    (number).0
//! ```
//!
//! Law: a mention is as long as what it stands for in the source, and rustc speaks of that.
use proc_macro2::Span;
use quote::quote_spanned;
use syn::Expr;

use super::Rewriter;
use crate::liveness::Access;
use crate::locals::{LocalId, MentionId};
use crate::spelling::Spelling;
use crate::{make, shape};

impl Rewriter<'_> {
    pub(in crate::emit) fn slot_of(&self, mention: MentionId) -> Option<LocalId> {
        let id = self.emitter.lowered.locals.local_of(mention);
        self.emitter.has_slot(id).then_some(id)
    }

    /// One mention, as an expression.
    pub(in crate::emit) fn mention(&self, mention: MentionId) -> Expr {
        let id = self.emitter.lowered.locals.local_of(mention);
        if let Some((_, value)) = self.bound.iter().find(|(bound, _)| *bound == id) {
            return output_as!(#value);
        }
        let Some(id) = self.slot_of(mention) else {
            let name = self.emitter.native(mention);
            if self.emitter.lowered.access[mention.index()] == Access::View {
                let ty = self.emitter.view_type(id);
                return output_as!((*#ty.view(&#name)));
            }
            return match self.emitter.stands_for(id) {
                Some(Spelling { first, last }) => {
                    let index = syn::Index {
                        index: 0,
                        span: last,
                    };
                    Expr::Field(syn::ExprField {
                        attrs: Vec::new(),
                        base: Box::new(make::parenthesised(make::path(name), first)),
                        dot_token: syn::Token![.](Span::mixed_site()),
                        member: syn::Member::Unnamed(index),
                    })
                }
                None => make::path(name),
            };
        };
        let user = self.emitter.lowered.locals.written(mention).span();
        let (place, owner) = (self.emitter.place(id, user), self.emitter.owner(id));
        let Spelling { first, last } =
            self.emitter.lowered.locals[id]
                .stands_for
                .unwrap_or(Spelling {
                    first: user,
                    last: user,
                });
        match self.emitter.lowered.access[mention.index()] {
            Access::InPlace
            | Access::Reference
            | Access::Asked
            | Access::Matched
            | Access::Apart
                if self.emitter.lowered.locals[id].stands_for.is_some() =>
            {
                let place = make::parenthesised(make::path(place), last);
                make::parenthesised(make::dereferenced(place, first), first)
            }
            Access::InPlace
            | Access::Reference
            | Access::Asked
            | Access::Matched
            | Access::Apart => {
                let inner = user.resolved_at(Span::mixed_site());
                make::parenthesised(make::dereferenced(make::path(place), inner), user)
            }
            Access::Take => {
                let take = Spelling { first, last }.path(&["__coro", "take"]);
                let owner = quote_spanned!(last=> (&#owner));
                Expr::Verbatim(quote_spanned!(first=> #take #owner))
            }
            Access::Capture => make::path(self.emitter.native(mention)),
            Access::View => {
                let ty = self.emitter.view_type(id);
                output_as!((*#ty.view(&*#place)))
            }
            Access::Called => make::path(self.emitter.called(id)),
        }
    }

    /// The mention and the bit of a part that is moved, or assigned anew.
    pub(in crate::emit) fn part(&self, expr: &Expr) -> Option<(MentionId, u64)> {
        let (mention, path) = shape::scrutinee_part(expr, self.emitter.lowered.locals)?;
        if path.is_empty() {
            return None;
        }
        let part = self.emitter.lowered.parts.of_mention(mention)?;
        // The base of a part is a mention of the same local, but not this part.
        (self.emitter.lowered.flow.paths.get(&mention) == Some(&path))
            .then_some((mention, part.bits()))
    }
}
