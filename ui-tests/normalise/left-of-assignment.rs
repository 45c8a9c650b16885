#[coro::coroutine]
fn coroutine(list: &mut [u32]) {
    list[wait!(std::future::ready(1))] = 2;
}

fn main() {
    let _ = coroutine(&mut [1, 2]);
}
