//! One part of a constant is borrowed for good, another is moved.
struct Part(u64);

#[coro::coroutine]
async fn parts() -> u64 {
    match (Part(1), 2) {
        (part, ref number) => {
            std::future::ready(()).await;
            part.0 + number
        }
    }
}

fn main() {
    drop(parts());
}
