//! Fetches messages from a slow server, first one after another, then all at once.
//!
//! ```text
//! cargo run --release --example quickstart
//! ```

mod common;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use common::delay_server;
use coro::runtime::http;
use coro::runtime::net::TcpListener;
use coro::runtime::{block_on, join_all, spawn};

/// How long the server waits with each answer, in milliseconds.
const DELAYS: [u64; 10] = [600, 100, 1000, 300, 800, 200, 900, 400, 700, 500];

/// Fetches one message, and shows it when it arrives.
#[coro::coroutine]
async fn fetch(url: &str, start: Instant) -> Result<(), http::Error> {
    let response = http::get(url).await?;
    println!(
        "  {:>5} ms   {}",
        start.elapsed().as_millis(),
        response.text()
    );
    Ok(())
}

/// Fetches each message when the one before it has arrived.
#[coro::coroutine]
async fn one_after_another(urls: &[String]) -> Result<Duration, http::Error> {
    let start = Instant::now();
    for url in urls {
        fetch(url, start).await?;
    }
    Ok(start.elapsed())
}

/// Fetches all messages at the same time, on this one thread.
#[coro::coroutine]
async fn all_at_once(urls: &[String]) -> Result<Duration, http::Error> {
    let start = Instant::now();
    let fetches = urls.iter().map(|url| fetch(url, start));
    for outcome in join_all(fetches).await {
        outcome?;
    }
    Ok(start.elapsed())
}

/// Starts the server, fetches everything twice, and compares the times.
#[coro::coroutine]
async fn compare() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    spawn(http::serve(listener, delay_server::answer));
    println!(
        "A server on http://{address} answers {} requests,",
        DELAYS.len()
    );
    println!("each after a delay of 100 to 1000 ms.");

    let url = |delay: &u64| format!("http://{address}/{delay}/the one that took {delay} ms");
    let urls: Vec<String> = DELAYS.iter().map(url).collect();

    println!("\nOne after another:");
    let sequential = one_after_another(&urls).await?;
    println!("\nAll at once:");
    let concurrent = all_at_once(&urls).await?;

    let sum = Duration::from_millis(DELAYS.iter().sum());
    println!("\n  sum of the delays   {:>6} ms", sum.as_millis());
    println!("  one after another   {:>6} ms", sequential.as_millis());
    println!("  all at once         {:>6} ms", concurrent.as_millis());
    Ok(())
}

fn main() -> ExitCode {
    match block_on(compare()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}
