// Whether the method takes what it is called on, rustc is not asked: what the closure returns might stay open.
struct Builder(Vec<u8>);

impl Builder {
    fn with(mut self, change: impl FnOnce(&mut Vec<u8>)) -> Builder {
        change(&mut self.0);
        self
    }
}

#[coro::coroutine]
fn of_its_own_name(builder: Builder) -> Builder {
    wait!(std::future::ready(()));
    let builder = builder.with(|list| list.push(1));
    builder
}

#[coro::coroutine]
fn coroutine(builder: Builder) -> Builder {
    wait!(std::future::ready(()));
    builder.with(|list| list.push(1))
}

fn main() {
    let _ = of_its_own_name(Builder(Vec::new()));
    let _ = coroutine(Builder(Vec::new()));
}
