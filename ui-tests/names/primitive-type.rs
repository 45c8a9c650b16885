//! A type that is called like a primitive one, and has a drop.
#[allow(non_camel_case_types)]
struct u64(String);

#[coro::coroutine]
async fn parameter(name: u64) {
    std::future::ready(()).await;
    println!("{}", name.0);
}

#[coro::coroutine]
async fn in_a_block() {
    std::future::ready(()).await;
    {
        #[allow(non_camel_case_types)]
        struct u32(String);
        let pair: (u32, u8) = (u32(String::new()), 1);
        std::future::ready(()).await;
        drop(pair);
    }
}

#[allow(non_camel_case_types)]
#[coro::coroutine]
async fn generic<char>(value: char) {
    std::future::ready(value).await;
}

fn main() {}
