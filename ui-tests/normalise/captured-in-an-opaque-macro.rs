// The macro gets references of these names: they would show other addresses.
macro_rules! log {
    ($($argument:tt)*) => {
        format!($($argument)*)
    };
}

#[coro::coroutine]
fn coroutine(name: &'static str) -> String {
    wait!(std::future::ready(1));
    log!("{name:p} of {name}")
}

fn main() {
    let _ = log!("main");
    let _ = coroutine("name");
}
