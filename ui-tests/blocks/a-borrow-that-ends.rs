use std::future::ready;

fn grow(mut list: Vec<u32>) -> impl Future<Output = u32> {
    coro::future! {
        let first = &list[0];
        wait!(ready(()));
        list.push(1);
        *first
    }
}

fn main() {
    drop(grow(Vec::new()));
}
