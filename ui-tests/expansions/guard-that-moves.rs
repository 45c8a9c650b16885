// What the pattern binds would be moved whether or not the guard holds.
use std::future::ready;

#[coro::coroutine]
fn is_long(word: Option<String>) -> bool {
    matches!(word, Some(word) if wait!(ready(word.len())) > 3)
}

fn main() {
    drop(is_long(None));
}
