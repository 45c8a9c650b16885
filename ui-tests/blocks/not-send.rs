use std::future::ready;
use std::rc::Rc;

fn spawn(_: impl Future + Send) {}

fn main() {
    let shared = Rc::new(1);
    spawn(coro::future! {
        wait!(ready(()));
        *shared
    });
}
