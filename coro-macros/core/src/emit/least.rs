//! What each state keeps, for the benchmark of sizes: in the output with `--cfg coro_sizes` only.
use proc_macro2::{Span, TokenStream};

use super::Emitter;
use crate::locals::LocalId;
use crate::saved::AtPoint;
use crate::storage::Class;

impl Emitter<'_> {
    /// Reports the bytes that the parameters take, and those that each suspension keeps.
    pub(super) fn report(&self) -> Option<TokenStream> {
        if !cfg!(coro_sizes) {
            return None;
        }
        let lowered = self.lowered;
        let parameters = lowered.parameters.locals();
        let start = parameters
            .iter()
            .filter(|&&id| self.has_slot(id))
            .map(|&id| {
                let place = self.place(id, Span::mixed_site());
                output!(__coro::bytes(#place, true, false))
            });
        let start = output!(0 #(+ #start)*);
        let points = lowered.saved.at.iter().map(|at| {
            let kept = lowered.locals.ids().filter(|id| at[id.index()].saved);
            let bytes = kept.map(|id| self.bytes(id, at[id.index()]));
            output!(0 #(+ #bytes)*)
        });
        Some(output! {
            if __at == __State::Start as u8 {
                __coro::report_states(__frame, &[#start, #(#points,)*]);
            }
        })
    }

    fn bytes(&self, id: LocalId, at: AtPoint) -> TokenStream {
        let place = self.place(id, Span::mixed_site());
        let only_for_drop = Class::Saved {
            only_for_drop: true,
        };
        let is_split = self.lowered.saved.split(id).is_some();
        let is_kept = if is_split && at.only_if_borrowed {
            let apart = self.apart(id);
            output!(__coro::is_kept(#apart, #place))
        } else if !is_split
            && (self.decided_by(id).is_some() || self.lowered.storage[id] == only_for_drop)
        {
            let slot = self.slot(id);
            output!(__coro::is_kept(#slot, #place))
        } else {
            output!(true)
        };
        let only_for_drop = at.only_for_drop;
        output!(__coro::bytes(#place, #is_kept, #only_for_drop))
    }
}
