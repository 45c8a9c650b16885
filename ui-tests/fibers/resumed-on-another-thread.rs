//! A stack may hold what belongs to its thread, and no type tells.

use coro::runtime::fiber::Fiber;

fn main() {
    let mut fiber = Fiber::<(), (), ()>::new(|_, ()| ());
    std::thread::spawn(move || fiber.resume(()));
}
