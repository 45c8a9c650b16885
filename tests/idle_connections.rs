//! The delay server of the examples holds 10,000 connections that are idle, and answers each of
//! them when it speaks.

#[path = "../examples/common/mod.rs"]
mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use coro::runtime::net::TcpListener;
use coro::runtime::{block_on, http};

const CONNECTIONS: usize = 10_000;

/// Of the standard library, of the runtime, and of the listener.
const OTHERS: u64 = 100;

/// Raises the number of descriptors that this process may have. Whether that is enough.
fn raise_limit() -> bool {
    let wanted = CONNECTIONS as u64 + OTHERS;
    // SAFETY: the kernel writes to and reads from `limits`, which outlives the calls.
    unsafe {
        let mut limits: libc::rlimit = std::mem::zeroed();
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limits), 0);
        if limits.rlim_cur >= wanted {
            return true;
        }
        limits.rlim_cur = wanted.min(limits.rlim_max);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limits), 0);
        limits.rlim_cur >= wanted
    }
}

/// The server, in a process of its own, since each end of a connection is a descriptor.
struct Server(Child);

impl Server {
    fn start() -> (Server, SocketAddr) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "server", "--ignored", "--nocapture"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let server = Server(child);
        let address = output.lines().find_map(|line| {
            let line = line.unwrap();
            Some(line.split_once("listening on ")?.1.parse().unwrap())
        });
        (server, address.expect("the server does not listen"))
    }

    fn descriptors(&self) -> usize {
        let directory = format!("/proc/{}/fd", self.0.id());
        std::fs::read_dir(directory).unwrap().count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "the process in which the other test has its server"]
fn server() {
    raise_limit();
    // It ends even if nobody ends it.
    thread::spawn(|| {
        thread::sleep(Duration::from_secs(100));
        std::process::exit(1);
    });
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("\nlistening on {}", listener.local_addr().unwrap());
        http::serve(listener, common::delay_server::answer)
            .await
            .unwrap();
    });
}

fn ask(mut stream: &TcpStream) {
    stream
        .write_all(b"GET /0/hello HTTP/1.1\r\nhost: a\r\n\r\n")
        .unwrap();
}

fn check_reply(mut stream: &TcpStream) {
    let mut reply = Vec::new();
    let mut buffer = [0; 512];
    while !reply.ends_with(b"hello") {
        let count = stream.read(&mut buffer).unwrap();
        assert_ne!(count, 0, "the server has closed a connection");
        reply.extend_from_slice(&buffer[..count]);
    }
    assert!(reply.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

#[test]
fn the_delay_server_holds_10_000_idle_connections() {
    if !raise_limit() {
        println!("skipped: this process may not have {CONNECTIONS} descriptors");
        return;
    }
    let (server, address) = Server::start();
    let before = server.descriptors();
    let streams: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let stream = TcpStream::connect(address).unwrap();
            stream
                .set_read_timeout(Some(Duration::from_secs(30)))
                .unwrap();
            stream
        })
        .collect();
    // All of them speak at once, fall silent, and some speak again.
    streams.iter().for_each(ask);
    streams.iter().for_each(check_reply);
    assert_eq!(server.descriptors(), before + CONNECTIONS);
    for stream in streams.iter().step_by(97) {
        ask(stream);
        check_reply(stream);
    }
    drop(streams);
    let start = Instant::now();
    while server.descriptors() > before {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "descriptors are left"
        );
        thread::sleep(Duration::from_millis(5));
    }
}
