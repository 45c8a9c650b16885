//! Values that share what is in them, and references that they hand on.
//!
//! A family of such values may hold references to a few locals that are chosen when it is made; these
//! are borrowed as long as any of the values is used. A reference may then go from any of them to any
//! other, by ways that nobody follows.
use super::Generator;
use super::scope::{Access, Place};
use super::types::{Family, Item, Type};

impl Generator {
    /// A type whose values share or hand on references, if some family is there.
    pub(super) fn sharing_type(&mut self) -> Option<Type> {
        if !self.shares {
            return None;
        }
        let family = self.family()?;
        let lent = Type::Lent(family);
        Some(match self.random.below(22) {
            0..3 => lent,
            3..9 => Type::counted(self.container(family)),
            9 => Type::option(Type::counted(self.container(family))),
            10 => Type::vec(Type::counted(self.container(family))),
            11 | 12 => {
                let counted = Type::counted(self.container(family));
                Type::Tuple(vec![counted.clone(), counted])
            }
            13 => Type::Tuple(vec![Type::counted(self.container(family)), Type::Noisy]),
            14 => self.container(family),
            15 => Type::option(lent),
            16 => Type::Cursor(family),
            17 => Type::option(Type::Call(family)),
            18 => Type::Sender(Box::new(self.element(family))),
            19 => Type::vec(lent),
            _ => [Type::Word, Type::Mark, Type::Array(Box::new(Type::Word))][self.random.below(3)]
                .clone(),
        })
    }

    pub(super) fn family(&mut self) -> Option<Family> {
        let families = &self.scope.families;
        if families.is_empty() {
            return None;
        }
        // The last ones have more of the body before them.
        let newest = families.len() - 1;
        let index = newest - self.random.below(families.len().min(2));
        Some(families[index].0)
    }

    /// What lies in a container.
    pub(super) fn element(&mut self, family: Family) -> Type {
        match self.random.below(8) {
            0 => Type::Tuple(vec![Type::Noisy, Type::Lent(family)]),
            1 => Type::Noisy,
            _ => Type::Lent(family),
        }
    }

    pub(super) fn container(&mut self, family: Family) -> Type {
        let element = Box::new(self.element(family));
        match self.random.below(7) {
            0..4 => Type::Cell(element),
            4 => Type::Locked(element),
            _ => Type::List(element),
        }
    }

    /// A number that no other value has.
    pub(super) fn word(&mut self) -> String {
        self.values += 1;
        format!("{}_u64", 1000 + self.values)
    }

    /// An expression of a type of this module.
    pub(super) fn end(&mut self, ty: &Type, depth: usize) -> String {
        match ty {
            Type::Word => self.word(),
            Type::Mark => {
                let first = self.word();
                format!("Mark {{ first: {first}, second: {} }}", self.word())
            }
            Type::Lent(family) => self.lent(*family),
            Type::Cell(inner) => {
                if self.random.chance(70) {
                    format!("Cell::new(None::<{inner}>)")
                } else {
                    format!("Cell::new(Some({}))", self.value(inner, depth))
                }
            }
            Type::List(inner) => {
                format!(
                    "RefCell::new({})",
                    self.value(&Type::Vec(inner.clone()), depth)
                )
            }
            Type::Locked(inner) => {
                format!(
                    "Mutex::new({})",
                    self.value(&Type::Vec(inner.clone()), depth)
                )
            }
            Type::Counted(inner) => {
                if let Some(place) = self.place(ty, Access::Share)
                    && self.random.chance(85)
                {
                    self.scope.frozen.extend(self.scope.lent_to(ty));
                    return if self.random.chance(50) {
                        format!("{}.clone()", place.receiver)
                    } else {
                        format!("Rc::clone(&{})", place.text)
                    };
                }
                format!("Rc::new({})", self.value(inner, depth))
            }
            Type::Sender(inner) => match self.place(ty, Access::Share) {
                Some(place) => format!("{}.clone()", place.receiver),
                None => format!("mpsc::channel::<{inner}>().0"),
            },
            Type::Receiver(inner) => format!("mpsc::channel::<{inner}>().1"),
            Type::Cursor(family) => {
                let before = self.value(&Type::option(Type::Lent(*family)), depth);
                let at = self.value(&Type::Lent(*family), depth);
                format!("Cursor {{ before: {before}, at: {at} }}")
            }
            Type::Call(family) => self.call(*family, depth),
            _ => unreachable!("`values` makes the others"),
        }
    }

    /// A reference to one of the locals of the family, or to a constant.
    fn lent(&mut self, family: Family) -> String {
        let places = self.scope.lent(family).to_vec();
        let places: Vec<Place> = places
            .into_iter()
            .filter(|place| {
                let local = &self.scope.locals[place.local];
                local.state == super::State::Live && self.scope.allows(place.local, Access::Share)
            })
            .collect();
        if places.is_empty() || self.random.chance(4) {
            return match family.item {
                Item::Word => "&7".to_owned(),
                Item::Mark => "&Mark { first: 7, second: 8 }".to_owned(),
            };
        }
        let place = self.random.pick(&places).clone();
        self.freeze(&place, false);
        format!("&{}", place.text)
    }

    /// What can be read, written or called in some way: the types of the places.
    pub(super) fn ends(&self) -> Vec<Type> {
        let mut list = Vec::new();
        for (index, local) in self.scope.locals.iter().enumerate() {
            // What is lent would be kept if it was looked at.
            let is_lent = matches!(local.ty, Type::Word | Type::Mark)
                && self.scope.is_lent(index)
                && index % 4 > 0;
            if local.state == super::State::Live && self.scope.is_visible(index) && !is_lent {
                reach(&local.ty, &mut list);
                for (_, ty) in local.ty.fields() {
                    reach(&ty, &mut list);
                }
            }
        }
        list
    }

    /// The number of what a reference to an element of the type refers to.
    pub(super) fn look_at(&mut self, element: &Type, name: &str) -> String {
        match element {
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .enumerate()
                    .map(|(index, part)| self.look_at(part, &format!("{name}.{index}")))
                    .collect();
                format!("({})", parts.join(" + "))
            }
            Type::Noisy => format!("{name}.look()"),
            _ => format!("{name}.read(log)"),
        }
    }

    /// A number that is read, and logged, from what shares or is lent.
    pub(super) fn read(&mut self) -> Option<String> {
        let ends = self.ends();
        if ends.is_empty() {
            return None;
        }
        let ty = self.random.pick(&ends).clone();
        let place = self.place(&ty, Access::Share)?;
        self.read_place(&ty, &place)
    }

    /// The same from a place of the type.
    pub(super) fn read_place(&mut self, ty: &Type, place: &Place) -> Option<String> {
        let receiver = &place.receiver;
        let look = |this: &mut Self, element: &Type| {
            format!(".map_or(0, |it| {})", this.look_at(element, "it"))
        };
        Some(match ty {
            Type::Word | Type::Mark | Type::Lent(_) => format!("{receiver}.read(log)"),
            Type::Cell(inner) if inner.is_copy() && self.random.chance(85) => {
                format!("{receiver}.get(){}", look(self, inner))
            }
            Type::Cell(inner) => format!("{receiver}.take(){}", look(self, inner)),
            Type::List(inner) | Type::Locked(inner) => {
                let borrow = self.borrow(ty, receiver, false)?;
                match self.random.below(3) {
                    0 => {
                        let look = self.look_at(inner, "it");
                        format!("{borrow}.iter().map(|it| {look}).sum::<usize>()")
                    }
                    1 => format!("{borrow}.first(){}", look(self, inner)),
                    _ => format!("{borrow}.last(){}", look(self, inner)),
                }
            }
            Type::Receiver(inner) => format!("{receiver}.try_recv(){}", look(self, inner)),
            _ => return self.kept_number(ty),
        })
    }

    /// A guard of what is in a container, unless one may be there.
    pub(super) fn borrow(&mut self, ty: &Type, receiver: &str, mutably: bool) -> Option<String> {
        if self.busy.contains(ty) {
            return None;
        }
        self.busy.push(ty.clone());
        Some(match ty {
            Type::Locked(_) => format!("{receiver}.lock().unwrap()"),
            _ if mutably => format!("{receiver}.borrow_mut()"),
            _ => format!("{receiver}.borrow()"),
        })
    }
}

/// What is found in a value of the type.
fn reach(ty: &Type, list: &mut Vec<Type>) {
    match ty {
        Type::Counted(inner) | Type::Shared(inner) | Type::Boxed(inner) => reach(inner, list),
        Type::Option(inner) if matches!(**inner, Type::Call(_)) => list.push(ty.clone()),
        Type::Word
        | Type::Mark
        | Type::Lent(_)
        | Type::Cell(_)
        | Type::List(_)
        | Type::Locked(_)
        | Type::Sender(_)
        | Type::Receiver(_)
        | Type::Iterator(_)
        | Type::Slice(_)
        | Type::Future(_)
        | Type::Closure(_) => list.push(ty.clone()),
        _ => {}
    }
}
