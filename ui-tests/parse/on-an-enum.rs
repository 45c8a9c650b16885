#[coro::coroutine]
enum State {
    Start,
}

fn main() {
    let _ = State::Start;
}
