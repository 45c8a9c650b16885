//! Random bodies.
//!
//! A body is made in evaluation order, as text. `scope` follows what each local holds and
//! who borrows from it, so that nearly every body compiles; rustc has the last word.
//!
//! - `types`: the types of values
//! - `scope`: locals, moves, borrows
//! - `values`: expressions of a given type
//! - `numbers`: expressions of type `usize` and `bool`, which look at values
//! - `references`: borrows
//! - `control`: branches, loops and exits, as statements and as values
//! - `patterns`: what takes values apart
//! - `shared`: values that share what is in them, and references that they hand on
//! - `sharing`: statements about them
//! - `handed`: what only another end of what shares keeps
//! - `kept`: iterators, parts of slices and boxed closures that are kept for later
//! - `statements`: the rest
mod control;
mod handed;
mod kept;
mod numbers;
mod patterns;
mod references;
mod scope;
mod shared;
mod sharing;
mod statements;
mod types;
mod values;

use crate::program::{Parameter, Program};
use crate::random::Random;
use scope::{Scope, State};
use types::Type;

/// A place that `break` and `continue` can name.
struct Target {
    label: String,
    /// Whether `continue` may name it.
    continues: bool,
    /// How many loops stand around it.
    loops: usize,
    /// How many locals were in scope before it.
    locals: usize,
    /// The type of its value, if `break` may give one.
    value: Option<Type>,
    /// What is left of the locals at each `break`.
    exits: Vec<Vec<State>>,
}

struct Generator {
    random: Random,
    scope: Scope,
    targets: Vec<Target>,
    output: Type,
    /// How much more may be made.
    fuel: usize,
    names: usize,
    values: usize,
    /// How many locals new names may shadow: those of the statements before.
    shadowed: usize,
    /// Whether nothing runs after what was made last.
    diverged: bool,
    /// Whether the body is about values that share.
    shares: bool,
    /// What is borrowed at run time, and may not be borrowed once more.
    busy: Vec<Type>,
}

/// The body that belongs to the two numbers.
pub(crate) fn generate(seed: u64, number: u64) -> Program {
    let mut random = Random::new(seed, number);
    let fuel = random.between(15, 110);
    let statements = random.between(3, 9);
    let mut generator = Generator {
        random,
        scope: Scope::default(),
        targets: Vec::new(),
        output: Type::Unit,
        fuel,
        names: 0,
        values: 0,
        shadowed: 0,
        diverged: false,
        shares: false,
        busy: Vec::new(),
    };
    generator.output = generator.output_type();
    let parameters = generator.parameters();
    generator.shares = generator.random.chance(50);
    let mut block = generator.statements(statements, 3);
    if !generator.diverged {
        let output = generator.output.clone();
        // A body that never waits tests nothing.
        block.push_str("log.pend(1, ()).await;\n");
        generator.fuel = generator.fuel.max(6);
        let value = generator.value(&output, 2);
        block.push_str(&value);
    }
    Program {
        parameters,
        output: generator.output.to_string(),
        block,
    }
}

impl Generator {
    fn output_type(&mut self) -> Type {
        match self.random.below(20) {
            0..6 => Type::Number,
            6..10 => Type::Noisy,
            10..15 => Type::result(Type::Noisy),
            15 => Type::option(Type::Noisy),
            16 => Type::vec(Type::Noisy),
            17 | 18 => Type::pair(),
            _ => Type::Unit,
        }
    }

    fn parameters(&mut self) -> Vec<Parameter> {
        let count = self.random.weighted(&[(50, 0), (25, 1), (15, 2), (10, 3)]);
        let mut list = Vec::new();
        for number in 0..count {
            let ty = self.owned_type();
            let argument = self.fixed(&ty, number);
            let pattern = match self.random.below(10) {
                0 => "_".to_owned(),
                1 | 2 => self.pattern(&ty, 1, false),
                _ => self.binding(&ty),
            };
            list.push(Parameter {
                pattern,
                ty: ty.to_string(),
                argument,
            });
        }
        list
    }

    /// A value that needs no locals.
    fn fixed(&mut self, ty: &Type, number: usize) -> String {
        match ty {
            Type::Unit => "()".to_owned(),
            Type::Number => number.to_string(),
            Type::Bool => "true".to_owned(),
            Type::Point => format!(
                "Point {{ x: log.drop_of(\"px{number}\"), y: log.drop_of(\"py{number}\") }}"
            ),
            Type::Shape => format!("Shape::Dot(log.drop_of(\"ps{number}\"))"),
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .enumerate()
                    .map(|(index, part)| self.fixed(part, number * 10 + index))
                    .collect();
                format!("({},)", parts.join(", "))
            }
            Type::Option(inner) => format!("Some({})", self.fixed(inner, number)),
            Type::Vec(inner) => format!("vec![{}]", self.fixed(inner, number)),
            Type::Array(inner) => format!(
                "[{}, {}]",
                self.fixed(inner, number),
                self.fixed(inner, number + 100)
            ),
            Type::Boxed(inner) => format!("Box::new({})", self.fixed(inner, number)),
            Type::Result(inner) => format!("Ok({})", self.fixed(inner, number)),
            _ => format!("log.drop_of(\"p{number}\")"),
        }
    }

    /// A type that can be made anywhere.
    fn owned_type(&mut self) -> Type {
        if self.random.chance(35)
            && let Some(ty) = self.sharing_type()
        {
            return ty;
        }
        match self.random.weighted(&[
            (40, 0),
            (8, 1),
            (8, 2),
            (10, 3),
            (12, 4),
            (8, 5),
            (3, 6),
            (3, 7),
            (5, 8),
            (6, 9),
            (2, 10),
            (2, 11),
        ]) {
            0 => Type::Noisy,
            1 => Type::Point,
            2 => Type::Shape,
            3 => Type::pair(),
            4 => Type::option(Type::Noisy),
            5 => Type::vec(Type::Noisy),
            6 => Type::Array(Box::new(Type::Noisy)),
            7 => Type::Boxed(Box::new(Type::Noisy)),
            8 => Type::result(Type::Noisy),
            9 => Type::Number,
            10 => Type::option(Type::pair()),
            _ => Type::Tuple(vec![Type::Noisy, Type::option(Type::Noisy)]),
        }
    }

    /// A new name, which is seldom one that is in scope.
    fn name(&mut self) -> String {
        const WORDS: [&str; 8] = ["a", "b", "item", "left", "right", "value", "rest", "part"];
        let shadowed = self.shadowed.min(self.scope.locals.len());
        if self.random.chance(8) && shadowed > 0 {
            let index = self.random.below(shadowed);
            if !self.scope.is_lent(index) {
                return self.scope.locals[index].name.clone();
            }
        }
        self.names += 1;
        format!("{}{}", self.random.pick(&WORDS), self.names)
    }

    /// A label of the log.
    fn label(&mut self) -> String {
        self.values += 1;
        format!("n{}", self.values)
    }

    /// A new local, and the pattern that binds it.
    fn binding(&mut self, ty: &Type) -> String {
        let name = self.name();
        let mutable = self.random.chance(35);
        self.scope.declare(name.clone(), ty.clone(), mutable);
        if mutable { format!("mut {name}") } else { name }
    }

    /// Whether the body may still grow.
    fn spend(&mut self) -> bool {
        let rich = self.fuel > 0;
        self.fuel = self.fuel.saturating_sub(1);
        rich
    }

    /// The text as it may stand before a brace or an `else`.
    fn enclosed(text: String) -> String {
        if text.contains('{') {
            format!("({text})")
        } else {
            text
        }
    }

    /// Suspends and gives the value.
    fn wait(&mut self, value: &str) -> String {
        match self.random.below(12) {
            0 => format!("log.ready({value}).await"),
            1 => format!("log.pend(2, {value}).await"),
            2 => format!("pass(log, {value}).await"),
            _ => format!("log.pend(1, {value}).await"),
        }
    }
}
