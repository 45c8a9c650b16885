// What `format_args!` makes, and so does `write!`, is a value of the statement that no frame can keep: nobody can
// name what it borrows. Format a string first, and lend that.
use std::fmt::Arguments;

struct Stream(String);

impl Stream {
    async fn write_fmt(&mut self, text: Arguments<'_>) {
        self.0.push_str(&text.to_string());
    }
    async fn write_str(&mut self, text: &str) {
        self.0.push_str(text);
    }
}

#[coro::coroutine]
async fn formatted(stream: &mut Stream, number: u32) {
    stream.write_str(&format!("{number}")).await;
}

#[coro::coroutine]
async fn in_place(stream: &mut Stream, number: u32) {
    write!(stream, "{number}").await;
}

fn main() {
    let mut stream = Stream(String::new());
    drop(formatted(&mut stream, 1));
    let _ = in_place(&mut stream, 1);
}
