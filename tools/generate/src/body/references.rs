//! Borrows, and values that hold them.
use super::Generator;
use super::scope::{Access, Borrow, Place};
use super::types::{Call, Type};

impl Generator {
    /// Keeps the place as it is while other expressions are made. Returns what to truncate
    /// the list to.
    pub(super) fn freeze(&mut self, place: &Place, exclusive: bool) -> usize {
        let mark = self.scope.frozen.len();
        let borrows = self.scope.borrow(place, exclusive);
        self.scope.frozen.extend(borrows);
        mark
    }

    pub(super) fn place(&mut self, ty: &Type, access: Access) -> Option<Place> {
        let places = self.scope.places(ty, access);
        if places.is_empty() {
            return None;
        }
        Some(self.random.pick(&places).clone())
    }

    /// A reference for the length of a call: `&place` or `&value`, frozen until the caller
    /// truncates.
    pub(super) fn argument(&mut self, ty: &Type, depth: usize) -> String {
        if self.random.chance(70)
            && let Some(place) = self.place(ty, Access::Share)
        {
            self.freeze(&place, false);
            return format!("&{}", place.text);
        }
        format!("&{}", self.value(ty, depth))
    }

    /// A receiver that is borrowed by the method: a place, or a temporary.
    pub(super) fn receiver(&mut self, ty: &Type, depth: usize) -> String {
        if self.random.chance(75)
            && let Some(place) = self.place(ty, Access::Share)
        {
            self.freeze(&place, false);
            return place.receiver;
        }
        self.value(ty, depth)
    }

    /// A shared reference that outlives its statement, and what it borrows.
    pub(super) fn shared(&mut self, ty: &Type, depth: usize) -> Option<(String, Vec<Borrow>)> {
        let place = self.place(ty, Access::Share)?;
        let borrows = self.scope.borrow(&place, false);
        let mut text = match self.random.below(5) {
            0 if *ty == Type::Noisy => format!("{}.itself()", place.receiver),
            1 if *ty == Type::Noisy => format!("{}.wait().await", place.receiver),
            _ => format!("&{}", place.text),
        };
        if self.random.chance(20) {
            text = self.wait(&text);
        }
        if depth > 0 && self.random.chance(20) {
            let mark = self.freeze(&place, false);
            let condition = self.value(&Type::Bool, 1);
            let other = self.shared(ty, depth - 1);
            self.scope.frozen.truncate(mark);
            let (other, more) = other?;
            text = format!("if {condition} {{ {text} }} else {{ {other} }}");
            return Some((text, [borrows, more].concat()));
        }
        Some((text, borrows))
    }

    /// `let` with a reference, or with what holds one.
    pub(super) fn let_reference(&mut self) -> Option<String> {
        if let Some(ty) = self.sharing_type()
            && let Some(place) = self.place(&ty, Access::Share)
        {
            let borrows = self.scope.borrow(&place, false);
            let text = format!("&{}", place.text);
            return Some(self.bind_reference(Type::shared(ty), &text, borrows));
        }
        let ty = match self.random.below(8) {
            0 => Type::option(Type::Noisy),
            1 => Type::vec(Type::Noisy),
            2 => Type::Point,
            3 => Type::pair(),
            _ => Type::Noisy,
        };
        match self.random.below(12) {
            0..4 => {
                let (text, borrows) = self.shared(&ty, 2)?;
                Some(self.bind_reference(Type::shared(ty), &text, borrows))
            }
            4 | 5 => {
                let place = self.place(&ty, Access::Exclude)?;
                let borrows = self.scope.borrow(&place, true);
                let text = match self.random.below(4) {
                    0 if ty == Type::Noisy => format!("{}.wait_mut().await", place.receiver),
                    1 if ty == Type::Noisy => {
                        format!("{}.change(\"{}\")", place.receiver, self.label())
                    }
                    2 => {
                        let text = format!("&mut {}", place.text);
                        self.wait(&text)
                    }
                    _ => format!("&mut {}", place.text),
                };
                Some(self.bind_reference(Type::exclusive(ty), &text, borrows))
            }
            6 => {
                // A temporary that lives as long as the binding.
                let value = self.value(&ty, 2);
                if self.random.chance(50) {
                    Some(self.bind_reference(Type::shared(ty), &format!("&{value}"), Vec::new()))
                } else {
                    let text = format!("&mut {value}");
                    Some(self.bind_reference(Type::exclusive(ty), &text, Vec::new()))
                }
            }
            7 | 8 => {
                let (held, borrows) = self.shared(&Type::Noisy, 0)?;
                let mark = self.scope.frozen.len();
                self.scope.frozen.extend(borrows.iter().copied());
                let own = self.value(&Type::Noisy, 2);
                self.scope.frozen.truncate(mark);
                let text = format!("Holder {{ held: {held}, own: {own} }}");
                Some(self.bind_reference(Type::Holder, &text, borrows))
            }
            9 => {
                let place = self.place(&Type::Noisy, Access::Share)?;
                let borrows = self.scope.borrow(&place, false);
                let text = format!("lock(&{})", place.text);
                Some(self.bind_reference(Type::Guard, &text, borrows))
            }
            _ => self.let_fields(),
        }
    }

    pub(super) fn bind_reference(&mut self, ty: Type, text: &str, borrows: Vec<Borrow>) -> String {
        let name = self.name();
        let index = self.scope.declare(name.clone(), ty, true);
        self.scope.add_borrows(index, &borrows);
        format!("let mut {name} = {text};\n")
    }

    /// Two fields of one local, borrowed at once.
    fn let_fields(&mut self) -> Option<String> {
        let whole = self.place(&Type::Point, Access::Exclude)?;
        let first = self.scope.borrow(&whole, true);
        let text = format!("&mut {}.x", whole.receiver);
        let mut made = self.bind_reference(Type::exclusive(Type::Noisy), &text, first.clone());
        if self.random.chance(50) {
            made.push_str("log.pend(1, ()).await;\n");
        }
        let text = format!("&{}.y", whole.receiver);
        made.push_str(&self.bind_reference(Type::shared(Type::Noisy), &text, first));
        Some(made)
    }

    /// `let` with a closure that captures in one way or another.
    pub(super) fn let_closure(&mut self) -> Option<String> {
        let name = self.name();
        let label = self.label();
        let (call, text, borrows, mutable) = match self.random.below(4) {
            0 => {
                let place = self.place(&Type::Noisy, Access::Share)?;
                let borrows = self.scope.borrow(&place, false);
                (
                    Call::Often,
                    format!("|| {}.look()", place.receiver),
                    borrows,
                    false,
                )
            }
            1 => {
                let index = self.whole_local(&Type::Noisy)?;
                let captured = self.scope.locals[index].name.clone();
                (
                    Call::Often,
                    format!("move || {captured}.look()"),
                    Vec::new(),
                    false,
                )
            }
            2 => {
                let place = self.place(&Type::vec(Type::Noisy), Access::Exclude)?;
                let borrows = self.scope.borrow(&place, true);
                let text = format!(
                    "|| {{ {0}.push(log.drop_of(\"{label}\")); {0}.len() }}",
                    place.receiver
                );
                (Call::Mutably, text, borrows, true)
            }
            _ => {
                let index = self.whole_local(&Type::Noisy)?;
                let captured = self.scope.locals[index].name.clone();
                let text = if self.random.chance(50) {
                    format!("move || {captured}.renamed(\"{label}\")")
                } else {
                    format!("|| {captured}")
                };
                (Call::Once, text, Vec::new(), false)
            }
        };
        let index = self
            .scope
            .declare(name.clone(), Type::Closure(call), mutable);
        self.scope.add_borrows(index, &borrows);
        let mutable = if mutable { "mut " } else { "" };
        Some(format!("let {mutable}{name} = {text};\n"))
    }

    /// Takes a whole local for a closure.
    pub(super) fn whole_local(&mut self, ty: &Type) -> Option<usize> {
        let places: Vec<Place> = self
            .scope
            .places(ty, Access::Move)
            .into_iter()
            .filter(|place| place.text == self.scope.locals[place.local].name)
            .collect();
        if places.is_empty() {
            return None;
        }
        let place = self.random.pick(&places).clone();
        self.scope.take(&place);
        Some(place.local)
    }

    /// A local that borrows is not used any more.
    pub(super) fn end_a_borrow(&mut self) {
        let candidates: Vec<usize> = (0..self.scope.locals.len())
            .filter(|&index| {
                let local = &self.scope.locals[index];
                !local.borrows.is_empty()
                    && !local.ty.borrows_to_the_end()
                    && self.scope.is_movable(index)
                    && local.state == super::State::Live
            })
            .collect();
        if !candidates.is_empty() {
            let index = *self.random.pick(&candidates);
            self.scope.locals[index].state = super::State::Gone;
        }
    }
}
