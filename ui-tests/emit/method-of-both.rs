trait Sink: Sized {
    fn put(self) -> usize;
}
impl Sink for String {
    fn put(self) -> usize {
        self.len()
    }
}
impl Sink for &String {
    fn put(self) -> usize {
        self.len()
    }
}

#[coro::coroutine]
fn coroutine(text: String) -> usize {
    wait!(std::future::ready(()));
    text.put()
}

fn main() {
    let _ = coroutine(String::new());
}
