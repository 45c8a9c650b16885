//! Iterators, parts of slices, boxed closures and futures, which are made before a suspension and used
//! after it.
use super::Generator;
use super::scope::Access;
use super::types::{Call, Family, Type};

impl Generator {
    /// A boxed closure that owns what it looks at.
    pub(super) fn call(&mut self, family: Family, depth: usize) -> String {
        let (kept, look) = match self.random.below(4) {
            0 => {
                let cell = Type::counted(Type::Cell(Box::new(Type::Lent(family))));
                let look = "it.get().map_or(0, |it| it.read(log))";
                (self.value(&cell, depth), look.to_owned())
            }
            1 => (self.value(&Type::Noisy, depth), "it.look()".to_owned()),
            _ => (
                self.value(&Type::Lent(family), depth),
                "it.read(log)".to_owned(),
            ),
        };
        format!("{{ let it = {kept}; Box::new(move || {look}) as Call<'_> }}")
    }

    /// A number by what is kept.
    pub(super) fn kept_number(&mut self, ty: &Type) -> Option<String> {
        let is_taken = matches!(ty, Type::Future(_) | Type::Closure(Call::Once));
        if is_taken {
            let place = self.place(ty, Access::Move)?;
            if !self.busy.is_empty() {
                return None;
            }
            self.scope.take(&place);
            return Some(match ty {
                Type::Future(_) => format!("{}.await", place.text),
                _ => format!("{}().look()", place.text),
            });
        }
        let is_shared = matches!(
            ty,
            Type::Closure(Call::Often | Call::Gets(_) | Call::Puts(_)) | Type::Sender(_)
        );
        let access = if is_shared {
            Access::Share
        } else {
            Access::Exclude
        };
        let place = self.place(ty, access)?;
        let receiver = place.receiver;
        match ty {
            Type::Closure(Call::Often | Call::Mutably) => Some(format!("{receiver}()")),
            Type::Closure(Call::Gets(_)) => {
                Some(format!("{receiver}().map_or(0, |it| it.read(log))"))
            }
            Type::Iterator(inner) => {
                let look = self.look_at(inner, "it");
                let next = self.random.pick(&["next", "next_back"]).to_owned();
                Some(format!("{receiver}.{next}().map_or(0, |it| {look})"))
            }
            Type::Slice(inner) if **inner == Type::Noisy => {
                let label = self.label();
                Some(format!("{receiver}[0].change(\"{label}\").look()"))
            }
            Type::Slice(_) => Some(format!("{receiver}[0].read(log)")),
            Type::Option(_) if self.busy.is_empty() => {
                Some(format!("{receiver}.as_mut().map_or(0, |it| it())"))
            }
            _ => None,
        }
    }

    /// `let` with an iterator of what a local has, or with both parts of a slice.
    pub(super) fn let_iterator(&mut self) -> Option<String> {
        let inner = self.random.pick(&[Type::Noisy, Type::Word]).clone();
        let array = Type::Array(Box::new(inner.clone()));
        if self.random.chance(40)
            && let Some(place) = self.place(&array, Access::Exclude)
        {
            let borrows = self.scope.borrow(&place, true);
            let (left, right) = (self.name(), self.name());
            for name in [&left, &right] {
                let ty = Type::Slice(Box::new(inner.clone()));
                let index = self.scope.declare(name.clone(), ty, true);
                self.scope.add_borrows(index, &borrows);
            }
            return Some(format!(
                "let (mut {left}, mut {right}) = {}.split_at_mut(1);\n",
                place.receiver
            ));
        }
        let list = if self.random.chance(50) {
            array
        } else {
            Type::vec(inner.clone())
        };
        let place = self.place(&list, Access::Share)?;
        let borrows = self.scope.borrow(&place, false);
        let text = format!("{}.iter()", place.receiver);
        Some(self.bind_reference(Type::Iterator(Box::new(inner)), &text, borrows))
    }

    /// A future that puts a reference into a cell, for later.
    pub(super) fn let_future(&mut self, family: Family) -> String {
        let cell = Type::counted(Type::Cell(Box::new(Type::Lent(family))));
        let end = self.value(&cell, 1);
        let what = self.value(&Type::Lent(family), 1);
        let name = self.name();
        if self.diverged {
            return format!(
                "let _: ({cell}, {}) = ({end}, {what});\n",
                Type::Lent(family)
            );
        }
        self.scope
            .declare(name.clone(), Type::Future(family), false);
        if self.random.chance(50) {
            return format!("let {name} = store(log, {end}, {what});\n");
        }
        let wait = if self.random.chance(50) {
            "log.pend(1, ()).await;"
        } else {
            ""
        };
        format!(
            "let {name} = {{ let (end, what) = ({end}, {what}); async move {{ end.set(Some(what)); {wait} what.read(log) }} }};\n"
        )
    }

    /// A closure that writes to a cell or reads it, and owns or borrows its end.
    pub(super) fn let_cell_closure(&mut self, family: Family) -> Option<String> {
        let cell = Type::Cell(Box::new(Type::Lent(family)));
        let (captured, how, borrows) = if self.random.chance(50) {
            let index = self.whole_local(&Type::counted(cell))?;
            (self.scope.locals[index].name.clone(), "move ", Vec::new())
        } else {
            let place = self.place(&cell, Access::Share)?;
            let borrows = self.scope.borrow(&place, false);
            (place.receiver, "", borrows)
        };
        let (call, text) = if self.random.chance(60) {
            let text = format!("{how}|it| {captured}.set(Some(it))");
            (Call::Puts(family), text)
        } else {
            (Call::Gets(family), format!("{how}|| {captured}.get()"))
        };
        let name = self.name();
        let index = self.scope.declare(name.clone(), Type::Closure(call), false);
        self.scope.add_borrows(index, &borrows);
        Some(format!("let {name} = {text};\n"))
    }

    /// Two values change places, or one is taken out.
    pub(super) fn swapped(&mut self) -> Option<String> {
        let ty = if self.random.chance(60) {
            self.sharing_type()?
        } else {
            self.owned_type()
        };
        let first = self.place(&ty, Access::Exclude)?;
        let mark = self.freeze(&first, true);
        let second = self.place(&ty, Access::Exclude);
        let text = match second {
            Some(second) if second.local != first.local => {
                format!(
                    "std::mem::swap(&mut {}, &mut {});\n",
                    first.text, second.text
                )
            }
            _ => {
                let taken = match &ty {
                    Type::Option(_) | Type::Vec(_) => {
                        format!("std::mem::take(&mut {})", first.text)
                    }
                    _ => {
                        let value = self.value(&ty, 1);
                        format!("std::mem::replace(&mut {}, {value})", first.text)
                    }
                };
                if self.diverged || self.random.chance(30) {
                    format!("drop({taken});\n")
                } else {
                    let binding = self.binding(&ty);
                    format!("let {binding} = {taken};\n")
                }
            }
        };
        self.scope.frozen.truncate(mark);
        Some(text)
    }
}
