//! The frame: which slots stand side by side, and which share bytes.
//!
//! ```text
//!   struct Frame { state, stream, buf, overlap_1 }
//!   union Overlap1 { read, group_1 }            never needed together
//!   group_1: (part, flush)                      needed together
//! ```
//!
//! Slots that are never needed together form the arms of a union, recursively; where neither a
//! union nor a struct splits a set, the slot with the most conflicts moves out of it, and of those
//! one that is small, if syntax knows one. That is never worse than one variant for each suspension with the shared slots outside, which is
//! what rustc does.
use crate::locals::LocalId;

/// Room for a local.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Of(LocalId),
    /// The room of a local that lies in its other slot if a method call takes it, and in this one if
    /// the call borrows it. The one that it does not lie in has no bytes.
    Apart(LocalId),
}

impl Slot {
    pub(crate) fn local(self) -> LocalId {
        match self {
            Slot::Of(id) | Slot::Apart(id) => id,
        }
    }
}

#[derive(Debug)]
pub(crate) enum Layout {
    Slot(Slot),
    /// All at once.
    Struct(Vec<Layout>),
    /// One at a time.
    Union(Vec<Layout>),
}

/// Lays out slots of which some conflict. Some are known to be small, whatever types there are.
pub(crate) fn layout(
    slots: &[Slot],
    conflict: &dyn Fn(Slot, Slot) -> bool,
    is_small: &dyn Fn(Slot) -> bool,
) -> Layout {
    if let [slot] = slots {
        return Layout::Slot(*slot);
    }
    let apart = components(slots, conflict);
    if apart.len() != 1 {
        return Layout::Union(
            apart
                .iter()
                .map(|part| layout(part, conflict, is_small))
                .collect(),
        );
    }
    let together = components(slots, &|a, b| !conflict(a, b));
    if together.len() != 1 {
        return side_by_side(
            together
                .iter()
                .map(|part| layout(part, conflict, is_small))
                .collect(),
        );
    }
    let degree = |slot: Slot| {
        slots
            .iter()
            .filter(|&&other| other != slot && conflict(slot, other))
            .count()
    };
    let busy = |&&slot: &&Slot| (degree(slot), is_small(slot));
    let Some(&busiest) = slots.iter().max_by_key(busy) else {
        return Layout::Struct(Vec::new());
    };
    let rest: Vec<_> = slots
        .iter()
        .copied()
        .filter(|&slot| slot != busiest)
        .collect();
    side_by_side(vec![
        Layout::Slot(busiest),
        layout(&rest, conflict, is_small),
    ])
}

fn side_by_side(parts: Vec<Layout>) -> Layout {
    let mut fields = Vec::new();
    for part in parts {
        match part {
            Layout::Struct(inner) => fields.extend(inner),
            part => fields.push(part),
        }
    }
    Layout::Struct(fields)
}

/// The connected components of a relation, in the order of their first members.
fn components(slots: &[Slot], related: &dyn Fn(Slot, Slot) -> bool) -> Vec<Vec<Slot>> {
    let mut left = slots.to_vec();
    let mut components = Vec::new();
    while !left.is_empty() {
        let mut component = vec![left.remove(0)];
        let mut next = 0;
        while let Some(&member) = component.get(next) {
            let (reached, rest): (Vec<_>, Vec<_>) =
                left.iter().partition(|&&other| related(member, other));
            component.extend(reached);
            left = rest;
            next += 1;
        }
        component.sort();
        components.push(component);
    }
    components
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locals::{Kind, Locals};
    use proc_macro2::Span;

    fn show(layout: &Layout) -> String {
        let list = |parts: &[Layout]| parts.iter().map(show).collect::<Vec<_>>().join(" ");
        match layout {
            Layout::Slot(slot) => slot.local().index().to_string(),
            Layout::Struct(parts) => format!("[{}]", list(parts)),
            Layout::Union(parts) => format!("<{}>", list(parts)),
        }
    }

    /// The layout of slots that are needed at the given points.
    fn of(needed_at: &[&[usize]]) -> String {
        of_some_small(needed_at, &[])
    }

    /// The same, where some slots are known to be small.
    fn of_some_small(needed_at: &[&[usize]], small: &[usize]) -> String {
        let mut locals = Locals::default();
        let slots: Vec<_> = needed_at
            .iter()
            .map(|_| Slot::Of(locals.add_made_up("x", Kind::Binding, Span::call_site())))
            .collect();
        let conflict = |a: Slot, b: Slot| {
            needed_at[a.local().index()]
                .iter()
                .any(|p| needed_at[b.local().index()].contains(p))
        };
        show(&layout(&slots, &conflict, &|slot| {
            small.contains(&slot.local().index())
        }))
    }

    #[test]
    fn disjoint_slots_overlap() {
        assert_eq!(of(&[&[1], &[2], &[3]]), "<0 1 2>");
    }

    #[test]
    fn slots_needed_throughout_stand_outside() {
        assert_eq!(of(&[&[1, 2], &[1], &[2]]), "[0 <1 2>]");
    }

    #[test]
    fn branches_nest() {
        assert_eq!(
            of(&[&[1, 2, 3, 4], &[1, 2], &[1], &[2], &[3, 4], &[3], &[4]]),
            "[0 <[1 <2 3>] [4 <5 6>]>]"
        );
    }

    #[test]
    fn a_chain_gives_up_its_busiest_slot() {
        assert_eq!(of(&[&[1], &[1, 2], &[2, 3], &[3]]), "[2 <[0 1] 3>]");
    }

    #[test]
    fn a_small_slot_is_given_up_first() {
        let chain: [&[usize]; 4] = [&[1], &[1, 2], &[2, 3], &[3]];
        assert_eq!(of_some_small(&chain, &[1]), "[1 <0 [2 3]>]");
    }
}
