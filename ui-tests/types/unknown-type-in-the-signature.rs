#[coro::coroutine]
fn coroutine(list: Unknown) -> u32 {
    wait!(std::future::ready(1));
    list.len()
}

fn main() {}
