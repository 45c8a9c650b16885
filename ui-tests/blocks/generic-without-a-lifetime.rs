// What is borrowed from a `T` across a wait needs a lifetime that can be named.
use std::future::ready;

fn sum<T: Copy + Into<u64>>(base: &u64, list: Vec<T>) -> impl Future<Output = u64> {
    coro::future! {
        let mut sum = *base;
        for item in &list {
            sum += wait!(ready(*item)).into();
        }
        sum
    }
}

fn main() {
    drop(sum(&1, vec![1_u8]));
}
