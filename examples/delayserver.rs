//! A server that takes its time, to try clients with.
//!
//! ```text
//! cargo run --release --example delayserver -- 127.0.0.1:8080
//! curl http://127.0.0.1:8080/500/hello
//! wrk -t2 -c64 -d10s http://127.0.0.1:8080/0/hello
//! ```

mod common;

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use common::delay_server;
use coro::runtime::net::TcpListener;
use coro::runtime::{block_on, http};

const HELP: &str = "\
Answers GET /DELAY_MS/MESSAGE with MESSAGE after the delay.

Usage: delayserver [ADDRESS]

ADDRESS is where to listen, 127.0.0.1:8080 if it is left out.
Port 0 stands for any that is free.";

/// Listens on `address` and answers until the process is ended.
#[coro::coroutine]
async fn run(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}, try: curl http://{address}/500/hello");
    http::serve(listener, delay_server::answer).await
}

/// What went wrong, and what can be done about it.
fn explain(address: &str, error: &io::Error) -> String {
    let advice = match error.kind() {
        ErrorKind::AddrInUse => ": another program listens there, so choose another port",
        ErrorKind::PermissionDenied => ": ports below 1024 need privileges",
        _ => "",
    };
    format!("cannot listen on {address}: {error}{advice}")
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let address = match arguments.as_slice() {
        [] => "127.0.0.1:8080",
        [help] if help == "--help" || help == "-h" => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [address] if !address.starts_with('-') => address,
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match block_on(run(address)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("delayserver: {}", explain(address, &error));
            ExitCode::FAILURE
        }
    }
}
