#![deny(warnings)]

#[coro::coroutine]
fn coroutine() {
    'label: loop {
        wait!(std::future::ready(()));
        break;
    }
}

fn main() {
    let _ = coroutine();
}
