#![deny(unused_mut)]

#[coro::coroutine]
pub async fn unchanged(mut number: u32) -> u32 {
    std::future::ready(number).await
}

fn main() {}
