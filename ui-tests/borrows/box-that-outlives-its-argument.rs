#[coro::coroutine(boxed)]
fn length(word: &str, depth: u32) -> usize {
    if depth == 0 { word.len() } else { wait!(length(word, depth - 1)) }
}

fn main() {
    let future = {
        let word = String::from("word");
        length(&word, 1)
    };
    drop(future);
}
