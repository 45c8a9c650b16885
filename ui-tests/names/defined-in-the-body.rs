//! Macros of the body's own that change what a name means.
macro_rules! step {
    () => {
        1
    };
}

#[coro::coroutine]
async fn halfway() -> u32 {
    let first = std::future::ready(step!()).await;
    macro_rules! step {
        () => {
            2
        };
    }
    first + step!()
}

#[coro::coroutine]
async fn like_the_standard_library(name: String) {
    macro_rules! vec {
        ($value:expr) => {
            println!("{:?}", $value)
        };
    }
    std::future::ready(()).await;
    vec![name];
}

fn main() {}
