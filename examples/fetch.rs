//! Fetches URLs at the same time, and tells what came of each.
//!
//! ```text
//! cargo run --release --example fetch -- http://127.0.0.1:8080/500/hello http://localhost/
//! ```

use std::process::ExitCode;
use std::time::Instant;

use coro::runtime::{block_on, http, join_all};

const HELP: &str = "\
Fetches URLs at the same time, and tells status, size and time of each.

Usage: fetch URL...

The exit code is 1 if there was no reply from one of them. A reply whose
status tells of a failure is a reply.";

/// Fetches one URL and prints a line about it. Whether there was a reply.
#[coro::coroutine]
async fn fetch(url: &str) -> bool {
    let start = Instant::now();
    let outcome = http::get(url).await;
    let milliseconds = start.elapsed().as_millis();
    match outcome {
        Ok(response) => {
            let size = response.body().len();
            let status = format!("{} {}", response.status(), response.reason());
            println!("{status:<16} {size:>9} bytes {milliseconds:>6} ms  {url}");
            true
        }
        Err(error) => {
            eprintln!(
                "{:<16} {:>15} {milliseconds:>6} ms  {url}: {error}",
                "failed", ""
            );
            false
        }
    }
}

/// Fetches all URLs at once. Whether all of them replied.
#[coro::coroutine]
async fn fetch_all(urls: &[String]) -> bool {
    let replied = join_all(urls.iter().map(|url| fetch(url))).await;
    replied.into_iter().all(|replied| replied)
}

fn main() -> ExitCode {
    let urls: Vec<String> = std::env::args().skip(1).collect();
    if urls.iter().any(|url| url == "--help" || url == "-h") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    if urls.is_empty() || urls.iter().any(|url| url.starts_with('-')) {
        eprintln!("{HELP}");
        return ExitCode::from(2);
    }
    match block_on(fetch_all(&urls)) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
