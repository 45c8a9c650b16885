//! A coroutine's future is `Send` exactly where rustc's is. (The runner compares this for
//! every body of the corpus; here it is stated.)
mod common;
use common::*;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

/// Compiles only where the future is `Send`.
fn assert_send<T: Send>(future: T) -> T {
    future
}

/// Compiles only where the future may be spawned on another thread.
fn assert_spawnable<T: Future + Send + 'static>(future: T) -> T {
    future
}

/// Hides whether the future is `Send`.
fn either_way<'a, T>(
    future: impl Future<Output = T> + 'a,
) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(future)
}

/// Compiles only where the future is not `Send`: otherwise both implementations apply, and
/// the type of the marker cannot be inferred.
macro_rules! assert_not_send {
    ($future:expr) => {{
        trait Ambiguous<Marker> {
            fn check(&self) {}
        }
        struct IsSend;
        impl<T> Ambiguous<()> for T {}
        impl<T: Send> Ambiguous<IsSend> for T {}
        let future = $future;
        Ambiguous::<_>::check(&future);
        future
    }};
}

same! {
    mod owned_and_shared_values;
    start |log| assert_send(body(log, log.drop_of("parameter")));
    #[coro::coroutine]
    async fn body(log: &Log, parameter: Noisy) -> usize {
        let local = log.drop_of("local");
        let reference = &local;
        log.pend(1, ()).await;
        reference.look() + parameter.look()
    }
}

same! {
    mod spawnable_although_it_borrows_from_itself;
    start |log| assert_spawnable(body(log.clone()));
    #[coro::coroutine]
    async fn body(log: Log) -> usize {
        let list = log.list(&["a", "bb"]);
        let last = list.last();
        let mut buffer = [0; 4];
        let count = log.fill(1, &mut buffer).await;
        last.map_or(0, Noisy::look) + count
    }
}

same! {
    mod spawnable_coroutines_nest;
    start |log| assert_spawnable(body(log.clone()));
    #[coro::coroutine]
    async fn inner(log: &Log, text: &mut String) {
        log.pend(1, ()).await;
        text.push('x');
    }
    #[coro::coroutine]
    async fn body(log: Log) -> String {
        let mut text = String::new();
        inner(&log, &mut text).await;
        inner(&log, &mut text).await;
        text
    }
}

same! {
    mod local_value_is_held;
    start |log| assert_not_send!(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = Rc::new(log.drop_of("local"));
        log.pend(1, ()).await;
        local.look()
    }
}

same! {
    mod local_value_is_held_unused;
    start |log| assert_not_send!(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) {
        let _local = Rc::new(log.drop_of("local"));
        log.pend(1, ()).await;
    }
}

same! {
    mod local_parameter;
    start |log| assert_not_send!(body(log, Rc::new(log.drop_of("parameter"))));
    #[coro::coroutine]
    async fn body(log: &Log, parameter: Rc<Noisy>) -> usize {
        drop(parameter);
        log.pend(1, 1).await
    }
}

same! {
    mod reference_to_a_cell_is_held;
    start |log| assert_not_send!(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell::new(1);
        let reference = &cell;
        log.pend(1, ()).await;
        reference.set(2);
        log.drop_of("x").look() + cell.get()
    }
}

same! {
    mod cell_is_held_by_value;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> Noisy {
        let cell = RefCell::new(log.drop_of("value"));
        log.pend(1, ()).await;
        cell.into_inner()
    }
}

same! {
    mod local_value_in_an_ended_block;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = {
            let local = Rc::new(log.drop_of("local"));
            local.look()
        };
        log.pend(1, sum).await
    }
}

same! {
    mod guard_in_an_ended_block;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mutex = std::sync::Mutex::new(log.drop_of("value"));
        {
            let mut guard = mutex.lock().expect("no thread panicked");
            guard.change("!");
        }
        log.pend(1, ()).await;
        mutex.into_inner().map_or(0, |value| value.look())
    }
}

same! {
    mod guard_is_held;
    start |log| assert_not_send!(body(log));
    #[allow(clippy::await_holding_lock)]
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mutex = std::sync::Mutex::new(log.drop_of("value"));
        let guard = mutex.lock().expect("no thread panicked");
        log.pend(1, ()).await;
        guard.look()
    }
}

same! {
    mod local_value_is_moved_before_the_wait;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = Rc::new(log.drop_of("local"));
        drop(local);
        log.pend(1, 1).await
    }
}

// rustc counts a value that was borrowed to the end of its scope, although it has been moved
// out by then. A coroutine may be `Send` there: these two only compare what it does.
same! {
    mod guard_is_dropped_explicitly;
    start |log| either_way(body(log));
    #[allow(clippy::await_holding_lock)]
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let mutex = std::sync::Mutex::new(log.drop_of("value"));
        let guard = mutex.lock().expect("no thread panicked");
        guard.look();
        drop(guard);
        log.pend(1, ()).await;
        mutex.into_inner().map_or(0, |value| value.look())
    }
}

same! {
    mod local_value_is_borrowed_and_moved_before_the_wait;
    start |log| either_way(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = Rc::new(log.drop_of("local"));
        let length = local.look();
        drop(local);
        log.pend(1, length).await
    }
}

same! {
    mod local_temporary_of_an_ended_statement;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let sum = Rc::new(log.drop_of("temporary")).look();
        log.pend(1, sum).await
    }
}

same! {
    mod local_temporary_of_the_same_statement;
    start |log| assert_not_send!(body(log));
    fn both(first: &Noisy, second: usize) -> usize {
        first.look() + second
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        both(&Rc::new(log.drop_of("temporary")), log.pend(1, 1).await)
    }
}

same! {
    mod local_output_is_not_held;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> Rc<usize> {
        let held = log.drop_of("held");
        log.pend(1, ()).await;
        Rc::new(held.look())
    }
}

same! {
    mod generic_value_decides;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn hold<T>(log: &Log, value: T) -> T {
        log.pend(1, ()).await;
        value
    }
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        drop(assert_not_send!(hold(log, Rc::new(1))));
        assert_send(hold(log, log.drop_of("value"))).await.look()
    }
}

same! {
    mod iterator_with_a_higher_ranked_closure;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb"]);
        let mut sum = 0;
        for length in list.iter().map(|value| value.look()) {
            log.pend(1, ()).await;
            sum += length;
        }
        sum
    }
}

same! {
    mod boxed_trait_objects_are_held;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb"]);
        let act: Box<dyn Fn(&Noisy) -> usize + Send + Sync> = Box::new(|value| value.look());
        let last: &(dyn std::fmt::Debug + Send + Sync) = &list[1];
        log.pend(1, ()).await;
        act(&list[0]) + format!("{last:?}").len()
    }
}

/// Not `Send`, and gone in two ways: a method takes it, or it is dropped.
struct Local(Noisy, Rc<()>);

impl Local {
    fn new(log: &Log) -> Local {
        Local(log.drop_of("local"), Rc::new(()))
    }

    fn finish(self) -> usize {
        self.0.look() + Rc::strong_count(&self.1)
    }
}

same! {
    mod local_value_is_taken_on_either_way;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = Local::new(log);
        let number = if log.test("finish", true) {
            local.finish()
        } else {
            drop(local);
            1
        };
        log.pend(1, number).await
    }
}

same! {
    mod local_value_is_borrowed_where_the_function_returns;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let local = Local::new(log);
        if log.test("empty", false) {
            return local.0.look();
        }
        let number = local.finish();
        log.pend(1, number).await
    }
}

same! {
    mod reference_to_a_cell_has_been_used;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let cell = Cell::new(1);
        let reference = &cell;
        reference.set(2);
        log.pend(1, ()).await;
        log.drop_of("x").look() + cell.into_inner()
    }
}

same! {
    mod view_of_references_has_been_used_in_a_loop;
    start |log| assert_send(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> usize {
        let list = log.list(&["a", "bb"]);
        let cell = RefCell::new(Vec::new());
        let view = &cell;
        for value in &list {
            view.borrow_mut().push(value);
        }
        log.pend(1, ()).await;
        cell.into_inner().len() + list.len()
    }
}

type Links<'a> = Cell<Option<&'a (dyn Address + 'a)>>;

trait Address {
    fn address(&self) -> *const ();
}

impl<'a> Address for &'a Links<'a> {
    fn address(&self) -> *const () {
        std::ptr::from_ref(*self).cast()
    }
}

trait Link<'a> {
    fn link(&'a self);
}

impl<'a> Link<'a> for &'a Links<'a> {
    fn link(&'a self) {
        self.set(Some(self));
    }
}

// It is borrowed itself, by a method that references have.
same! {
    mod reference_to_a_cell_is_in_the_cell;
    start |log| assert_not_send!(body(log));
    #[coro::coroutine]
    async fn body(log: &Log) -> bool {
        let cell: Links<'_> = Cell::new(None);
        let reference = &cell;
        reference.link();
        log.pend(1, ()).await;
        let other = [log.drop_of("x"), log.drop_of("y")];
        log.pend(1, ()).await;
        let is_same = |found: &dyn Address| found.address() == std::ptr::from_ref(&cell).cast();
        other.len() == 2 && cell.get().is_some_and(is_same)
    }
}

/// Coroutines each of which awaits the next.
macro_rules! nested {
    ($innermost:ident) => {};
    ($outer:ident $inner:ident $($rest:ident)*) => {
        #[coro::coroutine]
        async fn $outer(number: u64) -> u64 {
            let kept = vec![number];
            let inner = $inner(number).await;
            kept[0] + inner
        }
        nested! { $inner $($rest)* }
    };
}
nested! {
    level_18 level_17 level_16 level_15 level_14 level_13 level_12 level_11 level_10 level_9
    level_8 level_7 level_6 level_5 level_4 level_3 level_2 first
}

#[coro::coroutine]
async fn first(number: u64) -> u64 {
    let kept = number.to_string();
    std::future::ready(()).await;
    kept.len() as u64
}

/// rustc looks through all of them, for the layout and for `Send`, and gives up after a limited number
/// of steps. A type that names another twice takes it 2ⁿ steps here.
#[test]
fn many_nested_coroutines_are_send() {
    let sum = coro::runtime::block_on(assert_spawnable(level_18(1)));
    assert_eq!(sum, 18);
}
