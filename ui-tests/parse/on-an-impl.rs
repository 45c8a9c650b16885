struct Counter;

#[coro::coroutine]
impl Counter {
    fn next(&self) -> u32 {
        1
    }
}

fn main() {
    let _ = Counter.next();
}
