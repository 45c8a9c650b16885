//! Several executors on several threads, which send each other work.
//!
//! ```text
//! cargo run --example executors_on_threads
//! ```
//!
//! Nothing of a runtime is global: each thread has an executor, a reactor and timers of its own,
//! and what a task owns never leaves its thread, so that it need not be `Send`. What joins them
//! are wakers: a channel wakes its receiver on whatever thread and runtime that is. Where tasks
//! are to move to the thread that is idle, `coro::runtime::MultiThreadRuntime` does that.

use std::cell::Cell;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use coro::runtime::sync::channel::{Receiver, Sender, unbounded};
use coro::runtime::time::sleep;
use coro::runtime::{block_on, spawn_local};

/// What one thread runs: tasks that share a counter without a lock, for they share a thread.
#[coro::coroutine]
async fn serve(name: &str, requests: Receiver<u64>, answers: Sender<String>) {
    let served = Rc::new(Cell::new(0));
    let mut tasks = Vec::new();
    while let Ok(number) = requests.recv().await {
        let (served, answers) = (Rc::clone(&served), answers.clone());
        tasks.push(spawn_local(coro::future! {
            sleep(Duration::from_millis(10 * number)).await;
            served.set(served.get() + 1);
            // The other side may have lost interest, which is no concern of this one.
            let _ = answers.send(format!("the square of {number} is {}", number * number)).await;
        }));
    }
    for task in tasks {
        task.await.expect("it does not panic");
    }
    println!("{name}: served {} requests on one thread", served.get());
}

fn main() {
    let (answers, received) = unbounded();
    let (requests, servers): (Vec<_>, Vec<_>) = ["first", "second"]
        .map(|name| {
            let (sender, requests) = unbounded();
            let answers = answers.clone();
            let thread = thread::spawn(move || block_on(serve(name, requests, answers)));
            (sender, thread)
        })
        .into_iter()
        .unzip();
    // The servers' copies are left: the channel closes when the last of them is gone.
    drop(answers);

    // And this thread is the third executor.
    block_on(coro::future! {
        for number in 1..=6_u64 {
            let server = &requests[number as usize % requests.len()];
            server.send(number).await.expect("the server runs");
        }
        drop(requests);
        while let Ok(answer) = received.recv().await {
            println!("main: {answer}");
        }
    });
    for server in servers {
        server.join().expect("the server ends well");
    }
}
