#![deny(warnings)]

#[coro::coroutine(direct = fetch_directly)]
fn fetch() -> u32 {
    let unused = 1;
    let mut changes = 2;
    wait!(std::future::ready(changes))
}

fn main() {}
