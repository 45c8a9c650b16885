//! Expressions that own what they give.
use super::Generator;
use super::scope::{Access, Place};
use super::types::Type;

impl Generator {
    /// An expression of the type.
    pub(super) fn value(&mut self, ty: &Type, depth: usize) -> String {
        if !self.spend() || depth == 0 || self.diverged {
            return self.leaf(ty);
        }
        match self.random.below(100) {
            0..28 => self.moved(ty).unwrap_or_else(|| self.made(ty, depth - 1)),
            28..46 => {
                let value = self.value(ty, depth - 1);
                self.wait(&value)
            }
            46..60 => self.branching(ty, depth - 1),
            _ => self.made(ty, depth - 1),
        }
    }

    /// A small expression of the type.
    fn leaf(&mut self, ty: &Type) -> String {
        if self.random.chance(40)
            && let Some(moved) = self.moved(ty)
        {
            return moved;
        }
        match ty {
            Type::Number => self.random.below(4).to_string(),
            Type::Bool => {
                let label = self.label();
                let value = self.random.chance(60);
                format!("log.test(\"{label}\", {value})")
            }
            Type::Word => self.word(),
            Type::Option(_) if self.random.chance(25) => format!("None::<{}>", ty.inner()),
            Type::Vec(_) if self.random.chance(15) => format!("Vec::<{}>::new()", ty.inner()),
            _ => self.made(ty, 0),
        }
    }

    /// A use of a local by value.
    pub(super) fn moved(&mut self, ty: &Type) -> Option<String> {
        let places = self.scope.places(ty, Access::Move);
        if places.is_empty() {
            return None;
        }
        let place: Place = self.random.pick(&places).clone();
        if !ty.is_copy() {
            self.scope.take(&place);
        }
        // What is made next may not touch what the value borrows.
        self.scope.frozen.extend(self.scope.lent_to(ty));
        Some(place.text)
    }

    /// Made by something that belongs to the type.
    fn made(&mut self, ty: &Type, depth: usize) -> String {
        match ty {
            Type::Unit => self.unit(depth),
            Type::Number => self.number(depth),
            Type::Bool => self.condition(depth),
            Type::Noisy => self.noisy(depth),
            Type::Point => self.point(depth),
            Type::Shape => match self.random.below(4) {
                0 => "Shape::Empty".to_owned(),
                1 => format!(
                    "Shape::Line({}, {})",
                    self.value(&Type::Noisy, depth),
                    self.value(&Type::Noisy, depth)
                ),
                2 => format!(
                    "Shape::Named {{ name: {}, at: {} }}",
                    self.value(&Type::Noisy, depth),
                    self.value(&Type::Point, depth)
                ),
                _ => format!("Shape::Dot({})", self.value(&Type::Noisy, depth)),
            },
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.value(part, depth)).collect();
                format!("({},)", parts.join(", "))
            }
            Type::Option(inner) => self.option(inner, depth),
            Type::Vec(inner) => self.vector(inner, depth),
            Type::Array(inner) => {
                format!(
                    "[{}, {}]",
                    self.value(inner, depth),
                    self.value(inner, depth)
                )
            }
            Type::Boxed(inner) => format!("Box::new({})", self.value(inner, depth)),
            Type::Result(inner) => match self.random.below(8) {
                0 => {
                    let error = self.value(&Type::Noisy, depth);
                    format!("Err::<{inner}, Noisy>({error})")
                }
                1 | 2 if **inner == Type::Noisy => {
                    let condition = self.value(&Type::Bool, depth);
                    let label = self.label();
                    format!("attempt(log, \"{label}\", {condition}).await")
                }
                3 => {
                    let option = self.value(&Type::Option(inner.clone()), depth);
                    let label = self.label();
                    format!("{option}.ok_or_else(|| log.drop_of(\"{label}\"))")
                }
                _ => format!("Ok::<{inner}, Noisy>({})", self.value(inner, depth)),
            },
            Type::Word
            | Type::Mark
            | Type::Lent(_)
            | Type::Cell(_)
            | Type::List(_)
            | Type::Locked(_)
            | Type::Counted(_)
            | Type::Sender(_)
            | Type::Receiver(_)
            | Type::Cursor(_)
            | Type::Call(_) => self.end(ty, depth),
            Type::Shared(_)
            | Type::Exclusive(_)
            | Type::Holder
            | Type::Guard
            | Type::Closure(_)
            | Type::Future(_)
            | Type::Iterator(_)
            | Type::Slice(_) => unreachable!("a statement of its own makes these"),
        }
    }

    fn unit(&mut self, depth: usize) -> String {
        match self.random.below(4) {
            0 => "()".to_owned(),
            1 => "log.pend(1, ()).await".to_owned(),
            2 => format!("drop({})", self.value(&Type::Noisy, depth)),
            _ => format!("log.event(\"{}\")", self.label()),
        }
    }

    fn noisy(&mut self, depth: usize) -> String {
        let label = self.label();
        if depth == 0 {
            return format!("log.drop_of(\"{label}\")");
        }
        match self.random.below(22) {
            0 | 1 => format!("{}.wait_own().await", self.value(&Type::Noisy, depth)),
            2 | 3 => format!("{}.renamed(\"{label}\")", self.value(&Type::Noisy, depth)),
            4 => {
                let left = self.value(&Type::Noisy, depth);
                format!("({left} + {})", self.value(&Type::Noisy, depth))
            }
            5 | 6 => format!("make(log, \"{label}\").await"),
            7 => {
                let option = self.value(&Type::option(Type::Noisy), depth);
                format!("{option}.unwrap_or({})", self.value(&Type::Noisy, depth))
            }
            8 => {
                let option = self.value(&Type::option(Type::Noisy), depth);
                format!("{option}.unwrap_or_else(|| log.drop_of(\"{label}\"))")
            }
            9 | 10 if matches!(self.output, Type::Result(_)) => {
                format!("{}?", self.value(&Type::result(Type::Noisy), depth))
            }
            11 => format!("{}.x", self.value(&Type::Point, depth)),
            12 => {
                let field = self.random.below(2);
                format!("{}.{field}", self.value(&Type::pair(), depth))
            }
            13 => {
                let first = self.value(&Type::Noisy, depth);
                let second = self.value(&Type::Noisy, depth);
                let index = self.random.below(2);
                format!("vec![{first}, {second}].remove({index})")
            }
            14 => format!(
                "(*{})",
                self.value(&Type::Boxed(Box::new(Type::Noisy)), depth)
            ),
            15 => format!("{}.into_y().await", self.value(&Type::Point, depth)),
            16 => {
                let first = self.value(&Type::Noisy, depth);
                let second = self.value(&Type::Number, depth);
                format!("second(log, {second}, {first}).await")
            }
            17 => {
                let places = self.scope.places(&Type::Noisy, Access::Exclude);
                if places.is_empty() {
                    return format!("log.drop_of(\"{label}\")");
                }
                let place = self.random.pick(&places).clone();
                let mark = self.freeze(&place, true);
                let value = self.value(&Type::Noisy, depth);
                self.scope.frozen.truncate(mark);
                format!("std::mem::replace(&mut {}, {value})", place.text)
            }
            18 => {
                let mut called = self.value(&Type::Noisy, depth);
                called = self.wait(&called);
                format!("{{ let kept = {called}; kept }}")
            }
            _ => format!("log.drop_of(\"{label}\")"),
        }
    }

    fn point(&mut self, depth: usize) -> String {
        let first = self.value(&Type::Noisy, depth);
        if depth > 0 && self.random.chance(15) {
            return format!(
                "Point {{ y: {first}, ..{} }}",
                self.value(&Type::Point, depth)
            );
        }
        let second = self.value(&Type::Noisy, depth);
        if self.random.chance(50) {
            format!("Point {{ x: {first}, y: {second} }}")
        } else {
            format!("Point {{ y: {first}, x: {second} }}")
        }
    }

    fn option(&mut self, inner: &Type, depth: usize) -> String {
        match self.random.below(9) {
            0 => format!("None::<{inner}>"),
            1 | 2 => {
                let vectors = self
                    .scope
                    .places(&Type::vec(inner.clone()), Access::Exclude);
                if vectors.is_empty() {
                    return format!("Some({})", self.value(inner, depth));
                }
                format!("{}.pop()", self.random.pick(&vectors).receiver)
            }
            3 => {
                let options = self
                    .scope
                    .places(&Type::option(inner.clone()), Access::Exclude);
                if options.is_empty() {
                    return format!("Some({})", self.value(inner, depth));
                }
                format!("{}.take()", self.random.pick(&options).receiver)
            }
            4 if *inner == Type::Noisy && depth > 0 => {
                let label = self.label();
                let option = self.value(&Type::option(Type::Noisy), depth);
                format!("{option}.map(|inner| inner.renamed(\"{label}\"))")
            }
            5 if *inner == Type::Noisy && depth > 0 => {
                format!("{}.ok()", self.value(&Type::result(Type::Noisy), depth))
            }
            6 if *inner == Type::Noisy && depth > 0 => {
                format!(
                    "{}.into_iter().next()",
                    self.value(&Type::vec(Type::Noisy), depth)
                )
            }
            _ => format!("Some({})", self.value(inner, depth)),
        }
    }

    fn vector(&mut self, inner: &Type, depth: usize) -> String {
        if *inner == Type::Noisy && self.random.chance(25) {
            let (first, second) = (self.label(), self.label());
            return format!("log.list(&[\"{first}\", \"{second}\"])");
        }
        let count = self.random.between(1, 3);
        let values: Vec<String> = (0..count).map(|_| self.value(inner, depth)).collect();
        format!("vec![{}]", values.join(", "))
    }
}
