//! A macro that nobody can see into must not keep a local that lives across a suspension.
use std::future::ready;

macro_rules! keep {
    ($local:expr) => {
        move || $local.len()
    };
}

macro_rules! keep_number {
    ($local:expr) => {
        move || $local
    };
}

macro_rules! borrow {
    ($local:expr) => {
        || $local.len()
    };
}

#[coro::coroutine]
fn returns_it() -> Box<dyn Fn() -> usize> {
    let text = String::from("text");
    wait!(ready(text.len()));
    Box::new(keep!(text))
}

#[coro::coroutine]
fn returns_a_copy() -> Box<dyn Fn() -> usize> {
    let number = 1usize;
    wait!(ready(()));
    Box::new(keep_number!(number))
}

#[coro::coroutine]
fn drops_it_early() {
    let text = String::from("text");
    wait!(ready(text.len()));
    let length = keep!(text);
    drop(length);
    wait!(ready(()));
}

#[coro::coroutine]
fn sees_the_number_change() -> usize {
    let mut number = 1usize;
    wait!(ready(()));
    let copy = keep_number!(number);
    number += 1;
    copy() + number
}

#[coro::coroutine]
fn calls_it_later() -> usize {
    let text = String::from("text");
    wait!(ready(text.len()));
    let length = borrow!(text);
    wait!(ready(()));
    length()
}

#[coro::coroutine]
fn inside_a_closure() -> Option<Box<dyn Fn() -> usize>> {
    let number = 1usize;
    wait!(ready(()));
    Some(()).map(|()| Box::new(keep_number!(number)) as Box<dyn Fn() -> usize>)
}

#[coro::coroutine]
fn inside_an_async_block() -> Box<dyn Fn() -> usize> {
    let text = String::from("text");
    wait!(ready(text.len()));
    wait!(async { Box::new(keep!(text)) as Box<dyn Fn() -> usize> })
}

#[coro::coroutine]
fn inside_an_async_block_before_a_panic() {
    let text = String::from("text");
    wait!(ready(text.len()));
    wait!(async {
        drop(keep!(text));
        panic!("the text is dropped by now");
    })
}

thread_local! {
    static KEPT: std::cell::RefCell<Option<Box<dyn Fn() -> usize>>> = const { std::cell::RefCell::new(None) };
}

macro_rules! keep_and_panic {
    ($local:expr) => {{
        KEPT.set(Some(Box::new(move || $local.len())));
        panic!("the closure is called after the unwinding")
    }};
}

#[coro::coroutine]
fn keeps_it_and_panics(fails: bool) -> usize {
    let text = String::from("text");
    wait!(ready(text.len()));
    if fails {
        keep_and_panic!(text);
    }
    text.len()
}

#[coro::coroutine]
fn drops_it_before_a_panic(fails: bool) -> usize {
    let text = String::from("text");
    wait!(ready(text.len()));
    if fails {
        drop(keep!(text));
        panic!("the text is dropped by now");
    }
    text.len()
}

fn main() {}
