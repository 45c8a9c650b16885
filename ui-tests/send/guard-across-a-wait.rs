use std::sync::Mutex;

#[coro::coroutine]
fn coroutine(mutex: &Mutex<u32>) -> u32 {
    let guard = mutex.lock().unwrap();
    wait!(std::future::ready(*guard))
}

fn spawn(_: impl Future + Send) {}

fn main() {
    spawn(coroutine(&Mutex::new(1)));
}
