macro_rules! checked {
    ($value:expr) => {
        $value.checked_add(1)?
    };
}

#[coro::coroutine]
fn coroutine(number: u32) -> Option<u32> {
    wait!(std::future::ready(()));
    Some(checked!(number))
}

fn main() {
    let _ = coroutine(1);
}
