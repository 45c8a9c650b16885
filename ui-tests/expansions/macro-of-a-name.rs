// A local that lives across a suspension is a place, and no name: a macro is given an expression.
macro_rules! shown {
    ($name:ident) => {
        format!("{} is {}", stringify!($name), $name)
    };
}

#[coro::coroutine]
async fn coroutine() -> String {
    let number = std::future::ready(1).await;
    let text = shown!(number);
    std::future::ready(()).await;
    let again = &number;
    format!("{text} {again}")
}

fn main() {
    let _ = coroutine();
}
