trait Source {
    #[coro::coroutine]
    fn read(&self) -> u32;

    #[coro::coroutine(direct = write_directly)]
    fn write(&self);
}

struct One;

impl Source for One {
    #[coro::coroutine(direct = read_directly)]
    fn read(&self) -> u32 {
        wait!(std::future::ready(1))
    }

    #[coro::coroutine]
    fn write(&self) {
        wait!(std::future::ready(()))
    }
}

fn main() {}
