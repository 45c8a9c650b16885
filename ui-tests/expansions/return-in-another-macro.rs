use std::future::ready;

macro_rules! ensure {
    ($condition:expr) => {
        if !$condition {
            return Err("not ensured");
        }
    };
}

#[coro::coroutine]
fn positive(number: i32) -> Result<i32, &'static str> {
    ensure!(wait!(ready(number)) > 0);
    Ok(number)
}

#[coro::coroutine]
fn negative(number: i32) -> Result<i32, &'static str> {
    let number = wait!(ready(number));
    ensure!(number < 0);
    Ok(number)
}

fn main() {
    drop((positive(1), negative(1)));
}
