// Without a path, `select!` may be tokio's, which takes a future that is a name alone, or another library's,
// which borrows it.
#[coro::coroutine]
fn selected(first: std::future::Ready<u32>) -> u32 {
    let mut sum = 0;
    select! {
        number = first => {
            sum += number;
        }
    }
    sum
}

fn main() {
    let _ = selected(std::future::ready(1));
}
