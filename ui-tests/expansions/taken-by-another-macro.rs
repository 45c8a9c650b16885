//! A macro that nobody can see into borrows a local that lives across a suspension, or copies it.
use std::future::ready;

macro_rules! length_of {
    ($local:expr) => {
        $local.into_bytes().len()
    };
}

#[coro::coroutine]
fn takes_it() -> usize {
    let text = String::from("text");
    wait!(ready(()));
    length_of!(text)
}

#[coro::coroutine]
fn takes_what_is_kept_by_no_suspension() -> usize {
    let text = wait!(ready(String::from("text")));
    length_of!(text)
}

fn main() {}
