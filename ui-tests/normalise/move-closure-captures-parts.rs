// Which of them is dropped first, the type decides.
struct Three {
    first: String,
    second: String,
    third: String,
}

#[coro::coroutine]
fn coroutine(three: Three) -> usize {
    wait!(std::future::ready(1));
    let length = move || three.first.len() + three.second.len();
    wait!(std::future::ready(1));
    length() + three.third.len()
}

fn main() {
    let _ = coroutine(Three {
        first: String::new(),
        second: String::new(),
        third: String::new(),
    });
}
