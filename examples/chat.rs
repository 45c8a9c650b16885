//! A chat room: what one client says, all hear, line by line.
//!
//! ```text
//! cargo run --release --example chat -- 127.0.0.1:8080
//! nc 127.0.0.1 8080
//! ```

use std::io;
use std::process::ExitCode;

use coro::runtime::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, StreamExt};
use coro::runtime::net::{TcpListener, TcpStream};
use coro::runtime::sync::broadcast::{self, Receiver, RecvError, Sender};
use coro::runtime::{JoinSet, block_on, select};

/// How many messages a client may be behind before it misses some.
const BACKLOG: usize = 64;

/// What a client's task waits for.
enum Event {
    Said(Option<io::Result<String>>),
    Heard(Result<String, RecvError>),
}

/// Serves one client until it leaves.
#[coro::coroutine]
fn talk(stream: TcpStream, room: Sender<String>, mut ears: Receiver<String>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    loop {
        let event = wait!(select! {
            line = lines.next() => Event::Said(line),
            message = ears.recv() => Event::Heard(message),
        });
        let text = match event {
            Event::Said(Some(line)) => {
                // The room forgets its oldest message rather than wait for the slowest client.
                let _ = room.try_broadcast(line?);
                continue;
            }
            Event::Heard(Ok(message)) => format!("{message}\n"),
            Event::Heard(Err(RecvError::Overflowed(count))) => {
                format!("({count} messages were missed)\n")
            }
            Event::Said(None) | Event::Heard(Err(RecvError::Closed)) => return Ok(()),
        };
        wait!(write.write_all(text.as_bytes()))?;
    }
}

/// What the server's task waits for.
enum Change {
    Came(io::Result<(TcpStream, std::net::SocketAddr)>),
    Left,
}

#[coro::coroutine]
fn serve(address: &str) -> io::Result<()> {
    let listener = wait!(TcpListener::bind(address))?;
    println!("listening on {}", listener.local_addr()?);
    let (mut room, ears) = broadcast::broadcast(BACKLOG);
    room.set_overflow(true);
    let ears = ears.deactivate();
    let mut clients = JoinSet::new();
    loop {
        let has_clients = !clients.is_empty();
        let change = wait!(select! {
            client = listener.accept() => Change::Came(client),
            _ = clients.join_next(), if has_clients => Change::Left,
        });
        match change {
            Change::Came(client) => {
                let (stream, peer) = client?;
                println!("{peer} came");
                clients.spawn(talk(stream, room.clone(), ears.activate_cloned()));
            }
            Change::Left => println!("a client left, {} are here", clients.len()),
        }
    }
}

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("Usage: chat ADDRESS, for example 127.0.0.1:8080");
        return ExitCode::from(2);
    };
    match block_on(serve(&address)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{address}: {error}");
            ExitCode::FAILURE
        }
    }
}
