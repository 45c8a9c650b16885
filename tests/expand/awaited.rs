//! The other spelling, and operands that are evaluated before a suspension.
use std::future::ready;

#[coro::coroutine]
async fn area(width: fn() -> u32, height: u32) -> u32 {
    width() * ready(height).await
}
