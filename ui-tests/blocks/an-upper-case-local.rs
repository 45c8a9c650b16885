// A macro takes an upper-case name for a constant.
use std::future::ready;

#[allow(non_snake_case)]
fn weigh(G: f64) -> impl Future<Output = f64> {
    coro::future! { wait!(ready(2.0)) * G }
}

fn main() {
    drop(weigh(9.81));
}
