// A closure captures the whole box, which the name of the type does not say to be one.
struct Pair {
    first: String,
    second: String,
}

type Shared = Box<Pair>;

#[coro::coroutine]
fn coroutine(pair: Shared) -> usize {
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
