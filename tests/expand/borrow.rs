//! A local that is borrowed across two suspensions stays at one address.
use std::future::ready;

#[coro::coroutine]
fn longest_line(text: String) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let first = wait!(ready(lines[0]));
    let second = wait!(ready(lines[1]));
    let longest = if first.len() < second.len() {
        second
    } else {
        first
    };
    longest.to_owned()
}
