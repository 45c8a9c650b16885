async fn total(parts: &[(u64, &[u8])]) -> usize {
    parts.len()
}

#[coro::coroutine]
fn coroutine(list: Vec<u8>) -> usize {
    wait!(total(&[(1, &list)]))
}

fn main() {
    let _ = coroutine(Vec::new());
}
