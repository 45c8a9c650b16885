use std::future::ready;

macro_rules! bail {
    ($($argument:tt)*) => {
        return Err(format!($($argument)*))
    };
}

#[coro::coroutine]
fn fail() -> Result<(), String> {
    bail!("{}", wait!(ready(1)));
}

fn main() {
    drop(fail());
}
