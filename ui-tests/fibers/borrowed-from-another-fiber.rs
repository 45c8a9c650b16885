//! A fiber that could be forgotten, or outlive the other, may not borrow from its stack.

use coro::runtime::fiber::Fiber;

fn main() {
    let mut outer = Fiber::<(), Fiber<(), (), usize>, ()>::new(|yielder, ()| {
        let text = String::from("on the stack of the outer fiber");
        let borrowed = &text;
        yielder.suspend(Fiber::new(move |_, ()| borrowed.len()));
    });
    let inner = outer.resume(()).yielded().unwrap();
    drop(outer);
    let _ = { inner }.resume(());
}
