//! Branches, loops and exits. Each gives a value of some type, which may be `()`.
use super::scope::{Access, Borrow, State};
use super::types::Type;
use super::{Generator, Target};

/// What is left of the locals at the end of a way, if the end is reached.
type Way = Option<Vec<State>>;

/// How to leave.
#[derive(Clone, Copy)]
enum Exit {
    Return,
    /// Of the target with the index.
    Break(usize),
    Continue(usize),
}

impl Generator {
    pub(super) fn branching(&mut self, ty: &Type, depth: usize) -> String {
        match self.random.below(20) {
            0..3 => format!("({})", self.block(ty, depth)),
            3..6 => self.conditional(ty, depth),
            6..9 => self.conditional_pattern(ty, depth),
            9..14 => self.matching(ty, depth),
            14..17 => self.looping(ty, depth),
            _ => self.labelled(ty, depth),
        }
    }

    /// `{ statements; value }`, run once.
    pub(super) fn block(&mut self, ty: &Type, depth: usize) -> String {
        let locals = self.scope.locals.len();
        let text = self.inside(ty, depth);
        self.scope.end(locals);
        format!("{{ {text} }}")
    }

    /// What stands in the braces of a block.
    pub(super) fn inside(&mut self, ty: &Type, depth: usize) -> String {
        let count = if *ty == Type::Unit {
            self.random.between(1, 4)
        } else {
            self.random.below(3)
        };
        let mut text = self.statements(count, depth);
        if self.diverged {
            return text;
        }
        if *ty != Type::Unit {
            text.push_str(&self.value(ty, depth));
        } else if self.random.chance(12)
            && let Some(exit) = self.exit()
        {
            text.push_str(&exit);
        }
        text
    }

    /// One of several ways, of which none is taken yet when this returns.
    fn way(&mut self, make: impl FnOnce(&mut Self) -> String) -> (String, Way) {
        let before = self.scope.states();
        let frozen = self.scope.frozen.len();
        let text = make(self);
        self.scope.frozen.truncate(frozen);
        let mut after = self.scope.states();
        after.truncate(before.len());
        let way = (!self.diverged).then_some(after);
        self.diverged = false;
        self.scope.restore(&before);
        (text, way)
    }

    fn meet(&mut self, ways: Vec<Way>) {
        let open: Vec<Vec<State>> = ways.into_iter().flatten().collect();
        self.diverged = open.is_empty();
        self.scope.merge(&open);
    }

    fn arm(&mut self, ty: &Type, depth: usize) -> String {
        if self.random.chance(14)
            && let Some(exit) = self.exit()
        {
            return format!("{{ {exit} }}");
        }
        format!("{{ {} }}", self.inside(ty, depth))
    }

    fn conditional(&mut self, ty: &Type, depth: usize) -> String {
        let condition = Self::enclosed(self.value(&Type::Bool, depth));
        if self.diverged {
            return self.value(ty, 0);
        }
        let (then, first) = self.way(|this| this.arm(ty, depth));
        if *ty == Type::Unit && self.random.chance(45) {
            let states = self.scope.states();
            self.meet(vec![first, Some(states)]);
            return format!("if {condition} {then}");
        }
        let (otherwise, second) = self.way(|this| {
            if this.random.chance(20) {
                this.conditional(ty, depth.saturating_sub(1))
            } else {
                this.arm(ty, depth)
            }
        });
        self.meet(vec![first, second]);
        format!("if {condition} {then} else {otherwise}")
    }

    /// `if let`, alone or in a chain.
    fn conditional_pattern(&mut self, ty: &Type, depth: usize) -> String {
        let matched = self.matched_type();
        let before = self.scope.states();
        let (scrutinee, borrows, by_reference) = self.scrutinee(&matched, depth);
        if self.diverged {
            return self.value(ty, 0);
        }
        let mark = self.scope.frozen.len();
        self.scope.frozen.extend(borrows.iter().copied());
        let mut condition = String::new();
        let (then, first) = self.way(|this| {
            let pattern = this.refutable(&matched, by_reference, &borrows);
            condition = format!("let {pattern} = {scrutinee}");
            if this.random.chance(25) {
                let more = Self::enclosed(this.value(&Type::Bool, depth));
                condition = if this.random.chance(70) {
                    format!("{condition} && {more}")
                } else {
                    condition.clone()
                };
            }
            this.arm(ty, depth)
        });
        let (otherwise, second) = self.way(|this| this.arm(ty, depth));
        self.scope.frozen.truncate(mark);
        // The scrutinee may have moved something, and a condition in the chain may not.
        let after = self.scope.states();
        self.scope.merge(&[before, after.clone()]);
        if *ty == Type::Unit && self.random.chance(50) {
            self.meet(vec![first, Some(after)]);
            return format!("if {condition} {then}");
        }
        self.meet(vec![first, second]);
        format!("if {condition} {then} else {otherwise}")
    }

    /// What is matched: a value, a place that it moves out of, or a place that is borrowed;
    /// with what the bindings borrow, and whether they are references.
    pub(super) fn scrutinee(&mut self, ty: &Type, depth: usize) -> (String, Vec<Borrow>, bool) {
        if self.random.chance(30)
            && let Some(place) = self.place(ty, Access::Share)
        {
            let borrows = self.scope.borrow(&place, false);
            let mut text = format!("&{}", place.text);
            if self.random.chance(30) {
                text = self.wait(&text);
            }
            return (text, borrows, true);
        }
        (Self::enclosed(self.value(ty, depth)), Vec::new(), false)
    }

    /// A type that patterns are about.
    pub(super) fn matched_type(&mut self) -> Type {
        if self.random.chance(40)
            && let Some(ty) = self.sharing_type()
        {
            return Type::option(ty);
        }
        match self.random.below(12) {
            0..4 => Type::option(Type::Noisy),
            4..6 => Type::Shape,
            6..8 => Type::result(Type::Noisy),
            8 => Type::option(Type::pair()),
            9 => Type::Tuple(vec![Type::option(Type::Noisy), Type::Noisy]),
            10 => Type::Tuple(vec![Type::option(Type::Noisy), Type::Number]),
            _ => Type::option(Type::Point),
        }
    }

    fn matching(&mut self, ty: &Type, depth: usize) -> String {
        if self.random.chance(15) {
            return self.matching_number(ty, depth);
        }
        let matched = self.matched_type();
        let (scrutinee, borrows, by_reference) = self.scrutinee(&matched, depth);
        if self.diverged {
            return self.value(ty, 0);
        }
        let mark = self.scope.frozen.len();
        self.scope.frozen.extend(borrows.iter().copied());
        let mut arms = String::new();
        let mut ways = Vec::new();
        let extra = self.random.below(3);
        for number in 0..=extra {
            let last = number == extra;
            let (text, way) = self.way(|this| {
                if last {
                    let rest = if this.random.chance(50) { "_" } else { "_rest" };
                    return format!("{rest} => {},\n", this.arm(ty, depth));
                }
                let pattern = this.refutable(&matched, by_reference, &borrows);
                // What an arm without a guard always matches makes the others dead code.
                let takes_all = pattern.starts_with("(Ok(");
                let guard = match this.random.below(if takes_all { 1 } else { 5 }) {
                    0 => format!("if {}", this.value(&Type::Bool, 0)),
                    1 => this
                        .place(&Type::Noisy, Access::Share)
                        .map_or_else(String::new, |place| {
                            format!("if {}.look() > 1", place.receiver)
                        }),
                    _ => String::new(),
                };
                format!("{pattern} {guard} => {},\n", this.arm(ty, depth))
            });
            arms.push_str(&text);
            ways.push(way);
        }
        self.scope.frozen.truncate(mark);
        self.meet(ways);
        format!("match {scrutinee} {{ {arms} }}")
    }

    fn matching_number(&mut self, ty: &Type, depth: usize) -> String {
        let mut scrutinee = Self::enclosed(self.value(&Type::Number, depth));
        if self.diverged {
            return self.value(ty, 0);
        }
        if scrutinee.parse::<usize>().is_ok() {
            // rustc knows which arm a literal picks, and keeps nothing for the others.
            scrutinee = format!("std::hint::black_box({scrutinee})");
        }
        let mut arms = String::new();
        let mut ways = Vec::new();
        for pattern in ["0", "1 | 2", "3..=5", "_"] {
            if pattern != "_" && self.random.chance(40) {
                continue;
            }
            let (text, way) = self.way(|this| this.arm(ty, depth));
            arms.push_str(&format!("{pattern} => {text},\n"));
            ways.push(way);
        }
        self.meet(ways);
        format!("match {scrutinee} {{ {arms} }}")
    }

    fn fresh_label(&mut self) -> String {
        self.names += 1;
        format!("'l{}", self.names)
    }

    fn enter(&mut self, label: &str, continues: bool, value: Option<Type>) {
        self.targets.push(Target {
            label: label.to_owned(),
            continues,
            loops: self.scope.loops,
            locals: self.scope.locals.len(),
            value,
            exits: Vec::new(),
        });
    }

    fn leave(&mut self) -> Vec<Way> {
        let target = self.targets.pop().expect("a target was entered");
        target.exits.into_iter().map(Some).collect()
    }

    fn labelled(&mut self, ty: &Type, depth: usize) -> String {
        let label = self.fresh_label();
        self.enter(&label, false, Some(ty.clone()));
        let (text, way) = self.way(|this| this.inside(ty, depth));
        let mut ways = self.leave();
        ways.push(way);
        self.meet(ways);
        format!("{label}: {{ {text} }}")
    }

    /// `make` within one more loop.
    fn turn(&mut self, make: impl FnOnce(&mut Self) -> String) -> (String, Way) {
        let movable = self.scope.movable;
        self.scope.loops += 1;
        self.scope.movable = self.scope.loops;
        let made = self.way(make);
        self.scope.loops -= 1;
        self.scope.movable = movable;
        made
    }

    /// `loop`, which ends at the latest after a few turns.
    fn looping(&mut self, ty: &Type, depth: usize) -> String {
        let label = self.fresh_label();
        self.names += 1;
        let counter = format!("turns{}", self.names);
        let most = self.random.between(1, 2);
        self.enter(&label, true, Some(ty.clone()));
        let (text, _) = self.turn(|this| {
            // The last turn may take what stands outside.
            let movable = this.scope.movable;
            this.scope.movable = this.scope.loops - 1;
            let (last, way) = this.way(|this| {
                if *ty == Type::Unit {
                    String::new()
                } else {
                    this.value(ty, depth)
                }
            });
            this.scope.movable = movable;
            if let Some(states) = way {
                this.record_break(this.targets.len() - 1, states);
            }
            let body = this.statements(2, depth);
            format!("{counter} += 1; if {counter} > {most} {{ break {label} {last}; }} {body}")
        });
        let ways = self.leave();
        self.meet(ways);
        format!("{{ let mut {counter} = 0; {label}: loop {{ {text} }} }}")
    }

    /// `while`, `while let` and `for`.
    pub(super) fn repeated(&mut self, depth: usize) -> String {
        let label = self.fresh_label();
        let kind = self.random.below(7);
        self.names += 1;
        let counter = format!("count{}", self.names);
        let mut head = String::new();
        let mut before = String::new();
        let mut first = String::new();
        // What a `for` runs over is evaluated once.
        match kind {
            0 | 1 => {
                let end = if self.random.chance(40) {
                    self.wait("2")
                } else {
                    "2".to_owned()
                };
                head = format!("for {counter} in 0..{end}");
            }
            2 | 3 => {
                let ty = Type::vec(Type::Noisy);
                head = Self::enclosed(self.value(&ty, depth));
            }
            _ => {
                before = format!("let mut {counter} = 0;");
                first = format!("{counter} += 1;");
            }
        }
        if self.diverged {
            return String::new();
        }
        self.enter(&label, true, None);
        let (text, way) = self.turn(|this| {
            // A condition that continues would do so for ever.
            this.set_continues(false);
            match kind {
                0 | 1 => {
                    let index = this.scope.declare(counter.clone(), Type::Number, false);
                    this.scope.locals[index].state = State::Live;
                }
                2 | 3 => {
                    let pattern = this.pattern(&Type::Noisy, 1, false);
                    head = format!("for {pattern} in {head}");
                }
                4 | 5 => {
                    let condition = Self::enclosed(this.value(&Type::Bool, depth));
                    head = if this.random.chance(50) {
                        format!("while {counter} < 2 && {condition}")
                    } else {
                        format!("while {condition} && {counter} < 2")
                    };
                }
                _ => {
                    let matched = this.matched_type();
                    let (scrutinee, borrows, by_reference) = this.scrutinee(&matched, depth);
                    let pattern = this.refutable(&matched, by_reference, &borrows);
                    head = format!("while let {pattern} = {scrutinee}");
                    first = format!("{first} if {counter} > 2 {{ break; }}");
                }
            }
            this.set_continues(true);
            this.diverged = false;
            this.inside(&Type::Unit, depth)
        });
        let mut ways = self.leave();
        ways.push(way);
        ways.push(Some(self.scope.states()));
        self.meet(ways);
        format!("{before} {label}: {head} {{ {first} {text} }}\n")
    }

    /// Whether `continue` may name the innermost target.
    fn set_continues(&mut self, continues: bool) {
        let target = self.targets.last_mut().expect("a target was entered");
        target.continues = continues;
    }

    fn record_break(&mut self, target: usize, mut states: Vec<State>) {
        let target = &mut self.targets[target];
        states.truncate(target.locals);
        target.exits.push(states);
    }

    fn exits(&self) -> Vec<Exit> {
        let mut list = vec![Exit::Return];
        for (index, target) in self.targets.iter().enumerate() {
            if self.scope.movable >= target.loops {
                list.push(Exit::Break(index));
            }
            if target.continues && self.scope.movable > target.loops {
                list.push(Exit::Continue(index));
            }
        }
        list
    }

    /// `return`, `break` or `continue`.
    pub(super) fn exit(&mut self) -> Option<String> {
        let exits = self.exits();
        let exit = *self.random.pick(&exits);
        if matches!(exit, Exit::Return) && exits.len() > 1 && self.random.chance(60) {
            return None;
        }
        Some(self.leave_by(exit))
    }

    fn leave_by(&mut self, exit: Exit) -> String {
        let movable = self.scope.movable;
        self.scope.movable = match exit {
            Exit::Return => 0,
            Exit::Break(index) => movable.min(self.targets[index].loops),
            Exit::Continue(_) => movable,
        };
        let text = match exit {
            Exit::Return => {
                let output = self.output.clone();
                format!("return {};", self.value(&output, 1))
            }
            Exit::Break(index) => {
                let label = self.targets[index].label.clone();
                let value = match self.targets[index].value.clone() {
                    Some(ty) if ty != Type::Unit => self.value(&ty, 1),
                    _ => String::new(),
                };
                if !self.diverged {
                    let states = self.scope.states();
                    self.record_break(index, states);
                }
                format!("break {label} {value};")
            }
            Exit::Continue(index) => format!("continue {};", self.targets[index].label),
        };
        self.scope.movable = movable;
        self.diverged = true;
        text
    }

    /// A branch that leaves in the end, and may take what stands outside of its loops.
    pub(super) fn conditional_exit(&mut self, depth: usize) -> String {
        let condition = Self::enclosed(self.value(&Type::Bool, depth));
        if self.diverged {
            return String::new();
        }
        let (text, _) = self.way(|this| this.leaving(depth));
        format!("if {condition} {{ {text} }}\n")
    }

    /// Statements of which the last leaves.
    pub(super) fn leaving(&mut self, depth: usize) -> String {
        let exits = self.exits();
        let exit = *self.random.pick(&exits);
        let movable = self.scope.movable;
        self.scope.movable = match exit {
            Exit::Return => 0,
            Exit::Break(index) => movable.min(self.targets[index].loops),
            Exit::Continue(_) => movable,
        };
        let count = self.random.below(3);
        let mut text = self.statements(count, depth);
        if !self.diverged {
            text.push_str(&self.leave_by(exit));
        }
        self.scope.movable = movable;
        text
    }

    /// The `else` of a `let`.
    pub(super) fn otherwise(&mut self, depth: usize) -> String {
        self.way(|this| this.leaving(depth)).0
    }
}
