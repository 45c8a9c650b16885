//! Patterns. Each declares what it binds.
use super::Generator;
use super::scope::Borrow;
use super::types::Type;

impl Generator {
    /// A pattern that every value matches. With `by_reference` the bindings are references.
    pub(super) fn pattern(&mut self, ty: &Type, depth: usize, by_reference: bool) -> String {
        let choice = self.random.below(20);
        if choice == 0 {
            return "_".to_owned();
        }
        if choice == 1 && !by_reference && !ty.is_copy() {
            let name = self.name();
            self.scope
                .declare(name.clone(), Type::shared(ty.clone()), false);
            return format!("ref {name}");
        }
        if depth == 0 || choice < 6 {
            return self.bound(ty, by_reference);
        }
        match ty {
            Type::Tuple(parts) if choice == 6 && parts.len() > 1 => {
                let last = parts.last().expect("there are two");
                format!("(.., {})", self.pattern(last, depth - 1, by_reference))
            }
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| self.pattern(part, depth - 1, by_reference))
                    .collect();
                format!("({},)", parts.join(", "))
            }
            Type::Point if choice < 10 => {
                format!(
                    "Point {{ y: {}, .. }}",
                    self.pattern(&Type::Noisy, 0, by_reference)
                )
            }
            Type::Point => {
                let first = self.pattern(&Type::Noisy, 0, by_reference);
                let second = self.pattern(&Type::Noisy, 0, by_reference);
                format!("Point {{ x: {first}, y: {second} }}")
            }
            Type::Array(inner) => {
                let first = self.pattern(inner, depth - 1, by_reference);
                if choice < 10 {
                    format!("[{first}, ..]")
                } else {
                    let second = self.pattern(inner, depth - 1, by_reference);
                    format!("[{first}, {second}]")
                }
            }
            _ => self.bound(ty, by_reference),
        }
    }

    fn bound(&mut self, ty: &Type, by_reference: bool) -> String {
        if !by_reference {
            return self.binding(ty);
        }
        let name = self.name();
        self.scope
            .declare(name.clone(), Type::shared(ty.clone()), false);
        name
    }

    /// The references among the locals from the number on borrow this.
    pub(super) fn bind_borrows(&mut self, before: usize, borrows: &[Borrow]) {
        for index in before..self.scope.locals.len() {
            if matches!(self.scope.locals[index].ty, Type::Shared(_)) {
                self.scope.add_borrows(index, borrows);
            }
        }
    }

    /// A pattern that some values do not match.
    pub(super) fn refutable(
        &mut self,
        ty: &Type,
        by_reference: bool,
        borrows: &[Borrow],
    ) -> String {
        let before = self.scope.locals.len();
        let pattern = self.refuting(ty, by_reference);
        self.bind_borrows(before, borrows);
        pattern
    }

    fn refuting(&mut self, ty: &Type, by_reference: bool) -> String {
        match ty {
            Type::Option(inner) => match self.random.below(12) {
                0 => "None".to_owned(),
                1 => "Some(_)".to_owned(),
                2 if by_reference => {
                    let name = self.name();
                    self.scope
                        .declare(name.clone(), Type::shared(ty.clone()), false);
                    format!("{name} @ Some(_)")
                }
                2 => {
                    let name = self.name();
                    self.scope.declare(name.clone(), ty.clone(), false);
                    format!("{name} @ Some(_)")
                }
                _ => format!("Some({})", self.pattern(inner, 2, by_reference)),
            },
            Type::Result(inner) => match self.random.below(4) {
                0 => format!("Err({})", self.pattern(&Type::Noisy, 1, by_reference)),
                1 if **inner == Type::Noisy => {
                    let bound = self.bound(&Type::Noisy, by_reference);
                    format!("(Ok({bound}) | Err({bound}))")
                }
                _ => format!("Ok({})", self.pattern(inner, 2, by_reference)),
            },
            Type::Shape => match self.random.below(6) {
                0 => "Shape::Empty".to_owned(),
                1 => {
                    let bound = self.bound(&Type::Noisy, by_reference);
                    format!("(Shape::Dot({bound}) | Shape::Line({bound}, _))")
                }
                2 => {
                    let first = self.pattern(&Type::Noisy, 1, by_reference);
                    let second = self.pattern(&Type::Noisy, 1, by_reference);
                    format!("Shape::Line({first}, {second})")
                }
                3 => {
                    let at = self.pattern(&Type::Point, 1, by_reference);
                    format!("Shape::Named {{ at: {at}, .. }}")
                }
                _ => format!(
                    "Shape::Dot({})",
                    self.pattern(&Type::Noisy, 1, by_reference)
                ),
            },
            Type::Number => "0 | 1".to_owned(),
            Type::Tuple(parts) => {
                let mut texts = Vec::new();
                for (index, part) in parts.iter().enumerate() {
                    texts.push(if index == 0 {
                        self.refuting(part, by_reference)
                    } else {
                        self.pattern(part, 1, by_reference)
                    });
                }
                format!("({},)", texts.join(", "))
            }
            _ => self.pattern(ty, 1, by_reference),
        }
    }
}
