// Only what is compiled is looked at.
#[coro::coroutine]
fn coroutine(list: Vec<u32>) -> usize {
    #[cfg(any())]
    return list.iter().map(|item| wait!(item)).count();
    #[cfg(not(any()))]
    list.iter().map(|item| wait!(std::future::ready(item))).count()
}

fn main() {
    drop(coroutine(Vec::new()));
}
