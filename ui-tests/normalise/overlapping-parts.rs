struct Pair {
    first: (String, String),
    second: String,
}

#[coro::coroutine]
fn coroutine(pair: Pair, flag: bool) -> usize {
    wait!(std::future::ready(1));
    if flag {
        drop(pair.first);
    } else {
        drop(pair.first.0);
    }
    wait!(std::future::ready(1));
    pair.second.len()
}

fn main() {
    let _ = coroutine(
        Pair {
            first: (String::new(), String::new()),
            second: String::new(),
        },
        true,
    );
}
