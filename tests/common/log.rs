//! The log of events, the places where a panic can be injected, and values that log their drop.
use std::fmt;
use std::ops::{Add, AddAssign};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What a body and the values it handles write to. Clones share one log.
///
/// It is `Send` and `Sync`, so that a body which only borrows it makes a `Send` future.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    events: Vec<String>,
    /// How many leaf futures were made: the next one's number.
    leaves: usize,
    /// Steps and drops since the log was armed.
    steps: usize,
    drops: usize,
    fault: Option<Fault>,
}

/// Where a panic is injected, counted from one since the log was armed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    Step(usize),
    Drop(usize),
}

/// The payload of an injected panic.
pub(crate) struct Injected;

impl Log {
    pub(crate) fn new() -> Log {
        Log(Arc::new(Mutex::new(State::default())))
    }

    /// Writes one line, and is a step.
    pub(crate) fn event(&self, text: impl Into<String>) {
        self.record(text.into());
        self.step();
    }

    /// A place where a panic can be injected. Every event is one, the making of a value and
    /// the poll of a leaf future included; drops are counted apart.
    pub(crate) fn step(&self) {
        let mut state = self.state();
        state.steps += 1;
        if state.fault == Some(Fault::Step(state.steps)) {
            inject(state);
        }
    }

    /// A value that logs its drop.
    pub(crate) fn drop_of(&self, name: &str) -> Noisy {
        self.event(format!("new {name}"));
        Noisy {
            name: name.to_owned(),
            log: self.clone(),
        }
    }

    /// One value of [`Log::drop_of`] for each name.
    pub(crate) fn list(&self, names: &[&str]) -> Vec<Noisy> {
        names.iter().map(|name| self.drop_of(name)).collect()
    }

    /// An event that is a condition: the name is logged and the value returned.
    pub(crate) fn test(&self, name: &str, value: bool) -> bool {
        self.event(format!("test {name}"));
        value
    }

    /// Writes one line without being a step: what the harness itself, and a drop, report.
    pub(crate) fn record(&self, text: String) {
        self.state().events.push(text);
    }

    /// To be called once in a drop, after it has been recorded.
    pub(crate) fn drop_step(&self) {
        let mut state = self.state();
        state.drops += 1;
        if state.fault == Some(Fault::Drop(state.drops)) {
            inject(state);
        }
    }

    /// Starts to count steps and drops anew, and panics when the fault's turn comes.
    pub(crate) fn arm(&self, fault: Option<Fault>) {
        let mut state = self.state();
        state.steps = 0;
        state.drops = 0;
        state.fault = fault;
    }

    /// The steps and the drops since the log was armed.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let state = self.state();
        (state.steps, state.drops)
    }

    pub(crate) fn events(&self) -> Vec<String> {
        self.state().events.clone()
    }

    /// The number of a new leaf future.
    pub(crate) fn next_leaf(&self) -> usize {
        let mut state = self.state();
        state.leaves += 1;
        state.leaves
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No panic leaves the state half written: faults are injected after it is released.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Panics, unless a panic is under way already: a second one would abort the process.
fn inject(mut state: MutexGuard<'_, State>) {
    if thread::panicking() {
        return;
    }
    state.fault = None;
    state.events.push("injected panic".to_owned());
    drop(state);
    // Unlike `panic_any`, this calls no panic hook, and so it prints nothing.
    resume_unwind(Box::new(Injected));
}

/// A value that logs what is done to it, its drop above all.
pub(crate) struct Noisy {
    name: String,
    log: Log,
}

impl Noisy {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Borrows; returns the length of the name.
    pub(crate) fn look(&self) -> usize {
        self.log.event(format!("look at {}", self.name));
        self.name.len()
    }

    /// Borrows, and returns what borrows in turn.
    pub(crate) fn itself(&self) -> &Noisy {
        self.log.event(format!("borrow {}", self.name));
        self
    }

    /// Borrows mutably; appends to the name.
    pub(crate) fn change(&mut self, suffix: &str) -> &mut Noisy {
        self.log.event(format!("change {}", self.name));
        self.name.push_str(suffix);
        self
    }

    /// Consumes; the value is dropped on return.
    pub(crate) fn finish(self) -> String {
        self.log.event(format!("finish {}", self.name));
        self.name.clone()
    }

    /// Consumes, and returns the same value under another name.
    pub(crate) fn renamed(mut self, name: &str) -> Noisy {
        self.log.event(format!("rename {} to {name}", self.name));
        name.clone_into(&mut self.name);
        self
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        self.log.record(format!("drop {}", self.name));
        self.log.drop_step();
    }
}

impl fmt::Debug for Noisy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<{}>", self.name)
    }
}

impl fmt::Display for Noisy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.log.event(format!("print {}", self.name));
        formatter.write_str(&self.name)
    }
}

/// Consumes both, the right one first.
impl Add for Noisy {
    type Output = Noisy;

    fn add(self, right: Noisy) -> Noisy {
        self.log.event(format!("add {} {}", self.name, right.name));
        let name = format!("{}+{}", self.name, right.name);
        drop(right);
        self.renamed(&name)
    }
}

/// Consumes the right one.
impl AddAssign for Noisy {
    fn add_assign(&mut self, right: Noisy) {
        self.log
            .event(format!("add to {} {}", self.name, right.name));
        self.name.push_str(&right.name);
    }
}

/// Compares the names.
impl PartialEq for Noisy {
    fn eq(&self, other: &Noisy) -> bool {
        self.log
            .event(format!("compare {} {}", self.name, other.name));
        self.name == other.name
    }
}
