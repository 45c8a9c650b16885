#[coro::coroutine]
trait Source {
    fn next(&self) -> u32;
}

fn main() {}
