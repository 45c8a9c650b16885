#[coro::coroutine]
fn coroutine(value: Option<u32>) -> u32 {
    if let Some(n) = value
        && wait!(std::future::ready(n == 1))
    {
        n
    } else {
        0
    }
}

#[coro::coroutine]
fn second_let(value: Option<u32>) -> u32 {
    if let Some(n) = value
        && let Some(m) = wait!(std::future::ready(Some(n)))
    {
        m
    } else {
        0
    }
}

fn main() {
    let _ = coroutine(None);
    let _ = second_let(None);
}
