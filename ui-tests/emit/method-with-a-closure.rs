// Whether the method takes what it is called on, rustc cannot be asked without knowing what the closure returns.
struct Builder(Vec<u8>);

impl Builder {
    fn finish<T>(self, finish: impl FnOnce(Vec<u8>) -> T) -> T {
        finish(self.0)
    }
}

#[coro::coroutine]
fn said(builder: Builder) -> usize {
    wait!(std::future::ready(()));
    let Builder(list) = builder;
    Builder(list).finish(|list| list.len())
}

#[coro::coroutine]
fn coroutine(builder: Builder) -> usize {
    wait!(std::future::ready(()));
    builder.finish(|list| list.len())
}

fn main() {
    let _ = said(Builder(Vec::new()));
    let _ = coroutine(Builder(Vec::new()));
}
