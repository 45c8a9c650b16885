//! How large a coroutine's state is, beside rustc's future of the same source.
//!
//! ```text
//! cargo bench --bench sizes
//! ```

mod common;

use std::collections::VecDeque;
use std::hint::black_box;

use common::{both, later, read};

/// What the body `machine` is doing.
#[derive(Clone, Copy)]
enum Mode {
    Idle,
    Reading(u64),
    Writing { first: u64, second: u64 },
}

/// Says when it is dropped, and so has to be kept until then.
struct Guard(u64);

impl Drop for Guard {
    fn drop(&mut self) {
        black_box(self.0);
    }
}

fn parse(bytes: &[u8]) -> Result<u64, String> {
    match bytes {
        [first, ..] => Ok(u64::from(*first)),
        [] => Err("there is nothing to parse".to_owned()),
    }
}

both! {
    async fn hot_loop(iterations: u64) -> u64 {
        let mut total = 0;
        for step in 0..iterations {
            total += std::future::ready(step).await;
            total ^= later(step).await;
        }
        total
    }

    async fn arguments(name: String, bytes: Vec<u8>, count: u64) -> usize {
        let first = later(1).await;
        name.len() + bytes.len() + count as usize + first
    }

    async fn array_argument(bytes: [u8; 8192]) -> u8 {
        let index = later(1_usize).await;
        bytes[index]
    }

    async fn array_inner(bytes: [u8; 1024]) -> u8 {
        let index = later(1_usize).await;
        bytes[index]
    }

    async fn array_middle(bytes: [u8; 1024]) -> u8 {
        array_inner(bytes).await
    }

    async fn three_nested_calls(bytes: [u8; 1024]) -> u8 {
        array_middle(bytes).await
    }

    async fn small_fifth(pair: [u64; 2]) -> u64 {
        later(pair[0]).await + pair[1]
    }

    async fn small_fourth(pair: [u64; 2]) -> u64 {
        small_fifth(pair).await
    }

    async fn small_third(pair: [u64; 2]) -> u64 {
        small_fourth(pair).await
    }

    async fn small_second(pair: [u64; 2]) -> u64 {
        small_third(pair).await
    }

    async fn five_nested_calls(pair: [u64; 2]) -> u64 {
        small_second(pair).await
    }

    async fn three_names(first: Vec<u8>) -> usize {
        later(1).await;
        let second = first;
        later(2).await;
        let third = second;
        later(3).await;
        third.len()
    }

    async fn disjoint_branches(is_first: bool) -> usize {
        if is_first {
            let mut buffer = [1_u8; 1000];
            let count = read(&mut buffer, 1).await;
            buffer[..count].len()
        } else {
            let mut buffer = [2_u8; 1000];
            let count = read(&mut buffer, 2).await;
            buffer[count..].len()
        }
    }

    async fn read_loop(limit: usize) -> Result<Vec<u8>, String> {
        let mut message = Vec::new();
        let mut buffer = [0_u8; 512];
        while message.len() < limit {
            let count = read(&mut buffer, 7).await;
            if count == 0 {
                return Err("the message is cut short".to_owned());
            }
            message.extend_from_slice(&buffer[..count]);
        }
        Ok(message)
    }

    async fn state_machine(iterations: u64) -> u64 {
        let mut mode = Mode::Idle;
        let mut total = 0;
        for step in 0..iterations {
            mode = match mode {
                Mode::Idle => Mode::Reading(later(step).await),
                Mode::Reading(first) => {
                    let second = later(step).await;
                    Mode::Writing { first, second }
                }
                Mode::Writing { first, second } => {
                    total += later(first).await;
                    total ^= later(second).await;
                    Mode::Idle
                }
            };
        }
        total
    }

    async fn several_steps(address: &str) -> Result<u64, String> {
        let mut head = [0_u8; 128];
        let count = read(&mut head, address.len() as u8).await;
        let length = parse(&head[..count])?;
        let mut body = vec![0_u8; 2 + length as usize];
        let count = read(&mut body, 3).await;
        let sum = parse(&body[..count])?;
        later(()).await;
        Ok(length + sum)
    }

    async fn guards(count: u64) -> u64 {
        let first = Guard(count);
        later(1).await;
        {
            let second = Guard(first.0 + 1);
            later(second.0).await;
        }
        let third = Guard(first.0 + 2);
        later(third.0).await
    }

    async fn queue(mut waiting: VecDeque<String>) -> usize {
        let mut total = 0;
        while let Some(name) = waiting.pop_front() {
            total += later(name.len()).await;
            if total % 2 == 1 {
                waiting.push_back(name);
            }
        }
        total
    }

    async fn one_after_another(count: u64) -> u64 {
        let first = hot_loop(count).await;
        let second = state_machine(first).await;
        let third = guards(second).await;
        third + five_nested_calls([first, second]).await
    }
}

macro_rules! table {
    ($($name:ident($($argument:expr),*)),* $(,)?) => {
        [$((
            stringify!($name),
            size_of_val(&rustc::$name($($argument),*)),
            size_of_val(&ours::$name($($argument),*)),
        )),*]
    };
}

fn main() {
    let table = table![
        hot_loop(1),
        arguments(String::new(), Vec::new(), 1),
        array_argument([0; 8192]),
        three_nested_calls([0; 1024]),
        five_nested_calls([0; 2]),
        three_names(Vec::new()),
        disjoint_branches(true),
        read_loop(1),
        state_machine(1),
        several_steps(""),
        guards(1),
        queue(VecDeque::new()),
        one_after_another(1),
    ];
    println!("bytes of the state         rustc    ours   ratio");
    for (name, rustc, ours) in table {
        let ratio = ours as f64 / rustc as f64;
        println!("{name:<24} {rustc:>7} {ours:>7} {ratio:>7.2}");
    }
    let larger = table.iter().filter(|(_, rustc, ours)| ours > rustc).count();
    println!("{larger} of {} are larger than rustc's", table.len());
}
