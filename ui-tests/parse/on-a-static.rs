#[coro::coroutine]
static COUNT: u32 = 1;

fn main() {
    let _ = COUNT;
}
