macro_rules! log {
    ($($argument:tt)*) => {
        format!($($argument)*)
    };
}

#[coro::coroutine]
fn coroutine() -> String {
    let name = String::from("name");
    wait!(std::future::ready(1));
    log!("{name}")
}

fn main() {
    let _ = log!("main");
    let _ = coroutine();
}
