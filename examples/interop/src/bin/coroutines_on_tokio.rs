//! Our coroutines with the tasks, sockets and timers of tokio. Nothing of our runtime is used.
//!
//! ```text
//! cargo run -p interop --bin coroutines_on_tokio
//! ```

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Sends back what comes in, in capitals.
#[coro::coroutine(Send)]
fn shout(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let count = wait!(stream.read(&mut buffer))?;
        if count == 0 {
            return Ok(());
        }
        buffer[..count].make_ascii_uppercase();
        wait!(sleep(Duration::from_millis(1)));
        wait!(stream.write_all(&buffer[..count]))?;
    }
}

#[coro::coroutine(Send)]
fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = wait!(listener.accept())?;
        tokio::spawn(shout(stream));
    }
}

#[coro::coroutine(Send)]
fn ask(address: SocketAddr, text: String) -> io::Result<String> {
    let mut stream = wait!(TcpStream::connect(address))?;
    wait!(stream.write_all(text.as_bytes()))?;
    let mut reply = vec![0; text.len()];
    wait!(stream.read_exact(&mut reply))?;
    Ok(String::from_utf8_lossy(&reply).into_owned())
}

#[coro::coroutine]
fn run() -> io::Result<()> {
    let listener = wait!(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    tokio::spawn(serve(listener));
    let mut tasks = Vec::new();
    for name in ["one", "two", "three"] {
        tasks.push(tokio::spawn(ask(address, format!("hello, {name}"))));
    }
    for task in tasks {
        println!("{}", wait!(task)??);
    }
    Ok(())
}

fn main() -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run())
}
