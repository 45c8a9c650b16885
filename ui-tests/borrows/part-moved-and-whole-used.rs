struct Pair {
    first: String,
    second: String,
}

#[coro::coroutine]
fn coroutine(pair: Pair) -> usize {
    wait!(std::future::ready(()));
    let first = pair.first;
    wait!(std::future::ready(()));
    first.len() + pair.second.len() + whole(&pair)
}

fn whole(pair: &Pair) -> usize {
    pair.first.len()
}

fn main() {
    let _ = coroutine(Pair {
        first: String::new(),
        second: String::new(),
    });
}
