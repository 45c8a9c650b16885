macro_rules! next {
    ($queue:expr) => {
        std::future::ready($queue.pop()).await
    };
}

#[coro::coroutine]
async fn body(mut queue: Vec<u8>) -> Option<u8> {
    next!(queue)
}

fn main() {
    let _ = body(Vec::new());
}
