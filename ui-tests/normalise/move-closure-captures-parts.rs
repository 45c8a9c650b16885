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

// The field that the pattern leaves alone is not captured.
#[coro::coroutine]
fn by_a_pattern(pair: (String, String)) -> usize {
    wait!(std::future::ready(1));
    let length = move || {
        let (first, _) = pair;
        first.len()
    };
    wait!(std::future::ready(1));
    length()
}

fn main() {
    let _ = by_a_pattern((String::new(), String::new()));
    let _ = coroutine(Three {
        first: String::new(),
        second: String::new(),
        third: String::new(),
    });
}
