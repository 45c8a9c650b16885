//! The locals in scope: which of them have a value, and who borrows from whom.
//!
//! The rules are simpler than rustc's and a little stricter in most places. Where they are
//! laxer, rustc rejects the body, and it is dropped.
use super::types::{Family, Type};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    Live,
    /// Without these fields.
    Parts(BTreeSet<String>),
    /// Moved, ended, or not known to have a value.
    Gone,
    /// Declared without a value.
    Unset,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Access {
    Share,
    Exclude,
    Move,
}

/// That a local is borrowed, and whether exclusively.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Borrow {
    pub(super) local: usize,
    pub(super) exclusive: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) mutable: bool,
    pub(super) state: State,
    /// How many loops stand around the declaration.
    pub(super) loops: usize,
    /// What the value borrows from.
    pub(super) borrows: Vec<Borrow>,
}

/// A local or a part of it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) local: usize,
    /// The whole text, which is a place expression.
    pub(super) text: String,
    /// A text that will do as the receiver of a method: without dereferences.
    pub(super) receiver: String,
    pub(super) field: Option<String>,
    /// Whether the place lies behind a reference.
    pub(super) behind: bool,
}

impl Place {
    /// All of a local.
    pub(super) fn whole(local: usize, name: String) -> Place {
        Place {
            local,
            text: name.clone(),
            receiver: name,
            field: None,
            behind: false,
        }
    }
}

#[derive(Default)]
pub(super) struct Scope {
    pub(super) locals: Vec<Local>,
    /// What expressions that are being made borrow.
    pub(super) frozen: Vec<Borrow>,
    pub(super) loops: usize,
    /// Locals that are declared in fewer loops than this may not lose their value here.
    pub(super) movable: usize,
    /// What the references of each family may refer to.
    pub(super) families: Vec<(Family, Vec<Place>)>,
}

impl Scope {
    pub(super) fn declare(&mut self, name: String, ty: Type, mutable: bool) -> usize {
        let borrows = self.lent_to(&ty);
        self.locals.push(Local {
            name,
            ty,
            mutable,
            state: State::Live,
            loops: self.loops,
            borrows,
        });
        self.locals.len() - 1
    }

    /// What values of the type borrow because they belong to a family.
    pub(super) fn lent_to(&self, ty: &Type) -> Vec<Borrow> {
        let places = ty.family().map_or(&[][..], |family| self.lent(family));
        let borrow = |place: &Place| Borrow {
            local: place.local,
            exclusive: false,
        };
        places.iter().map(borrow).collect()
    }

    /// What the references of the family may refer to.
    pub(super) fn lent(&self, family: Family) -> &[Place] {
        let mut families = self.families.iter();
        let found = families.find(|(other, _)| *other == family);
        found.map_or(&[], |(_, places)| places)
    }

    /// Whether references of some family may refer to the local.
    pub(super) fn is_lent(&self, index: usize) -> bool {
        let mut places = self.families.iter().flat_map(|(_, places)| places);
        places.any(|place| place.local == index)
    }

    /// The local borrows this, beside what its family does.
    pub(super) fn add_borrows(&mut self, index: usize, borrows: &[Borrow]) {
        self.locals[index].borrows.extend_from_slice(borrows);
    }

    /// The locals after so many end.
    pub(super) fn end(&mut self, count: usize) {
        self.locals.truncate(count);
        self.families
            .retain(|(_, places)| places.iter().all(|place| place.local < count));
    }

    pub(super) fn states(&self) -> Vec<State> {
        self.locals
            .iter()
            .map(|local| local.state.clone())
            .collect()
    }

    pub(super) fn restore(&mut self, states: &[State]) {
        self.end(states.len());
        for (local, state) in self.locals.iter_mut().zip(states) {
            local.state = state.clone();
        }
    }

    /// After several ways have met.
    pub(super) fn merge(&mut self, ways: &[Vec<State>]) {
        for (index, local) in self.locals.iter_mut().enumerate() {
            let mut states = ways.iter().filter_map(|way| way.get(index));
            let Some(first) = states.next() else { continue };
            local.state = states.fold(first.clone(), |merged, state| join(&merged, state));
        }
    }

    /// Whether the name still means this local.
    pub(super) fn is_visible(&self, index: usize) -> bool {
        let name = &self.locals[index].name;
        !self.locals[index + 1..]
            .iter()
            .any(|later| later.name == *name)
    }

    /// Whether a value may be taken out of the local, or it may end, as far as loops matter.
    pub(super) fn is_movable(&self, index: usize) -> bool {
        self.locals[index].loops >= self.movable
    }

    fn is_borrowed(&self, index: usize, exclusively: bool) -> bool {
        let counts = |borrow: &Borrow| borrow.local == index && (borrow.exclusive || !exclusively);
        // What has a drop of its own borrows to the end of its scope, and whatever is borrowed goes on
        // borrowing.
        let mut holds: Vec<bool> = self
            .locals
            .iter()
            .map(|local| {
                let is_there = matches!(local.state, State::Live | State::Parts(_));
                is_there || local.ty.borrows_to_the_end()
            })
            .collect();
        for borrow in &self.frozen {
            if let Some(frozen) = holds.get_mut(borrow.local) {
                *frozen = true;
            }
        }
        // Nobody borrows what is declared later.
        for holder in (0..holds.len()).rev() {
            for borrow in &self.locals[holder].borrows {
                holds[borrow.local] |= holds[holder];
            }
        }
        let mut holders = self.locals.iter().zip(holds);
        self.frozen.iter().any(counts)
            || holders.any(|(local, holds)| holds && local.borrows.iter().any(counts))
    }

    /// Whether the whole local may be used so.
    pub(super) fn allows(&self, index: usize, access: Access) -> bool {
        if !self.is_visible(index) {
            return false;
        }
        match access {
            Access::Share => !self.is_borrowed(index, true),
            Access::Exclude => !self.is_borrowed(index, false),
            Access::Move => !self.is_borrowed(index, false) && self.is_movable(index),
        }
    }

    /// Whether the local may get a new value as a whole.
    pub(super) fn assignable(&self, index: usize) -> bool {
        let local = &self.locals[index];
        self.is_visible(index)
            && !self.is_borrowed(index, false)
            && match local.state {
                State::Unset => local.mutable || local.loops == self.loops,
                _ => local.mutable,
            }
    }

    /// All places of a type that may be used so.
    pub(super) fn places(&self, wanted: &Type, access: Access) -> Vec<Place> {
        let mut found = Vec::new();
        for (index, local) in self.locals.iter().enumerate() {
            let whole = match &local.state {
                State::Live => true,
                State::Parts(_) => false,
                State::Gone | State::Unset => continue,
            };
            let copied = wanted.is_copy() && self.allows(index, Access::Share);
            if !copied && !self.allows(index, access) {
                continue;
            }
            let place = |text: String, field: Option<String>| Place {
                local: index,
                receiver: text.clone(),
                text,
                field,
                behind: false,
            };
            let writable = access != Access::Exclude || local.mutable;
            if whole && writable && local.ty == *wanted {
                found.push(place(local.name.clone(), None));
            }
            for (field, ty) in local.ty.fields() {
                let gone = matches!(&local.state, State::Parts(gone) if gone.contains(&field));
                if !gone && writable && ty == *wanted {
                    found.push(place(
                        format!("{}.{field}", local.name),
                        Some(field.clone()),
                    ));
                }
            }
            if whole {
                self.behind(index, wanted, access, &mut found);
            }
        }
        found
    }

    /// Places behind references and boxes.
    fn behind(&self, index: usize, wanted: &Type, access: Access, found: &mut Vec<Place>) {
        let local = &self.locals[index];
        let name = &local.name;
        let (inner, path, reach) = match &local.ty {
            Type::Shared(inner) => (&**inner, name.clone(), Access::Share),
            Type::Exclusive(inner) => (&**inner, name.clone(), Access::Exclude),
            Type::Boxed(inner) => (&**inner, name.clone(), Access::Move),
            Type::Counted(inner) => (&**inner, name.clone(), Access::Share),
            Type::Lent(family) => (&family.item.ty(), name.clone(), Access::Share),
            Type::Guard => (&Type::Noisy, name.clone(), Access::Share),
            Type::Holder => (&Type::Noisy, format!("{name}.held"), Access::Share),
            _ => return,
        };
        let boxed = matches!(local.ty, Type::Boxed(_));
        let allowed = match access {
            Access::Share => true,
            Access::Exclude => reach == Access::Exclude || (boxed && local.mutable),
            Access::Move => boxed || wanted.is_copy(),
        };
        if !allowed {
            return;
        }
        if inner == wanted {
            found.push(Place {
                local: index,
                text: format!("(*{path})"),
                receiver: path.clone(),
                field: None,
                behind: !boxed,
            });
        }
        for (field, ty) in inner.fields() {
            if ty == *wanted && (access != Access::Move || wanted.is_copy()) {
                found.push(Place {
                    local: index,
                    text: format!("{path}.{field}"),
                    receiver: format!("{path}.{field}"),
                    field: None,
                    behind: !boxed,
                });
            }
        }
    }

    /// The value of the place is taken.
    pub(super) fn take(&mut self, place: &Place) {
        let local = &mut self.locals[place.local];
        local.state = match (&place.field, &local.state) {
            (Some(field), State::Parts(gone)) => {
                let mut gone = gone.clone();
                gone.insert(field.clone());
                State::Parts(gone)
            }
            (Some(field), _) => State::Parts(BTreeSet::from([field.clone()])),
            (None, _) => State::Gone,
        };
    }

    /// What a borrow of the place borrows from.
    pub(super) fn borrow(&self, place: &Place, exclusive: bool) -> Vec<Borrow> {
        let local = &self.locals[place.local];
        if matches!(local.ty, Type::Shared(_) | Type::Lent(_))
            || (local.ty == Type::Holder && place.behind)
        {
            return local.borrows.clone();
        }
        vec![Borrow {
            local: place.local,
            exclusive,
        }]
    }
}

fn join(left: &State, right: &State) -> State {
    match (left, right) {
        (State::Live, State::Live) => State::Live,
        (State::Unset, State::Unset) => State::Unset,
        (State::Parts(gone), State::Live) | (State::Live, State::Parts(gone)) => {
            State::Parts(gone.clone())
        }
        (State::Parts(left), State::Parts(right)) => {
            State::Parts(left.union(right).cloned().collect())
        }
        _ => State::Gone,
    }
}
