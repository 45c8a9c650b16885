struct Pair {
    first: String,
    second: String,
}

#[coro::coroutine]
fn coroutine(pair: Pair) -> usize {
    wait!(std::future::ready(1));
    let length = move || pair.first.len();
    wait!(std::future::ready(1));
    length() + pair.second.len()
}

fn main() {
    let _ = coroutine(Pair {
        first: String::new(),
        second: String::new(),
    });
}
