fn function() -> u32 {
    wait!(std::future::ready(1))
}

fn main() {
    let _ = function();
}
