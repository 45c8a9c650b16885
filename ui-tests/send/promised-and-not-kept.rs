// The error is at the definition, whether or not anyone needs it to be `Send`.
use std::rc::Rc;

#[coro::coroutine(Send)]
fn shared(number: u32) -> u32 {
    let shared = Rc::new(number);
    wait!(std::future::ready(()));
    *shared
}

#[coro::coroutine(boxed, Send)]
fn boxed(number: u32) -> u32 {
    let shared = Rc::new(number);
    wait!(std::future::ready(()));
    *shared
}

fn main() {
    let _ = (shared(1), boxed(1));
}
