//! Borrows of what rustc makes a constant of, unless it has a drop.
//!
//! ```text
//!   from                       into
//!   &Retry { times: 3 }        &(*constant_or_put(&owner, has_drop, const { &(Retry { times: 3 }) }, || Retry { times: 3 }))
//!   &(LIMIT * 2)               the same with `promoted(&(LIMIT * 2))`, if `LIMIT` is a number
//!   Retry { times: 3 }.f()     (**receiver(has_drop, const { &(Retry { times: 3 }) }, place).place()).f()
//! ```
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;

use super::Emitter;
use super::rewrite::Rewriter;
use crate::locals::LocalId;
use crate::shape;

impl Emitter<'_> {
    /// The place of a constant: its own, or the temporary `id`, which drops it.
    pub(super) fn borrowed_constant(&self, id: LocalId, value: &Expr) -> Expr {
        let owner = self.owner(id);
        let place = constant_or(
            value,
            |has_drop, constant| output!(__coro::constant::constant_or_put(&#owner, #has_drop, #constant, || #value)),
            &output!((#owner.put(#value)).cast_const()),
            None,
            &|operands| self.is_probed(id).then(|| self.probed(id, Some(operands))),
        );
        output_as!((*#place))
    }

    /// What a method is called on that borrows `receiver`, a part of a local that is written as a constant: a
    /// statement, and a place.
    pub(super) fn constant_receiver(
        &self,
        id: LocalId,
        receiver: &Expr,
    ) -> Option<(TokenStream, TokenStream)> {
        let value = self.lowered.locals[id].written_as.as_ref()?;
        let place = self.place(id, Span::mixed_site());
        let constant = constant_or(
            value,
            |has_drop, constant| output!(__coro::constant::receiver(#has_drop, #constant, #place)),
            &output!(__coro::constant::receiver(true, #place, #place)),
            Some(&place),
            &|_| None,
        );
        let mut rewriter = Rewriter::new(self);
        let whole = output!((**__constant.place()));
        rewriter.bound.push((id, whole));
        rewriter.nested = true;
        let mut place = receiver.clone();
        rewriter.visit_expr_mut(&mut place);
        Some((
            output!(let mut __constant = #constant;),
            place.to_token_stream(),
        ))
    }
}

impl Rewriter<'_> {
    /// A call of a method on a constant that the method does not take.
    pub(super) fn called_on_constant(&mut self, call: &syn::ExprMethodCall) -> Option<Expr> {
        let locals = self.emitter.lowered.locals;
        let (mention, _) = shape::scrutinee_part(&call.receiver, locals)?;
        let id = self.slot_of(mention)?;
        let mut call = call.clone();
        let made = shape::take_temporary(&mut call.receiver, locals).map(|(_, value)| {
            let owner = self.emitter.owner(id);
            output!(#owner.init(#value);)
        });
        let (constant, place) = self.emitter.constant_receiver(id, &call.receiver)?;
        *call.receiver = Expr::Verbatim(place);
        for argument in &mut call.args {
            self.visit_expr_mut(argument);
        }
        Some(output_as!({
            #made
            #constant
            #call
        }))
    }
}

/// What `known` makes of whether a value has a drop, and of the constant; or `other`, if it is not even a
/// constant. It has its type at `place`, if that is known already. What else is asked of the operands that
/// say it is `asked`.
fn constant_or(
    value: &Expr,
    known: impl FnOnce(TokenStream, TokenStream) -> TokenStream,
    other: &TokenStream,
    place: Option<&Ident>,
    asked: &dyn Fn(&TokenStream) -> Option<TokenStream>,
) -> TokenStream {
    let drops = shape::may_be_dropped(value).into_iter().map(|part| {
        let place = place.filter(|_| std::ptr::eq(part, shape::bare(value)));
        let ty = match place {
            Some(place) => output!(__coro::constant::probe(#place)),
            None => output!(__coro::constant::of(|| #part)),
        };
        match part {
            Expr::Struct(_) => output!((&#ty).has_drop()),
            _ => output!(#ty.needs_drop()),
        }
    });
    let operands = constant_operands(value);
    let span = value.span();
    let constant = match operands {
        // It may hold a cell, which rustc says there.
        None => quote_spanned!(span=> const { &(#value) }),
        // Operators of other types are no constants: only rustc can choose.
        Some(_) => {
            let promoted = output!(__coro::constant::promoted);
            quote_spanned!(span=> #promoted(&(#value)))
        }
    };
    let known = known(output!(__has_drop), constant);
    let known = output!({
        use __coro::constant::{HasDrop as _, HasNoDrop as _};
        let __has_drop = false #(| #drops)*;
        #known
    });
    let Some(operands) = operands else {
        return known;
    };
    let asked = asked(&output!(__operands)).map(|asked| {
        output! {
            if false {
                __coro::diverge();
                #asked
            }
        }
    });
    output!({
        use __coro::constant::{AreNumbers as _, AreOthers as _};
        let __operands = #operands;
        let __constant = if (&__operands).are_numbers() {
            (&__operands).if_numbers();
            #known
        } else {
            (&__operands).if_others();
            #other
        };
        // The type of the value is known by now.
        #asked
        __constant
    })
}

/// Asks for the types of the constants in a value that are operands of operators, if there are any.
pub(super) fn constant_operands(value: &Expr) -> Option<TokenStream> {
    let operands = shape::constant_operands(value);
    let pairs = operands
        .iter()
        .rfold(output!(()), |rest, operand| output!((#operand, #rest)));
    (!operands.is_empty()).then(|| output!(__coro::constant::of(|| #pairs)))
}
