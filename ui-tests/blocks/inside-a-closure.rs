use std::future::ready;

fn lengths(words: Vec<String>) -> impl Future<Output = Vec<usize>> {
    coro::future! {
        words.iter().map(|word| wait!(ready(word.len()))).collect()
    }
}

fn main() {
    drop(lengths(Vec::new()));
}
