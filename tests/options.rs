//! `#[coro::coroutine(Send)]` and `#[coro::coroutine(boxed)]`.
mod common;
use common::*;
use std::pin::Pin;

/// rustc has no option for it: its function is written as people write it.
macro_rules! boxed {
    ($($body:tt)*) => { Box::pin(async move { $($body)* }) };
}

#[coro::coroutine(boxed)]
fn factorial(log: &Log, number: u64) -> u64 {
    let held = log.drop_of("held");
    if number == 0 {
        return wait!(log.pend(1, 1));
    }
    let rest = wait!(factorial(log, number - 1));
    held.look();
    rest * number
}

fn factorial_by_rustc(log: &Log, number: u64) -> Pin<Box<dyn Future<Output = u64> + '_>> {
    boxed! {
        let held = log.drop_of("held");
        if number == 0 {
            return log.pend(1, 1).await;
        }
        let rest = factorial_by_rustc(log, number - 1).await;
        held.look();
        rest * number
    }
}

/// Both sides wait for the future in a function of their own.
macro_rules! same_as_boxed {
    ($name:ident, |$log:ident| $ours:expr, $rustc:expr) => {
        #[test]
        fn $name() {
            fn ours($log: &Log) -> Subject<'_> {
                Subject::new($ours, false)
            }
            fn rustc($log: &Log) -> Subject<'_> {
                Subject::new($rustc, false)
            }
            let claims = Claims {
                call: stringify!($ours),
                bigger: None,
            };
            check(stringify!($name), rustc, ours, claims);
        }
    };
}

same_as_boxed!(
    a_function_that_waits_for_itself,
    |log| factorial(log, 3),
    factorial_by_rustc(log, 3)
);

mod mutual {
    use super::*;

    #[coro::coroutine(boxed)]
    pub(crate) fn is_even(log: &Log, number: u32) -> bool {
        log.event("is it even?");
        number == 0 || wait!(is_odd(log, wait!(log.pend(1, number)) - 1))
    }
    // One box in the cycle is enough.
    #[coro::coroutine]
    fn is_odd(log: &Log, number: u32) -> bool {
        let held = log.drop_of("held");
        number != 0 && wait!(is_even(log, number - 1)) && held.look() > 0
    }
    pub(crate) fn is_even_by_rustc(
        log: &Log,
        number: u32,
    ) -> Pin<Box<dyn Future<Output = bool> + '_>> {
        boxed! {
            log.event("is it even?");
            number == 0 || is_odd_by_rustc(log, log.pend(1, number).await - 1).await
        }
    }
    async fn is_odd_by_rustc(log: &Log, number: u32) -> bool {
        let held = log.drop_of("held");
        number != 0 && is_even_by_rustc(log, number - 1).await && held.look() > 0
    }
}

same_as_boxed!(
    two_that_wait_for_each_other,
    |log| mutual::is_even(log, 4),
    mutual::is_even_by_rustc(log, 4)
);

struct Tree {
    name: Noisy,
    children: Vec<Tree>,
}

fn tree(log: &Log) -> Tree {
    let leaf = |name| Tree {
        name: log.drop_of(name),
        children: Vec::new(),
    };
    let inner = Tree {
        name: log.drop_of("inner"),
        children: vec![leaf("left"), leaf("right")],
    };
    Tree {
        name: log.drop_of("root"),
        children: vec![inner, leaf("last")],
    }
}

impl Tree {
    #[coro::coroutine(boxed)]
    fn find(&self, log: &Log, name: &str) -> Option<&Noisy> {
        if wait!(log.pend(1, self.name.name() == name)) {
            return Some(&self.name);
        }
        for child in &self.children {
            if let Some(found) = wait!(child.find(log, name)) {
                return Some(found);
            }
        }
        None
    }

    #[coro::coroutine(boxed, Send)]
    fn dismantle<Note: Fn(&str) + Send + Sync>(mut self, log: &Log, note: &Note) -> usize {
        let mut sum = wait!(log.pend(1, self.name.look()));
        while let Some(child) = self.children.pop() {
            note("child");
            sum += wait!(child.dismantle(log, note));
        }
        sum
    }

    fn find_by_rustc<'a>(
        &'a self,
        log: &'a Log,
        name: &'a str,
    ) -> Pin<Box<dyn Future<Output = Option<&'a Noisy>> + 'a>> {
        boxed! {
            if log.pend(1, self.name.name() == name).await {
                return Some(&self.name);
            }
            for child in &self.children {
                if let Some(found) = child.find_by_rustc(log, name).await {
                    return Some(found);
                }
            }
            None
        }
    }

    fn dismantle_by_rustc<'a, Note: Fn(&str) + Send + Sync>(
        mut self,
        log: &'a Log,
        note: &'a Note,
    ) -> Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
        boxed! {
            let mut sum = log.pend(1, self.name.look()).await;
            while let Some(child) = self.children.pop() {
                note("child");
                sum += child.dismantle_by_rustc(log, note).await;
            }
            sum
        }
    }
}

same_as_boxed!(
    a_method_that_borrows,
    |log| coro::future! {
        let tree = tree(log);
        let found = wait!(tree.find(log, "right"));
        found.map(|found| found.look())
    },
    async move {
        let tree = tree(log);
        let found = tree.find_by_rustc(log, "right").await;
        found.map(|found| found.look())
    }
);

same_as_boxed!(
    a_generic_method_by_value,
    |log| coro::future! {
        let note = |text: &str| log.event(text);
        wait!(tree(log).dismantle(log, &note))
    },
    async move {
        let note = |text: &str| log.event(text);
        tree(log).dismantle_by_rustc(log, &note).await
    }
);

trait Walk {
    #[coro::coroutine(boxed)]
    fn walk(&self, depth: usize) -> usize;

    #[coro::coroutine(boxed)]
    fn twice(&self, log: &Log, depth: usize) -> usize {
        log.event("twice");
        if depth == 0 {
            return wait!(self.walk(1));
        }
        wait!(self.twice(log, depth - 1)) * 2
    }
}

impl Walk for Log {
    #[coro::coroutine(boxed)]
    fn walk(&self, depth: usize) -> usize {
        if depth == 0 {
            wait!(self.pend(1, 1))
        } else {
            wait!(self.walk(depth - 1)) + 1
        }
    }
}

#[test]
fn a_trait_with_boxes_is_for_objects() {
    let log = Log::new();
    let walk: &dyn Walk = &log;
    assert_eq!(coro::runtime::block_on(walk.twice(&log, 2)), 8);
}

#[test]
fn an_elided_lifetime_in_the_output_is_the_receivers() {
    let log = Log::new();
    let tree = tree(&log);
    let found = {
        let name = String::from("right");
        coro::runtime::block_on(tree.find(&log, &name))
    };
    assert_eq!(found.map(Noisy::name), Some("right"));
}

#[test]
fn boxes_move_freely() {
    fn is_unpin(_: &impl Unpin) {}
    fn is_send(_: &impl Send) {}
    let log = Log::new();
    is_unpin(&factorial(&log, 1));
    is_send(&tree(&log).dismantle(&log, &|_: &str| {}));
}

trait Fetch: Sync {
    #[coro::coroutine(Send)]
    fn fetch(&self, name: &str) -> usize;

    #[coro::coroutine(Send)]
    fn fetch_both(&self, name: &str) -> usize {
        wait!(self.fetch(name)) + wait!(self.fetch(name))
    }
}

impl Fetch for Log {
    #[coro::coroutine(Send)]
    fn fetch(&self, name: &str) -> usize {
        wait!(self.pend(1, name.len()))
    }
}

#[coro::coroutine(Send)]
fn fetched<Source: Fetch + Send>(source: Source) -> usize {
    wait!(source.fetch_both("name"))
}

#[test]
fn generic_callers_can_rely_on_send() {
    fn on_another_thread<Source: Fetch>(source: &Source) -> usize {
        std::thread::scope(|scope| {
            let future = source.fetch_both("ab");
            scope
                .spawn(|| coro::runtime::block_on(future))
                .join()
                .expect("no panic")
        })
    }
    assert_eq!(on_another_thread(&Log::new()), 4);
    let future = fetched(Log::new());
    assert_eq!(
        std::thread::spawn(|| coro::runtime::block_on(future))
            .join()
            .expect("no panic"),
        8
    );
}
