//! A type that is called like a collection is taken for one: its `len` must not take it.
struct String(Box<u8>);

impl String {
    fn new() -> String {
        String(Box::new(3))
    }

    fn len(self) -> usize {
        usize::from(*self.0)
    }
}

#[coro::coroutine]
async fn measure() -> usize {
    let text = String::new();
    std::future::ready(()).await;
    text.len()
}

fn main() {
    let _ = measure();
}
