// The runtime's `join!` takes what it is given. One of another crate that only borrows it is told apart.
macro_rules! join {
    ($first:expr, $second:expr) => {
        format!("{}{}", &$first, &$second)
    };
}

#[coro::coroutine]
fn joined(first: String, second: String) -> String {
    wait!(std::future::ready(()));
    let both = join!(first, second);
    drop((first, second));
    both
}

#[coro::coroutine]
fn joined_output() -> String {
    join!(1, wait!(std::future::ready(2)))
}

fn main() {
    let _ = joined_output();
    let _ = joined(String::new(), String::new());
}
