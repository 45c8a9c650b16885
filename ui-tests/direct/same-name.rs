#[coro::coroutine(direct = fetch)]
fn fetch() -> u32 {
    wait!(std::future::ready(1))
}

fn main() {
    fetch();
}
