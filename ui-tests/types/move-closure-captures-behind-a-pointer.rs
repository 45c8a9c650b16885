// A closure captures the whole box.
struct Pair {
    first: String,
    second: String,
}

#[coro::coroutine]
fn coroutine(pair: Box<Pair>) -> usize {
    wait!(std::future::ready(1));
    let length = move || pair.first.len();
    wait!(std::future::ready(1));
    length()
}

fn main() {
    let _ = coroutine(Box::new(Pair {
        first: String::new(),
        second: String::new(),
    }));
}
