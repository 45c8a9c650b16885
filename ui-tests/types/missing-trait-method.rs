trait Source {
    fn next(&self) -> impl Future<Output = u32>;
}

struct Counter;

impl Source for Counter {
    #[coro::coroutine]
    fn next(&self) -> String {
        wait!(std::future::ready(String::new()))
    }
}

fn main() {}
