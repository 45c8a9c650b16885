//! Early exits, and a value that is owed its drop on some ways only.
use std::future::ready;
use std::num::ParseIntError;

#[coro::coroutine]
fn parse(text: String) -> Result<u32, ParseIntError> {
    let number: u32 = wait!(ready(text.parse()))?;
    drop(text);
    wait!(ready(()));
    Ok(number)
}
