struct Counts(Vec<u8>);

impl Counts {
    fn all(self, is_one: impl Fn(u8) -> bool) -> bool {
        self.0.into_iter().all(is_one)
    }
}

#[coro::coroutine]
fn coroutine(counts: Counts) -> bool {
    wait!(std::future::ready(()));
    counts.all(|count| count > 0)
}

fn main() {
    let _ = coroutine(Counts(Vec::new()));
}
