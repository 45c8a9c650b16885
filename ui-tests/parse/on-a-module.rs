#[coro::coroutine]
mod module {
    pub fn next() -> u32 {
        1
    }
}

fn main() {
    let _ = module::next();
}
