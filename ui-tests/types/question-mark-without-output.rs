//! A `?` in a function without a `Result`, as an `async fn` has it.
#[coro::coroutine]
async fn left_by_a_question_mark() {
    std::future::ready("1".parse::<u32>()).await?;
}

fn main() {}
