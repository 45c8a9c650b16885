use std::future::ready;

macro_rules! run {
    ($future:expr) => {
        $future
    };
}

#[coro::coroutine]
fn length(word: String) -> usize {
    wait!(run!(coro::future! { ready(word.len()).into_inner() }))
}

fn main() {
    drop(length(String::new()));
}
