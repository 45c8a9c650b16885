//! Numbers and conditions, most of which look at values.
use super::Generator;
use super::scope::Access;
use super::types::{Call, Type};

impl Generator {
    pub(super) fn number(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.small_number();
        }
        if self.shares
            && self.random.chance(35)
            && let Some(text) = self.read()
        {
            return text;
        }
        let mark = self.scope.frozen.len();
        let text = match self.random.below(24) {
            0 | 1 => {
                let left = self.value(&Type::Number, depth);
                let operator = self.random.pick(&["+", "*", "^"]).to_owned();
                format!("({left} {operator} {})", self.value(&Type::Number, depth))
            }
            2 | 3 => format!("{}.look()", self.receiver(&Type::Noisy, depth)),
            4 => format!("{}.finish().len()", self.value(&Type::Noisy, depth)),
            5 | 6 => {
                let first = self.argument(&Type::Noisy, depth);
                format!("both({first}, {})", self.value(&Type::Number, depth))
            }
            7 | 8 => {
                let first = self.argument(&Type::Noisy, depth);
                let second = self.argument(&Type::Noisy, depth);
                format!("sum(log, {first}, {second}).await")
            }
            9 => format!("{}.wait().await.look()", self.receiver(&Type::Noisy, depth)),
            10 => format!(
                "{}.itself().wait().await.look()",
                self.receiver(&Type::Noisy, depth)
            ),
            11 => {
                let vector = self.receiver(&Type::vec(Type::Noisy), depth);
                format!("{vector}.len()")
            }
            12 => {
                let first = self.receiver(&Type::Noisy, depth);
                let second = self.value(&Type::Number, depth);
                format!("pair(log, {first}.look(), {second}).await")
            }
            13 => {
                let first = self.receiver(&Type::Noisy, depth);
                let second = self.value(&Type::Number, depth);
                format!("format!(\"{{}} {{}}\", {first}, {second}).len()")
            }
            14 => {
                let index = self.random.below(2);
                let waited = self.wait(&index.to_string());
                let first = self.value(&Type::Number, depth);
                format!("[{first}, {}][{waited}]", self.value(&Type::Number, depth))
            }
            15 => format!("usize::from({})", self.value(&Type::Bool, depth)),
            16 => format!("{}.total(log).await", self.receiver(&Type::Point, depth)),
            17 => format!("lock({}).look()", self.argument(&Type::Noisy, depth)),
            18 => {
                // The guard is a temporary to the end of the statement.
                let guard = format!("lock({})", self.argument(&Type::Noisy, depth));
                let rest = self.value(&Type::Number, depth);
                return format!("({guard}.look() + {rest})");
            }
            19 => self.called().unwrap_or_else(|| self.small_number()),
            20 => match self.place(&Type::Noisy, Access::Exclude) {
                Some(place) => {
                    self.freeze(&place, true);
                    let label = self.label();
                    match self.random.below(3) {
                        0 => format!("{}.wait_mut().await.look()", place.receiver),
                        1 => format!("{}.change(\"{label}\").wait().await.look()", place.receiver),
                        _ => format!("stretch(log, &mut {}).await", place.text),
                    }
                }
                None => self.small_number(),
            },
            21 => {
                let argument = self.argument(&Type::Noisy, depth);
                let waited = self.wait(&argument);
                format!("{waited}.look()")
            }
            22 => {
                let option = self.value(&Type::option(Type::Noisy), depth);
                let label = self.label();
                format!("{option}.map_or(0, |inner| inner.renamed(\"{label}\").look())")
            }
            _ => self.small_number(),
        };
        self.scope.frozen.truncate(mark);
        text
    }

    fn small_number(&mut self) -> String {
        if self.shares
            && self.random.chance(35)
            && let Some(text) = self.read()
        {
            return text;
        }
        if self.random.chance(60)
            && let Some(place) = self.place(&Type::Noisy, Access::Share)
        {
            return format!("{}.look()", place.receiver);
        }
        self.random.below(4).to_string()
    }

    /// A call of a closure that gives a number.
    fn called(&mut self) -> Option<String> {
        for call in [Call::Mutably, Call::Often] {
            let access = if call == Call::Mutably {
                Access::Exclude
            } else {
                Access::Share
            };
            if let Some(place) = self.place(&Type::Closure(call), access) {
                return Some(format!("{}()", place.text));
            }
        }
        None
    }

    pub(super) fn condition(&mut self, depth: usize) -> String {
        let label = self.label();
        let value = self.random.chance(60);
        if depth == 0 {
            return format!("log.test(\"{label}\", {value})");
        }
        let mark = self.scope.frozen.len();
        let text = match self.random.below(16) {
            0..3 => {
                let left = self.value(&Type::Bool, depth);
                let operator = self.random.pick(&["&&", "||"]).to_owned();
                let before = self.scope.states();
                let right = self.value(&Type::Bool, depth);
                let after = self.scope.states();
                self.scope.merge(&[before, after]);
                self.diverged = false;
                format!("({left} {operator} {right})")
            }
            3 => format!("!{}", self.value(&Type::Bool, depth)),
            4 | 5 => {
                let left = self.value(&Type::Number, depth);
                format!("({left} < {})", self.value(&Type::Number, depth))
            }
            6 => {
                let left = self.receiver(&Type::Noisy, depth);
                let right = self.receiver(&Type::Noisy, depth);
                format!("({left} == {right})")
            }
            7 => format!(
                "{}.is_some()",
                self.receiver(&Type::option(Type::Noisy), depth)
            ),
            8 => format!(
                "{}.is_empty()",
                self.receiver(&Type::vec(Type::Noisy), depth)
            ),
            9 => {
                let shape = self.receiver(&Type::Shape, depth);
                format!("matches!({shape}, Shape::Dot(_) | Shape::Line(_, _))")
            }
            10 => format!(
                "{}.is_ok()",
                self.receiver(&Type::result(Type::Noisy), depth)
            ),
            11..13 => format!("log.pend(1, log.test(\"{label}\", {value})).await"),
            _ => format!("log.test(\"{label}\", {value})"),
        };
        self.scope.frozen.truncate(mark);
        text
    }
}
