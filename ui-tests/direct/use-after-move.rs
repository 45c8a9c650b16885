#[coro::coroutine(direct = wrong_move_directly)]
fn wrong_move(text: String) -> usize {
    wait!(std::future::ready(text));
    text.len()
}

fn main() {
    wrong_move_directly(String::new());
}
