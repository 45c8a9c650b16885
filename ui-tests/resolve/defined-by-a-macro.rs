macro_rules! declare {
    ($name:ident, $value:expr) => {
        let hidden = $value;
        let $name = hidden + 1;
    };
}

#[coro::coroutine]
fn coroutine(number: u32) -> u32 {
    declare!(next, number);
    wait!(std::future::ready(()));
    next + number
}

fn main() {
    let _ = coroutine(1);
}
