/// An error that other errors become, but not every one.
struct Failed;

impl From<std::fmt::Error> for Failed {
    fn from(_: std::fmt::Error) -> Self {
        Failed
    }
}

#[coro::coroutine]
fn coroutine() -> Result<u32, Failed> {
    let number = wait!(std::future::ready("1".parse::<u32>()))?;
    Ok(number)
}

#[coro::coroutine]
fn without_a_wait() -> Result<u32, Failed> {
    wait!(std::future::ready(()));
    Ok("1".parse::<u32>()?)
}

fn main() {
    let _ = coroutine();
    let _ = without_a_wait();
}
