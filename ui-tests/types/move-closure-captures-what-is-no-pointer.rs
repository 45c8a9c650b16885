// A closure captures the field, unless this is the standard library's.
struct Arc {
    first: String,
    second: String,
}

#[coro::coroutine]
fn coroutine(pair: Arc) -> usize {
    wait!(std::future::ready(1));
    let length = move || pair.first.len();
    wait!(std::future::ready(1));
    length() + pair.second.len()
}

fn main() {
    let _ = coroutine(Arc {
        first: String::new(),
        second: String::new(),
    });
}
