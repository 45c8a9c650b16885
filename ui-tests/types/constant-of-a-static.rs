//! A sum with a static is no constant, and none that a macro could tell from one.
static COUNT: u64 = 1;

async fn show(_: &u64) {}

#[coro::coroutine]
async fn sum() {
    show(&(COUNT + 1)).await;
}

fn main() {
    drop(sum());
}
