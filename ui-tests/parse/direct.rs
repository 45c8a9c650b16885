#[coro::coroutine(direct)]
fn without_a_name() -> u32 {
    wait!(std::future::ready(1))
}

#[coro::coroutine(direct = "blocking")]
fn a_text() -> u32 {
    wait!(std::future::ready(1))
}

#[coro::coroutine(direct = fn)]
fn a_keyword() -> u32 {
    wait!(std::future::ready(1))
}

#[coro::coroutine(direct = first, Send = true, direct = second)]
fn twice() -> u32 {
    wait!(std::future::ready(1))
}

fn main() {}
