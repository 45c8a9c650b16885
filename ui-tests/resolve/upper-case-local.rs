#[coro::coroutine]
#[allow(non_snake_case)]
fn coroutine() -> usize {
    let Name = String::from("name");
    wait!(std::future::ready(()));
    Name.len()
}

fn main() {
    let _ = coroutine();
}
