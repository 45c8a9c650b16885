use std::future::ready;

struct Row(String);

impl Row {
    fn get<T: From<String>>(&self) -> T {
        T::from(self.0.clone())
    }
}

#[coro::coroutine]
async fn body(row: Row) -> String {
    ready(()).await;
    let name: String = row.get();
    name
}

fn main() {
    let _ = body(Row(String::new()));
}
