//! A block takes `self` by another name, which a string cannot say.
struct Named(&'static str);

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl Named {
    fn greeting(&self) -> impl Future<Output = String> {
        coro::future! { format!("hello {self}") }
    }
}

fn main() {
    drop(Named("you").greeting());
}
