//! The delay server, as a process of its own that ends when its input does.

use std::env;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{self, Child, ChildStdout, Command, Stdio};
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use coro::runtime::http::{self, Request, Response};
use coro::runtime::net::TcpListener;
use coro::runtime::spawn;

use crate::common::delay_server;
use crate::job;

/// A server that was started here.
pub(crate) struct Server {
    pub(crate) port: u16,
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Server {
    pub(crate) fn start() -> io::Result<Server> {
        let mut process = Command::new(env::current_exe()?)
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().expect("it is piped");
        let mut server = Server {
            port: 0,
            process,
            output: BufReader::new(output),
        };
        server.port = server.number()?;
        Ok(server)
    }

    /// Ends it. How many requests it has answered at the same time, at most.
    pub(crate) fn stop(mut self) -> io::Result<usize> {
        drop(self.process.stdin.take());
        self.number()
    }

    /// The next line that it prints.
    fn number<N: FromStr>(&mut self) -> io::Result<N> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let number = line.trim().parse();
        number.map_err(|_| io::Error::other("the server has failed"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended by itself, or nobody is interested any more.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[coro::coroutine]
fn answer(request: Request) -> Response {
    MOST.fetch_max(NOW.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
    let response = wait!(delay_server::answer(request));
    NOW.fetch_sub(1, Ordering::Relaxed);
    response
}

#[coro::coroutine]
fn listen() -> io::Result<()> {
    let first = wait!(TcpListener::bind((job::HOSTS[0], 0)))?;
    let port = first.local_addr()?.port();
    for host in &job::HOSTS[1..] {
        let listener = wait!(TcpListener::bind((*host, port)))?;
        spawn(http::serve(listener, answer));
    }
    println!("{port}");
    wait!(http::serve(first, answer))
}

/// Serves in this process.
pub(crate) fn serve() -> io::Result<()> {
    thread::spawn(|| {
        // Whatever ends it, a closed pipe above all, ends the process.
        let _ = io::stdin().read(&mut [0]);
        println!("{}", MOST.load(Ordering::Relaxed));
        process::exit(0);
    });
    coro::runtime::block_on(listen())
}
