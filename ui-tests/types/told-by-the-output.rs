//! A suspension evaluates its operand before anything says what its output is wanted as.
async fn pass<T>(value: T) -> T {
    value
}

#[coro::coroutine]
fn number(text: String) -> i32 {
    wait!(pass(()));
    let number: i32 = wait!(pass(text.parse().unwrap()));
    number
}

#[coro::coroutine]
fn number_with_its_type(text: String) -> i32 {
    wait!(pass(()));
    wait!(pass(text.parse::<i32>().unwrap()))
}

fn main() {}
