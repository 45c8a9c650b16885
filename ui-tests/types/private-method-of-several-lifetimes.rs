use std::future::ready;

struct Entry<'q, 'n, T> {
    queue: &'q mut Vec<T>,
    name: &'n str,
}

impl<'n, T> Entry<'_, 'n, T> {
    #[coro::coroutine]
    async fn taken(self) -> &'n str {
        let queue = &mut *self.queue;
        ready(()).await;
        queue.pop();
        self.name
    }
}

fn main() {
    let entry = Entry {
        queue: &mut vec![1],
        name: "name",
    };
    let _ = entry.taken();
}
