// By its name it returns, and by its type it does not.
use std::future::ready;

macro_rules! bail {
    ($text:literal) => {
        println!($text)
    };
}

#[coro::coroutine]
fn warn() {
    wait!(ready(()));
    bail!("a warning");
    wait!(ready(()));
}

fn main() {
    drop(warn());
}
