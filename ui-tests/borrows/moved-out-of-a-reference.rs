struct Owner {
    text: String,
}

impl Owner {
    #[coro::coroutine]
    fn take(&self) -> String {
        wait!(std::future::ready(()));
        self.text
    }
}

fn main() {
    let _ = Owner {
        text: String::new(),
    }
    .take();
}
