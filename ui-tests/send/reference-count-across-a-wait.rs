use std::rc::Rc;

#[coro::coroutine]
fn coroutine() -> usize {
    let shared = Rc::new(1);
    wait!(std::future::ready(()));
    *shared
}

fn spawn(_: impl Future + Send + 'static) {}

fn main() {
    spawn(coroutine());
}
