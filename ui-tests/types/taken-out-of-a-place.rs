// Whether the method takes the place, only its type tells.
struct Parts {
    name: String,
}

trait Together {
    fn together(self, other: String) -> String;
}

impl Together for String {
    fn together(self, other: String) -> String {
        self + &other
    }
}

fn parts() -> Parts {
    Parts {
        name: String::new(),
    }
}

#[coro::coroutine]
fn coroutine() -> String {
    parts().name.together(wait!(std::future::ready(String::new())))
}

fn main() {
    let _ = coroutine();
}
