//! A method of one's own that is called like one of iterators, and borrows a constant.
struct Table {
    first: u64,
}

impl Table {
    fn filter(&self, wanted: impl Fn(u64) -> bool) -> Option<&u64> {
        wanted(self.first).then_some(&self.first)
    }
}

async fn show(_: Option<&u64>) {}

#[coro::coroutine]
async fn filter() {
    show(Table { first: 1 }.filter(|it| it > 0)).await;
}

fn main() {
    drop(filter());
}
