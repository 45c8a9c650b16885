use std::future::ready;

fn main() {
    loop {
        drop(coro::future! {
            wait!(ready(()));
            break;
        });
    }
}
