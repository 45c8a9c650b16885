#[coro::coroutine]
fn coroutine() -> Result<u32, std::io::Error> {
    let number = wait!(std::future::ready("1".parse::<u32>()))?;
    Ok(number)
}

#[coro::coroutine]
fn without_a_wait() -> Result<u32, std::io::Error> {
    wait!(std::future::ready(()));
    Ok("1".parse::<u32>()?)
}

fn main() {
    let _ = coroutine();
    let _ = without_a_wait();
}
