use std::future::ready;

macro_rules! check {
    ($condition:expr) => {
        if !$condition {
            return Err("not checked");
        }
    };
}

#[coro::coroutine]
fn positive(number: i32) -> Result<i32, &'static str> {
    check!(wait!(ready(number)) > 0);
    Ok(number)
}

#[coro::coroutine]
fn negative(number: i32) -> Result<i32, &'static str> {
    let number = wait!(ready(number));
    check!(number < 0);
    Ok(number)
}

fn main() {
    drop((positive(1), negative(1)));
}
