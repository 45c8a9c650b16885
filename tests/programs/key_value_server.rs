//! A key-value server that speaks lines: a task for each connection, one table for all of them.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use coro::runtime::net::{TcpListener, TcpStream};
use coro::runtime::time::timeout;
use coro::runtime::{block_on, join_all, spawn};

#[derive(Debug, PartialEq)]
enum Command {
    Get { key: String },
    Set { key: String, value: String },
    Add { key: String, by: i64 },
    Watch { key: String, patience: Duration },
    Quit,
}

#[derive(Debug)]
enum ParseError {
    Empty,
    Unknown(String),
    Missing(&'static str),
    Number(std::num::ParseIntError),
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Empty => formatter.write_str("an empty line"),
            ParseError::Unknown(name) => write!(formatter, "no command {name}"),
            ParseError::Missing(what) => write!(formatter, "a {what} is missing"),
            ParseError::Number(error) => error.fmt(formatter),
        }
    }
}

impl From<std::num::ParseIntError> for ParseError {
    fn from(error: std::num::ParseIntError) -> ParseError {
        ParseError::Number(error)
    }
}

impl FromStr for Command {
    type Err = ParseError;

    fn from_str(line: &str) -> Result<Command, ParseError> {
        let mut words = line.splitn(3, ' ');
        let name = words.next().filter(|name| !name.is_empty());
        let name = name.ok_or(ParseError::Empty)?.to_ascii_uppercase();
        let mut next = |what| words.next().ok_or(ParseError::Missing(what));
        match name.as_str() {
            "GET" => Ok(Command::Get {
                key: next("key")?.to_owned(),
            }),
            "SET" => Ok(Command::Set {
                key: next("key")?.to_owned(),
                value: next("value")?.to_owned(),
            }),
            "ADD" => Ok(Command::Add {
                key: next("key")?.to_owned(),
                by: next("number")?.parse()?,
            }),
            "WATCH" => Ok(Command::Watch {
                key: next("key")?.to_owned(),
                patience: Duration::from_millis(next("milliseconds")?.parse()?),
            }),
            "QUIT" => Ok(Command::Quit),
            _ => Err(ParseError::Unknown(name)),
        }
    }
}

#[derive(Default)]
struct Table {
    entries: HashMap<String, String>,
    watchers: HashMap<String, Vec<Waker>>,
}

impl Table {
    fn set(&mut self, key: String, value: String) {
        for watcher in self.watchers.remove(&key).into_iter().flatten() {
            watcher.wake();
        }
        self.entries.insert(key, value);
    }
}

#[derive(Clone, Default)]
struct Store {
    table: Arc<Mutex<Table>>,
    open: Arc<AtomicUsize>,
}

impl Store {
    /// Waits until there is something under the key.
    #[coro::coroutine]
    async fn present(&self, key: &str) -> String {
        poll_fn(|context| {
            let mut table = self.table.lock().unwrap();
            if let Some(value) = table.entries.get(key) {
                return Poll::Ready(value.clone());
            }
            let watchers = table.watchers.entry(key.to_owned()).or_default();
            watchers.push(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    #[coro::coroutine]
    async fn apply(&self, command: Command) -> Option<String> {
        Some(match command {
            Command::Get { key } => match self.table.lock().unwrap().entries.get(&key) {
                Some(value) => format!("VALUE {value}"),
                None => "NONE".to_owned(),
            },
            Command::Set { key, value } => {
                self.table.lock().unwrap().set(key, value);
                "OK".to_owned()
            }
            Command::Add { key, by } => {
                let mut table = self.table.lock().unwrap();
                let old = match table.entries.get(&key).map(|value| value.parse::<i64>()) {
                    None => 0,
                    Some(Ok(number)) => number,
                    Some(Err(error)) => return Some(format!("ERROR {key} is no number: {error}")),
                };
                table.set(key, (old + by).to_string());
                format!("VALUE {}", old + by)
            }
            Command::Watch { key, patience } => match timeout(patience, self.present(&key)).await {
                Ok(value) => format!("VALUE {value}"),
                Err(_) => format!("TIMEOUT {key}"),
            },
            Command::Quit => return None,
        })
    }
}

/// A socket, and what has come in and is not a whole line yet.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    #[coro::coroutine]
    async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
        })
    }

    #[coro::coroutine]
    async fn read_line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.pop();
                return match String::from_utf8(line) {
                    Ok(line) => Ok(Some(line)),
                    Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
                };
            }
            // Small, so that most lines come in pieces.
            let mut piece = [0; 8];
            match self.stream.read(&mut piece).await? {
                0 if self.buffer.is_empty() => return Ok(None),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => self.buffer.extend_from_slice(&piece[..count]),
            }
        }
    }

    #[coro::coroutine]
    async fn write_line(&mut self, line: &str) -> io::Result<()> {
        self.stream.write_all(line.as_bytes()).await?;
        self.stream.write_all(b"\n").await
    }

    #[coro::coroutine]
    async fn request(&mut self, line: impl AsRef<str>) -> io::Result<String> {
        self.write_line(line.as_ref()).await?;
        let reply = self.read_line().await?;
        reply.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Counted {
        count.fetch_add(1, Ordering::Relaxed);
        Counted(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[coro::coroutine]
async fn handle(stream: TcpStream, store: Store) -> io::Result<()> {
    let _counted = Counted::new(&store.open);
    let mut connection = Connection {
        stream,
        buffer: Vec::new(),
    };
    while let Some(line) = connection.read_line().await? {
        let reply = match line.parse() {
            Ok(command) => match store.apply(command).await {
                Some(reply) => reply,
                None => break,
            },
            Err(error) => format!("ERROR {error}"),
        };
        connection.write_line(&reply).await?;
    }
    Ok(())
}

#[coro::coroutine]
async fn serve(listener: TcpListener, store: Store) -> io::Result<()> {
    loop {
        let (stream, peer) = listener.accept().await?;
        let store = store.clone();
        spawn(async move {
            if let Err(error) = handle(stream, store).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}

#[coro::coroutine]
async fn launch() -> io::Result<(SocketAddr, Store)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let store = Store::default();
    spawn(serve(listener, store.clone()));
    Ok((address, store))
}

#[test]
fn commands_have_replies() {
    #[coro::coroutine]
    async fn run() -> io::Result<()> {
        let (address, store) = launch().await?;
        let mut connection = Connection::connect(address).await?;
        for (request, reply) in [
            ("GET name", "NONE"),
            ("SET name a value of words", "OK"),
            ("get name", "VALUE a value of words"),
            (
                "ADD name 1",
                "ERROR name is no number: invalid digit found in string",
            ),
            ("ADD count 40", "VALUE 40"),
            ("ADD count 2", "VALUE 42"),
            ("ADD count x", "ERROR invalid digit found in string"),
            ("SET name", "ERROR a value is missing"),
            ("", "ERROR an empty line"),
            ("EXPLODE", "ERROR no command EXPLODE"),
            ("WATCH nothing 1", "TIMEOUT nothing"),
        ] {
            assert_eq!(connection.request(request).await?, reply, "{request}");
        }
        assert_eq!(store.open.load(Ordering::Relaxed), 1);
        connection.write_line("QUIT").await?;
        assert_eq!(connection.read_line().await?, None);
        assert_eq!(store.open.load(Ordering::Relaxed), 0);
        Ok(())
    }
    block_on(run()).unwrap();
}

#[test]
fn many_connections_share_one_table() {
    #[coro::coroutine]
    async fn add(address: SocketAddr, times: usize) -> io::Result<i64> {
        let mut connection = Connection::connect(address).await?;
        let mut last = 0;
        for _ in 0..times {
            let reply = connection.request("ADD total 1").await?;
            let Some(Ok(number)) = reply.strip_prefix("VALUE ").map(str::parse::<i64>) else {
                panic!("not a value: {reply}");
            };
            assert!(number > last, "a counter only grows");
            last = number;
        }
        Ok(last)
    }

    #[coro::coroutine]
    async fn run() -> io::Result<()> {
        let (address, _) = launch().await?;
        let tasks: Vec<_> = (0..20).map(|_| spawn(add(address, 25))).collect();
        let mut largest = 0;
        for task in tasks {
            largest = largest.max(task.await.expect("no task panics")?);
        }
        assert_eq!(largest, 20 * 25);
        Ok(())
    }
    block_on(run()).unwrap();
}

#[test]
fn a_watch_waits_for_another_connection() {
    #[coro::coroutine]
    async fn watch(address: SocketAddr, key: &str) -> io::Result<String> {
        Connection::connect(address)
            .await?
            .request(format!("WATCH {key} 60000"))
            .await
    }

    #[coro::coroutine]
    async fn run() -> io::Result<()> {
        let (address, store) = launch().await?;
        let keys = ["first", "second", "first"];
        let watching = spawn(join_all(keys.map(|key| watch(address, key))));
        let mut connection = Connection::connect(address).await?;
        while store
            .table
            .lock()
            .unwrap()
            .watchers
            .values()
            .flatten()
            .count()
            < 3
        {
            coro::runtime::yield_now().await;
        }
        connection.request("SET second 2").await?;
        assert!(!watching.is_finished());
        connection.request("SET first 1").await?;
        let replies: io::Result<Vec<String>> = watching.await.unwrap().into_iter().collect();
        assert_eq!(replies?, ["VALUE 1", "VALUE 2", "VALUE 1"]);
        Ok(())
    }
    block_on(run()).unwrap();
}
