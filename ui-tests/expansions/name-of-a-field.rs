// Nobody knows that this name is that of a field, and not an expression.
macro_rules! info {
    ($field:ident, $text:literal) => {
        println!(concat!($text, " {}={}"), stringify!($field), $field)
    };
}

#[coro::coroutine]
fn coroutine() {
    let count = 1;
    wait!(std::future::ready(count));
    info!(count, "read");
}

fn main() {
    let _ = coroutine();
}
