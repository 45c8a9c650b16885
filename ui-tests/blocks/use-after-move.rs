// The block has taken what it mentions.
use std::future::ready;

fn greet(name: String) -> usize {
    let greeting = coro::future! {
        wait!(ready(()));
        name.len()
    };
    drop(greeting);
    name.len()
}

fn main() {
    greet(String::new());
}
