use std::cell::Cell;

#[coro::coroutine]
fn coroutine(cell: &Cell<u32>) -> u32 {
    wait!(std::future::ready(1)) + cell.get()
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(coroutine(&Cell::new(1)));
}
