#[coro::coroutine]
fn coroutine(pair: (&'static u32, String, String)) -> usize {
    wait!(std::future::ready(()));
    match pair {
        (&number, name, _) if number > 1 => name.len(),
        _ => 0,
    }
}

fn main() {
    let _ = coroutine((&1, String::new(), String::new()));
}
