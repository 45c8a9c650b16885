use std::future::ready;

fn takes(_: impl Future<Output = String>) {}

fn main() {
    takes(coro::future! { wait!(ready(1_u8)) });
}
