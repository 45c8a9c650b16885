//! What generated bodies can name beside the harness.

/// Types and plain functions: the same for rustc and for us.
pub(crate) const TYPES: &[(&str, &str)] = &[
    ("Cell", "use std::cell::Cell;\n"),
    ("RefCell", "use std::cell::RefCell;\n"),
    ("Rc", "use std::rc::Rc;\n"),
    ("Mutex", "use std::sync::Mutex;\n"),
    ("mpsc", "use std::sync::mpsc;\n"),
    (
        "Mark",
        "/// Has no drop.
struct Mark {
    first: u64,
    second: u64,
}
",
    ),
    (
        "read",
        "trait Read {
    fn read(&self, log: &Log) -> usize;
}

impl Read for u64 {
    fn read(&self, log: &Log) -> usize {
        log.event(format!(\"read {self}\"));
        1
    }
}

impl Read for Mark {
    fn read(&self, log: &Log) -> usize {
        log.event(format!(\"read {} {}\", self.first, self.second));
        2
    }
}
",
    ),
    (
        "Cursor",
        "struct Cursor<'a, T> {
    at: &'a T,
    before: Option<&'a T>,
}
",
    ),
    ("Call", "type Call<'a> = Box<dyn FnMut() -> usize + 'a>;\n"),
    (
        "ends",
        "fn ends<T>(shared: T) -> (Rc<T>, Rc<T>) {
    let end = Rc::new(shared);
    (end.clone(), end)
}
",
    ),
    (
        "Point",
        "#[derive(Debug)]
struct Point {
    x: Noisy,
    y: Noisy,
}
",
    ),
    (
        "Shape",
        "#[derive(Debug)]
enum Shape {
    Empty,
    Dot(Noisy),
    Line(Noisy, Noisy),
    Named { name: Noisy, at: Point },
}
",
    ),
    (
        "Holder",
        "struct Holder<'a> {
    held: &'a Noisy,
    own: Noisy,
}
",
    ),
    (
        "lock",
        "struct Guard<'a>(&'a Noisy);

fn lock(value: &Noisy) -> Guard<'_> {
    value.log().event(format!(\"lock {}\", value.name()));
    Guard(value)
}

impl std::ops::Deref for Guard<'_> {
    type Target = Noisy;

    fn deref(&self) -> &Noisy {
        self.0
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.log().record(format!(\"unlock {}\", self.0.name()));
        self.0.log().drop_step();
    }
}
",
    ),
    (
        "both",
        "fn both(first: &Noisy, second: usize) -> usize {
    first.look() + second
}
",
    ),
];

/// Coroutines that bodies call: compiled by rustc and by us.
pub(crate) const COROUTINES: &[(&str, &str)] = &[
    (
        "make",
        "#[coro::coroutine]
async fn make(log: &Log, name: &str) -> Noisy {
    let made = log.drop_of(name);
    log.pend(1, ()).await;
    made
}
",
    ),
    (
        "pass",
        "#[coro::coroutine]
async fn pass<T>(log: &Log, value: T) -> T {
    log.pend(1, ()).await;
    value
}
",
    ),
    (
        "attempt",
        "#[coro::coroutine]
async fn attempt(log: &Log, name: &str, fine: bool) -> Result<Noisy, Noisy> {
    let made = log.drop_of(name);
    if log.pend(1, fine).await { Ok(made) } else { Err(made) }
}
",
    ),
    (
        "sum",
        "#[coro::coroutine]
async fn sum(log: &Log, first: &Noisy, second: &Noisy) -> usize {
    first.look() + log.pend(1, second).await.look()
}
",
    ),
    (
        "pair",
        "#[coro::coroutine]
async fn pair(log: &Log, first: usize, second: usize) -> usize {
    log.pend(1, first).await + second
}
",
    ),
    (
        "second",
        "#[coro::coroutine]
async fn second(log: &Log, _: usize, value: Noisy) -> Noisy {
    log.pend(1, ()).await;
    value
}
",
    ),
    (
        "stretch",
        "#[coro::coroutine]
async fn stretch(log: &Log, value: &mut Noisy) -> usize {
    value.change(\"!\");
    log.pend(1, ()).await;
    value.look()
}
",
    ),
    (
        "store",
        "#[coro::coroutine]
async fn store<'a, T: Read>(log: &Log, into: Rc<Cell<Option<&'a T>>>, what: &'a T) -> usize {
    log.pend(1, ()).await;
    into.set(Some(what));
    log.pend(1, ()).await;
    what.read(log)
}
",
    ),
    (
        "total",
        "impl Point {
    #[coro::coroutine]
    async fn total(&self, log: &Log) -> usize {
        self.x.look() + log.pend(1, &self.y).await.look()
    }
}
",
    ),
    (
        "into_y",
        "impl Point {
    #[coro::coroutine]
    async fn into_y(self) -> Noisy {
        self.y.wait_own().await
    }
}
",
    ),
    (
        "swap",
        "impl Point {
    #[coro::coroutine]
    async fn swap(&mut self, log: &Log) {
        std::mem::swap(&mut self.x, &mut self.y);
        log.pend(1, ()).await;
    }
}
",
    ),
];
