//! The owners of a scope's locals, in the order of the source, and what they owe when the scope is
//! opened again after a suspension.
use proc_macro2::{Span, TokenStream};

use super::{Emitter, joined, present};
use crate::flow::Event;
use crate::liveness::Access;
use crate::locals::{Kind, LocalId, MentionId};
use crate::saved::Owed;
use crate::storage::Class;
use crate::tree::{Block, PointId};

impl Emitter<'_> {
    /// Declares the owners of a scope's locals. A local that is resumed into has its value where
    /// the suspension has left it.
    pub(super) fn owners(&self, block: &Block, bound: &[LocalId]) -> TokenStream {
        let points = block.points();
        let declared = self.declared(block);
        let mut all: Vec<_> = bound
            .iter()
            .copied()
            .filter(|&id| {
                self.has_slot(id)
                    && !declared.contains(&id)
                    && self.lowered.locals[id].kind != Kind::Temporary
            })
            .collect();
        all.extend(declared);
        let owned = all.iter().filter(|&&id| !self.is_ownerless(id));
        let owners = owned.flat_map(|&id| {
            if self.lowered.locals[id].kind == Kind::Operand {
                let guard = self.place(id, Span::mixed_site());
                return [Some(output!(let #guard = __coro::operand();)), None, None];
            }
            let owner = self.owner_of(id, bound, &points);
            let called = self.is_called(id).then(|| {
                let called = self.called(id);
                output!(let mut #called;)
            });
            let answer = self.is_asked(id).then(|| {
                let answer = self.answer(id);
                output!(let #answer = __coro::Answer(__coro::PhantomData);)
            });
            [Some(owner), called, answer]
        });
        joined(owners.flatten())
    }

    /// Whether a call on a local may take it, for rustc to see.
    fn is_called(&self, id: LocalId) -> bool {
        let lowered = self.lowered;
        lowered
            .flow
            .mentions_of(id)
            .any(|mention| lowered.access[mention.index()] == Access::Called)
    }

    /// Whether a call takes a closure or not as its body says.
    pub(super) fn is_asked(&self, id: LocalId) -> bool {
        let lowered = self.lowered;
        lowered.flow.asked.contains_key(&id)
            && lowered
                .flow
                .mentions_of(id)
                .any(|mention| lowered.access[mention.index()] == Access::Asked)
    }

    /// Whether nothing is ever owed for a local: syntax says that it has no drop.
    pub(super) fn is_plain(&self, id: LocalId) -> bool {
        self.lowered.locals[id].is_trivial && self.lowered.parts.of_local(id).is_empty()
    }

    /// Whether the output never mentions the owner of a local: it has its value from the start and
    /// keeps it.
    fn is_ownerless(&self, id: LocalId) -> bool {
        let lowered = self.lowered;
        let is_looked_at = |mention: MentionId| {
            matches!(
                lowered.access[mention.index()],
                Access::InPlace | Access::Reference | Access::View
            )
        };
        let mut events = lowered.flow.nodes.iter().flat_map(|node| &node.events);
        lowered.locals[id].kind == Kind::Parameter
            && self.is_plain(id)
            && lowered.flow.mentions_of(id).all(is_looked_at)
            && !events.any(|event| *event == Event::Assign(id))
    }

    /// Whether a local has no drop but one of its own type: it was written as a value of which that is
    /// true, and nothing can have given it another.
    pub(super) fn has_only_own_drop(&self, id: LocalId) -> bool {
        let local = &self.lowered.locals[id];
        let stays = !local.is_mutable || !self.lowered.flow.uses(id);
        local.has_only_own_drop && stays
    }

    fn owner_of(&self, id: LocalId, bound: &[LocalId], points: &[PointId]) -> TokenStream {
        let is_bound = bound.contains(&id);
        let (place, owner) = (self.place(id, Span::mixed_site()), self.owner(id));
        if self.is_plain(id) {
            return output!(let #owner = __coro::plain(#place););
        }
        let at = |is_wanted: &dyn Fn(PointId) -> bool| -> Vec<PointId> {
            let wanted = points.iter().copied();
            wanted.filter(|&point| is_wanted(point)).collect()
        };
        let owed_at = |owed| at(&|point| self.owed(id, point) == owed);
        let (no, yes, maybe) = (owed_at(Owed::No), owed_at(Owed::Yes), owed_at(Owed::Maybe));
        let is_flagged = |point| self.lowered.saved.is_flagged_at(id, point);
        let flagged = self.is_at(&at(&is_flagged)).map(|is_at| {
            let flag = self.flag(id);
            output!((#is_at & __coro::read(&raw const (*__frame).#flag)))
        });
        let is_answered = |point| self.owed(id, point) == Owed::Maybe && !is_flagged(point);
        let answered = self.is_at(&at(&is_answered)).map(|is_at| {
            let slot = self.slot(id);
            output!((#is_at & __coro::is_kept(#slot, #place)))
        });
        let known = if is_bound {
            let not: Vec<_> = no.iter().chain(&maybe).copied().collect();
            Some(
                self.is_at(&not)
                    .map_or(output!(true), |is_at| output!(!#is_at)),
            )
        } else {
            self.is_at(&yes)
        };
        let reasons = [known, flagged, answered].into_iter().flatten();
        let owed = reasons.reduce(|one, other| output!(#one | #other));
        let owed = owed.unwrap_or_else(|| output!(false));
        let has_no_parts = self.lowered.parts.of_local(id).is_empty();
        let is_constant = self.lowered.locals[id].constant.is_some();
        let may_be_unkept = self.has_only_own_drop(id) || is_constant || !has_no_parts;
        // What no suspension keeps, for want of a drop, must not be looked at after one.
        let owed = match self.lowered.storage[id] {
            Class::Saved {
                only_for_drop: true,
            } if self.lowered.saved.split(id).is_none() && may_be_unkept => {
                let slot = self.slot(id);
                output!((#owed) & __coro::is_kept(#slot, #place))
            }
            Class::Saved { .. } | Class::Stack | Class::Segment => owed,
        };
        if has_no_parts {
            return output!(let #owner = __coro::owner(#place, #owed););
        }
        let kept = points
            .iter()
            .filter(|point| self.lowered.saved.at[point.0][id.index()].saved);
        let kept: Vec<_> = kept.copied().collect();
        let moved = self.is_at(&kept).map_or(output!(0), |is_at| {
            let moved = self.moved(id);
            output!(if #is_at { (*__frame).#moved as u64 } else { 0 })
        });
        let rest = self.rest(id);
        let answers = self.lowered.parts.calls(id);
        let answers = answers.map(|mention| self.part_answer(mention));
        output!(let #owner = __coro::part_owner(#place, #owed, #moved, #rest, (#(#answers,)*));)
    }

    /// Whether the coroutine has been resumed at one of some suspensions.
    pub(super) fn is_at(&self, points: &[PointId]) -> Option<TokenStream> {
        let mut states: Vec<usize> = points.iter().map(|point| point.0).collect();
        states.sort_unstable();
        let mut runs = states.chunk_by(|one, next| one + 1 == *next).map(|run| {
            let name = |&point: &usize| &self.lowered.points[point].name;
            match run {
                [only] => {
                    let only = name(only);
                    output!(__coro::is_at(__at, __State::#only as u8))
                }
                run => {
                    let (first, last) = (run.first().map(name), run.last().map(name));
                    output!(__coro::is_from(__at, __State::#first as u8, __State::#last as u8))
                }
            }
        });
        let first = runs.next()?;
        let others: Vec<_> = runs.collect();
        Some(match others.is_empty() {
            true => first,
            false => output!((#first #(| #others)*)),
        })
    }

    pub(super) fn owed(&self, id: LocalId, point: PointId) -> Owed {
        let local = self.lowered.saved.at[point.0][id.index()];
        if local.saved { local.owed } else { Owed::No }
    }

    /// Hands the values of bindings to their slots; the owners are declared where they are used.
    pub(super) fn filled(&self, bound: &[LocalId]) -> Option<TokenStream> {
        let filled = bound.iter().filter(|&&id| self.has_slot(id)).map(|&id| {
            if self.lowered.locals[id].kind == Kind::Temporary {
                // Its owner is in scope already.
                let (owner, value) = (self.owner(id), self.value(id));
                return output!(#owner.init(#value););
            }
            let (place, value) = (self.place(id, Span::mixed_site()), self.value(id));
            output!(__coro::write(#place, #value);)
        });
        present(joined(filled))
    }

    pub(super) fn ended(&self, ids: &[LocalId]) -> TokenStream {
        let ends = ids.iter().rev().map(|&id| {
            let owner = self.owner(id);
            output!(#owner.end();)
        });
        ends.collect()
    }
}
