//! What lies on the stack of a scoped fiber ends with it, and may not come out of the scope.

use coro::runtime::fiber::scoped;

fn main() {
    let word: &str = scoped(
        |yielder, ()| {
            let text = String::from("on the fiber's stack");
            yielder.suspend(text.as_str());
        },
        |fiber| fiber.next().unwrap(),
    );
    println!("{word}");
}
