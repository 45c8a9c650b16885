fn function() -> u32 {
    coro::wait!(std::future::ready(1))
}

fn main() {
    let _ = function();
}
