// Whether the method takes what it is called on, rustc cannot be asked without knowing the closure.
struct Builder(Vec<u8>);

impl Builder {
    fn with(mut self, change: impl FnOnce(&mut Vec<u8>)) -> Builder {
        change(&mut self.0);
        self
    }
}

#[coro::coroutine]
fn coroutine(builder: Builder) -> Builder {
    wait!(std::future::ready(()));
    builder.with(|list| list.push(1))
}

fn main() {
    let _ = coroutine(Builder(Vec::new()));
}
