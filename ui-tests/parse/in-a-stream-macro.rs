// The `.await` is one of the stream, which only the macro knows. In a function of its own it makes the stream.
macro_rules! stream {
    ($($body:tt)*) => {
        async move { $($body)* }
    };
}

fn of_its_own(number: std::future::Ready<u32>) -> impl Future<Output = u32> {
    stream! { number.await + 1 }
}

#[coro::coroutine]
async fn coroutine(number: std::future::Ready<u32>) -> u32 {
    let stream = stream! { number.await + 1 };
    stream.await
}

fn main() {
    let _ = of_its_own(std::future::ready(1));
    let _ = coroutine(std::future::ready(1));
}
