#[coro::coroutine]
fn coroutine(pair: (&'static u32, String, String)) -> usize {
    wait!(std::future::ready(()));
    let (&number, name, _) = pair;
    name.len() + number as usize
}

fn main() {
    let _ = coroutine((&1, String::new(), String::new()));
}
