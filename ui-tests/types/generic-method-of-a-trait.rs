// What the future borrows has a lifetime of its own, which the trait has to declare as well: with the
// attribute.
use std::future::ready;

trait Store {
    fn put<T: AsRef<str>>(&self, item: T) -> impl Future<Output = usize>;
}

struct Memory;

impl Store for Memory {
    #[coro::coroutine]
    fn put<T: AsRef<str>>(&self, item: T) -> usize {
        wait!(ready(()));
        item.as_ref().len()
    }
}

fn main() {
    let _ = Memory.put("text");
}
