//! Statements.
use super::Generator;
use super::scope::{Access, State};
use super::types::{Call, Type};

impl Generator {
    pub(super) fn statements(&mut self, count: usize, depth: usize) -> String {
        let mut text = String::new();
        for _ in 0..count {
            if self.diverged || !self.spend() {
                break;
            }
            let (frozen, busy) = (self.scope.frozen.len(), self.busy.len());
            self.shadowed = self.scope.locals.len();
            let statement = if self.shares && self.random.chance(45) {
                self.sharing(depth)
            } else {
                None
            };
            let statement = statement.unwrap_or_else(|| self.statement(depth));
            text.push_str(&statement);
            self.scope.frozen.truncate(frozen);
            self.busy.truncate(busy);
            if self.random.chance(30) {
                self.end_a_borrow();
            }
        }
        text
    }

    fn statement(&mut self, depth: usize) -> String {
        let deep = depth > 0;
        let inner = depth.saturating_sub(1);
        match self.random.below(100) {
            0..14 => self.let_value(depth),
            14..25 => self
                .let_reference()
                .unwrap_or_else(|| self.let_value(depth)),
            25..31 => self.let_pattern(depth),
            31..35 if deep => self.let_else(inner),
            35..41 if deep => self.deferred(inner),
            41..49 => self.assignment(depth).unwrap_or_else(|| self.used(depth)),
            49..53 => self.let_closure().unwrap_or_else(|| self.used(depth)),
            53..62 if deep => format!("{}\n", self.statement_form(inner)),
            62..70 if deep => self.repeated(inner),
            70..75 if deep => self.conditional_exit(inner),
            75..79 if deep => self.conditional_move(inner),
            79..82 => "log.pend(1, ()).await;\n".to_owned(),
            82..85 if deep => self.replaced().unwrap_or_else(|| self.used(depth)),
            _ => self.used(depth),
        }
    }

    /// A branch or a loop as a statement.
    fn statement_form(&mut self, depth: usize) -> String {
        let form = self.branching(&Type::Unit, depth);
        // A parenthesised block would be an expression whose value is unused.
        format!("{form};")
    }

    fn let_value(&mut self, depth: usize) -> String {
        let ty = self.owned_type();
        let value = self.value(&ty, depth.max(1));
        let annotated = self.random.chance(15);
        match self.random.below(16) {
            0 => format!("let _ = {value};\n"),
            _ if self.diverged => format!("let _: {ty} = {value};\n"),
            _ => {
                let binding = self.binding(&ty);
                if annotated {
                    format!("let {binding}: {ty} = {value};\n")
                } else {
                    format!("let {binding} = {value};\n")
                }
            }
        }
    }

    fn let_pattern(&mut self, depth: usize) -> String {
        let ty = match self.random.below(6) {
            0 => Type::Point,
            1 => Type::Array(Box::new(Type::Noisy)),
            2 => Type::Tuple(vec![Type::Noisy, Type::pair()]),
            3 => Type::Tuple(vec![Type::Point, Type::Noisy]),
            4 => Type::Tuple(vec![Type::Noisy, Type::Number, Type::Noisy]),
            _ => Type::pair(),
        };
        let before = self.scope.locals.len();
        let (scrutinee, borrows, by_reference) = self.scrutinee(&ty, depth.max(1));
        let pattern = self.pattern(&ty, 2, by_reference);
        self.bind_borrows(before, &borrows);
        format!("let {pattern} = {scrutinee};\n")
    }

    fn let_else(&mut self, depth: usize) -> String {
        let ty = self.matched_type();
        let (scrutinee, borrows, by_reference) = self.scrutinee(&ty, depth);
        if self.diverged {
            return format!("{scrutinee};\n");
        }
        let otherwise = self.otherwise(depth);
        let pattern = self.refutable(&ty, by_reference, &borrows);
        format!("let {pattern} = {scrutinee} else {{ {otherwise} }};\n")
    }

    /// A declaration without a value, and what gives it one, maybe.
    fn deferred(&mut self, depth: usize) -> String {
        let ty = self.owned_type();
        let name = self.name();
        let mutable = self.random.chance(30);
        let index = self.scope.declare(name.clone(), ty.clone(), mutable);
        self.scope.locals[index].state = State::Unset;
        let mutable = if mutable { "mut " } else { "" };
        let mut text = format!("let {mutable}{name}: {ty};\n");
        if self.random.chance(50) {
            text.push_str(&self.statements(1, depth));
        }
        if self.diverged || self.scope.locals[index].state != State::Unset {
            return text;
        }
        let condition = Self::enclosed(self.value(&Type::Bool, depth));
        if self.diverged {
            return text;
        }
        let before = self.scope.states();
        let first = self.value(&ty, depth.max(1));
        let diverged = std::mem::take(&mut self.diverged);
        let taken = self.scope.states();
        self.scope.restore(&before);
        let otherwise = if self.random.chance(60) {
            let second = self.value(&ty, depth.max(1));
            self.scope.locals[index].state = State::Live;
            format!("else {{ {name} = {second}; }}")
        } else {
            String::new()
        };
        let both = !otherwise.is_empty() && !diverged && !self.diverged;
        self.diverged = false;
        let rest = self.scope.states();
        self.scope.merge(&[taken, rest]);
        self.scope.locals[index].state = if both { State::Live } else { State::Gone };
        format!("{text}if {condition} {{ {name} = {first}; }} {otherwise}\n")
    }

    /// `local = value`, `local.field = value`, `*reference = value` and `local += value`.
    fn assignment(&mut self, depth: usize) -> Option<String> {
        if self.random.chance(30) {
            let ty = if self.random.chance(50) {
                Type::Noisy
            } else {
                Type::Number
            };
            let place = self.place(&ty, Access::Exclude)?;
            let value = if ty == Type::Number {
                self.value(&ty, depth)
            } else {
                let mark = self.freeze(&place, true);
                let value = self.value(&ty, depth);
                self.scope.frozen.truncate(mark);
                value
            };
            return Some(format!("{} += {value};\n", place.text));
        }
        if self.random.chance(35) {
            let ty = self.owned_type();
            let places = self.scope.places(&ty, Access::Exclude);
            let places: Vec<_> = places
                .into_iter()
                .filter(|place| place.field.is_some() || place.behind)
                .collect();
            if places.is_empty() {
                return None;
            }
            let place = self.random.pick(&places).clone();
            let mark = self.freeze(&place, true);
            let value = self.value(&ty, depth);
            self.scope.frozen.truncate(mark);
            return Some(format!("{} = {value};\n", place.text));
        }
        let candidates: Vec<usize> = (0..self.scope.locals.len())
            .filter(|&index| {
                let ty = &self.scope.locals[index].ty;
                self.scope.assignable(index)
                    && (self.scope.locals[index].borrows.is_empty() || ty.family().is_some())
                    && !ty.is_made_once()
            })
            .collect();
        if candidates.is_empty() {
            return None;
        }
        let index = *self.random.pick(&candidates);
        let ty = self.scope.locals[index].ty.clone();
        let value = self.value(&ty, depth);
        if !self.diverged {
            self.scope.locals[index].state = State::Live;
        }
        Some(format!("{} = {value};\n", self.scope.locals[index].name))
    }

    /// A value is taken and put back, which is fine in a loop too.
    fn replaced(&mut self) -> Option<String> {
        let place = self.place(&Type::Noisy, Access::Exclude)?;
        if place.behind || place.field.is_some() {
            return None;
        }
        let label = self.label();
        let name = place.text;
        Some(match self.random.below(3) {
            0 => format!("{name} = {name}.wait_own().await;\n"),
            1 => {
                format!("drop({name}); log.pend(1, ()).await; {name} = log.drop_of(\"{label}\");\n")
            }
            _ => format!("{name} = pass(log, {name}.renamed(\"{label}\")).await;\n"),
        })
    }

    /// A local that one branch takes.
    fn conditional_move(&mut self, depth: usize) -> String {
        let condition = Self::enclosed(self.value(&Type::Bool, depth));
        if self.diverged {
            return String::new();
        }
        let before = self.scope.states();
        let ty = self.owned_type();
        let Some(moved) = self.moved(&ty) else {
            return self.used(depth);
        };
        let taken = match self.random.below(3) {
            0 => format!("drop({moved});"),
            1 => format!("log.pend(1, {moved}).await;"),
            _ => format!("let kept = {moved}; log.pend(1, ()).await;"),
        };
        let after = self.scope.states();
        self.scope.merge(&[before, after]);
        format!("if {condition} {{ {taken} }}\n")
    }

    /// An expression for its effect.
    fn used(&mut self, depth: usize) -> String {
        let depth = depth.max(1);
        match self.random.below(16) {
            0 | 1 => {
                let ty = self.owned_type();
                format!("drop({});\n", self.value(&ty, depth))
            }
            2 => {
                let ty = self.owned_type();
                format!("{};\n", self.value(&ty, depth))
            }
            3 => {
                let ty = self.owned_type();
                format!("_ = {};\n", self.value(&ty, depth))
            }
            4 | 5 => match self.place(&Type::vec(Type::Noisy), Access::Exclude) {
                Some(place) => {
                    let mark = self.freeze(&place, true);
                    let value = self.value(&Type::Noisy, depth);
                    self.scope.frozen.truncate(mark);
                    if self.random.chance(40) {
                        format!("log.push(1, &mut {}, {value}).await;\n", place.text)
                    } else {
                        format!("{}.push({value});\n", place.receiver)
                    }
                }
                None => format!("{};\n", self.value(&Type::Number, depth)),
            },
            6 if matches!(self.output, Type::Result(_)) => {
                format!("{}?;\n", self.value(&Type::result(Type::Noisy), depth))
            }
            7 => {
                let place = self.scope.places(&Type::Closure(Call::Once), Access::Move);
                if place.is_empty() {
                    return format!("{};\n", self.value(&Type::Number, depth));
                }
                let place = self.random.pick(&place).clone();
                self.scope.take(&place);
                format!("{}();\n", place.text)
            }
            8 => match self.place(&Type::Point, Access::Exclude) {
                Some(place) => format!("{}.swap(log).await;\n", place.receiver),
                None => format!("{};\n", self.value(&Type::Number, depth)),
            },
            9 => {
                let first = self.value(&Type::Number, depth);
                let second = self.receiver(&Type::Noisy, depth);
                format!("log.event(format!(\"{{}} {{}}\", {first}, {second}.look()));\n")
            }
            _ => format!("{};\n", self.value(&Type::Number, depth)),
        }
    }
}
