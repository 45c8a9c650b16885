//! Each scope ends its own fiber: an outer one would otherwise keep one of an inner scope.

use coro::runtime::fiber::{ScopedFiber, scoped};

fn main() {
    scoped(
        |_, ()| (),
        |outer: &mut ScopedFiber<'_, (), (), ()>| {
            let text = String::from("short-lived");
            scoped(
                |yielder, ()| {
                    yielder.suspend(());
                    println!("{text}");
                },
                |inner| std::mem::swap(outer, inner),
            );
        },
    );
}
