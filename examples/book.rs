//! Five small programs from a book that builds coroutines by hand, as a programmer would write
//! them: the variables and references in them live across waits, and none has a box or a type
//! that is there for the compiler's sake.
//!
//! ```text
//! cargo run --release --example book
//! ```

mod common;

use std::error::Error;
use std::fmt::Write;
use std::process::ExitCode;
use std::time::Instant;

use common::delay_server;
use coro::runtime::net::TcpListener;
use coro::runtime::{block_on, http, join_all, spawn};

/// Gets a page: the server waits as many milliseconds as the path begins with.
#[coro::coroutine]
async fn get(server: &str, path: &str) -> Result<String, http::Error> {
    let url = format!("{server}{path}");
    let response = http::get(&url).await?;
    Ok(response.text().into_owned())
}

/// One request whose path is made on the way, and borrowed while it waits.
#[coro::coroutine]
async fn read_request(server: &str, number: usize) -> Result<(), http::Error> {
    let path = format!("/{}/HelloWorld{number}", number * 100);
    let text = get(server, &path).await?;
    println!("  {text}");
    Ok(())
}

/// Several requests, one after another.
#[coro::coroutine]
async fn several_gets(server: &str) -> Result<(), http::Error> {
    println!("  program starting");
    let text = get(server, "/300/HelloAsyncAwait").await?;
    println!("  {text}");
    let text = get(server, "/200/HelloAsyncAwait").await?;
    println!("  {text}");
    for delay in [100, 50] {
        println!("  {}", get(server, &format!("/{delay}/HelloLoop")).await?);
    }
    Ok(())
}

/// Five requests at the same time.
#[coro::coroutine]
async fn five_at_once(server: &str) -> Result<(), http::Error> {
    let start = Instant::now();
    let requests = (1..=5).map(|number| read_request(server, number));
    for outcome in join_all(requests).await {
        outcome?;
    }
    println!("  all of them took {} ms", start.elapsed().as_millis());
    Ok(())
}

/// A counter, and a reference to it, that live across waits.
#[coro::coroutine]
async fn counter(server: &str) -> Result<(), http::Error> {
    let mut counter = 0;
    let responses = &mut counter;
    println!("  {}", get(server, "/200/HelloVariables").await?);
    *responses += 1;
    println!("  {}", get(server, "/100/HelloReferences").await?);
    *responses += 1;
    println!("  received {counter} responses");
    Ok(())
}

/// Two locals of which one borrows the other across waits, so that the coroutine's state
/// refers to itself.
#[coro::coroutine]
async fn writer(server: &str) -> Result<(), Box<dyn Error>> {
    let mut buffer = String::new();
    let writer = &mut buffer;
    let text = get(server, "/200/HelloBuffer").await?;
    writeln!(writer, "  {text}")?;
    let text = get(server, "/100/HelloWriter").await?;
    writeln!(writer, "  {text}")?;
    print!("{buffer}");
    Ok(())
}

/// Starts the server and runs the five.
#[coro::coroutine]
async fn book() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = format!("http://{}", listener.local_addr()?);
    spawn(http::serve(listener, delay_server::answer));

    println!("A request:");
    read_request(&server, 3).await?;
    println!("\nSeveral requests, one after another:");
    several_gets(&server).await?;
    println!("\nFive requests at once:");
    five_at_once(&server).await?;
    println!("\nVariables and references across waits:");
    counter(&server).await?;
    println!("\nA writer that borrows the buffer beside it:");
    writer(&server).await
}

fn main() -> ExitCode {
    match block_on(book()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("book: {error}");
            ExitCode::FAILURE
        }
    }
}
