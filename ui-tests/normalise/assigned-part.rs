struct Pair {
    first: (String, String),
    second: String,
}

#[coro::coroutine]
fn coroutine(mut pair: Pair) -> usize {
    wait!(std::future::ready(1));
    drop(pair.first);
    pair.first = (String::new(), String::new());
    pair.first.0 = String::new();
    wait!(std::future::ready(1));
    pair.second.len()
}

fn main() {
    let _ = coroutine(Pair {
        first: (String::new(), String::new()),
        second: String::new(),
    });
}
