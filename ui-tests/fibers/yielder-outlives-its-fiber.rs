//! Who keeps a yielder could suspend a fiber that is over.

use std::cell::Cell;
use std::rc::Rc;

use coro::runtime::fiber::{Fiber, Yielder};

fn main() {
    let kept: Rc<Cell<Option<&Yielder<(), ()>>>> = Rc::default();
    let place = Rc::clone(&kept);
    let mut fiber = Fiber::<(), (), ()>::new(move |yielder, ()| place.set(Some(yielder)));
    let _ = fiber.resume(());
    kept.take().unwrap().suspend(());
}
