//! Servers under load: each is a column in its own process, and the client is the same plain code for
//! every column and runs in the sampling process.

use std::io::{BufRead, BufReader, Read, Write};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};

use crate::harness::*;
use crate::{http, servers};

const MSG: usize = 64;

pub fn declare(r: &mut Registry) {
    r.bench("tcp_rtt_1", 20_000, "One connection, 64-byte ping-pong, blocking client in another process, client and server on different CPUs: mostly the cost of waking an idle CPU (per round trip).");
    r.bench("tcp_rtt_1cpu", 30_000, "The same with client and server pinned to one CPU: no idle wake-ups, so the runtime's own cost shows.");
    r.bench("tcp_64", 100_000, "64 connections, one 64-byte message in flight each, epoll client in another process on its own CPU (per message). Servers with more than one thread may use both CPUs.");
    r.bench(
        "tcp_256",
        100_000,
        "256 connections, likewise (per message).",
    );
    r.bench("http_64", 60_000, "64 HTTP/1.1 connections that are kept alive, one request in flight each, the same epoll client; the reply is `hello` with its length (per request).");
    r.bench("http_wrk", 5, "64 HTTP/1.1 connections, loaded by `wrk` on the other CPU for n seconds. Needs `wrk` on the path.");
    r.bench(
        "tcp_accept",
        3_000,
        "Connect, one 64-byte echo, close; sequential (per connection).",
    );
}

struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Left to itself the scheduler puts client and server on one CPU in some runs
/// and on two in others, which changes every figure two- to fourfold.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Client on one CPU, server on the other (or on both if multi-threaded).
    Apart,
    /// Both on the same CPU.
    Together,
}

const MULTI: &[&str] = &["tokio_mt2", "smol_exec2", "std threads", "coro_mt2"];

/// Keeps this thread, and those that it starts, on some CPUs.
fn pin(cpus: &[usize]) {
    let mut set = rustix::thread::CpuSet::new();
    cpus.iter().for_each(|&cpu| set.set(cpu));
    rustix::thread::sched_setaffinity(None, &set).unwrap();
}

impl Server {
    fn start(col: &str, place: Place) -> Server {
        let cpus = match place {
            Place::Apart if MULTI.contains(&col) => "01",
            Place::Apart => "0",
            Place::Together => "1",
        };
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["serve", col, cpus])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        pin(&[1]);
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line.trim().parse().expect("server gave no port");
        Server { child, port }
    }

    fn cpu_ns(&self) -> u64 {
        cpu_ns_of(self.child.id())
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }
}

/// The body of a server's process, on some CPUs (`01` for both), for a minute at most.
pub fn serve(reg: &Registry, col: &str, cpus: &str) {
    alarm(60);
    let cpus: Vec<usize> = cpus
        .chars()
        .filter_map(|cpu| cpu.to_digit(10))
        .map(|cpu| cpu as usize)
        .collect();
    if !cpus.is_empty() {
        pin(&cpus);
    }
    let (_, serve) = reg
        .servers
        .iter()
        .find(|(name, _)| *name == col)
        .expect("no such server");
    serve(&|port| {
        println!("{port}");
        std::io::stdout().flush().unwrap();
    });
}

fn rtt(col: &str, n: u64, place: Place) -> Figures {
    let server = Server::start(col, place);
    let mut stream = server.connect();
    let mut buffer = [0; MSG];
    let mut once = || {
        stream.write_all(&[7; MSG]).unwrap();
        stream.read_exact(&mut buffer).unwrap();
    };
    for _ in 0..1000 {
        once();
    }
    let mut times = Vec::with_capacity(n as usize);
    let (cpu, start) = (server.cpu_ns(), Instant::now());
    let mut last = start;
    while times.len() < n as usize && start.elapsed() < Duration::from_secs(8) {
        once();
        let now = Instant::now();
        times.push((now - last).as_nanos() as u64);
        last = now;
    }
    let count = times.len() as f64;
    let cpu = (server.cpu_ns() - cpu) as f64;
    let wall = start.elapsed().as_nanos() as f64;
    times.sort_unstable();
    vec![
        ("ns/rt (mean)", wall / count),
        ("p50 ns", times[times.len() / 2] as f64),
        ("p99 ns", times[times.len() * 99 / 100] as f64),
        ("server cpu ns/rt", cpu / count),
    ]
}

fn accept(col: &str, n: u64) -> Figures {
    let server = Server::start(col, Place::Apart);
    let connections = |count: u64| {
        let mut buffer = [0; MSG];
        for _ in 0..count {
            let mut stream = server.connect();
            // Reset on close, so that no port lingers in TIME_WAIT.
            rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO)).unwrap();
            stream.write_all(&[7; MSG]).unwrap();
            stream.read_exact(&mut buffer).unwrap();
        }
    };
    connections(50);
    let (cpu, start) = (server.cpu_ns(), Instant::now());
    connections(n);
    let wall = start.elapsed().as_nanos() as f64;
    let cpu = (server.cpu_ns() - cpu) as f64;
    vec![
        ("ns/conn", wall / n as f64),
        ("server cpu ns/conn", cpu / n as f64),
    ]
}

fn many(col: &str, conns: usize, n: u64) -> Figures {
    let server = Server::start(col, Place::Apart);
    load(&server, conns, n, &[7; MSG], MSG)
}

/// The same with HTTP: the reply to each request is as long as the first.
fn requests(col: &str, conns: usize, n: u64) -> Figures {
    const REQUEST: &[u8] = b"GET /0/hello HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    let server = Server::start(col, Place::Apart);
    let mut stream = server.connect();
    stream.write_all(REQUEST).unwrap();
    let mut reply = Vec::new();
    let mut buffer = [0; 1024];
    while !reply.ends_with(b"hello") {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "server closed");
        reply.extend_from_slice(&buffer[..count]);
    }
    load(&server, conns, n, REQUEST, reply.len())
}

/// HTTP under `wrk`, for so many seconds.
fn wrk(col: &str, seconds: u64) -> Figures {
    let server = Server::start(col, Place::Apart);
    let (url, duration) = (
        format!("http://127.0.0.1:{}/", server.port),
        format!("{seconds}s"),
    );
    let cpu = server.cpu_ns();
    let output = Command::new("wrk")
        .args(["-t1", "-c64", "-d", &duration, &url])
        .output()
        .expect("`wrk` is not there");
    let cpu = (server.cpu_ns() - cpu) as f64;
    let text = String::from_utf8_lossy(&output.stdout);
    let number = |line: &str| {
        line.split_whitespace()
            .find_map(|word| word.parse::<f64>().ok())
    };
    let replies = text
        .lines()
        .find(|line| line.contains(" requests in "))
        .and_then(number);
    let rate = text
        .lines()
        .find(|line| line.contains("Requests/sec"))
        .and_then(number);
    assert!(
        !text.contains("Non-2xx") && !text.contains("Socket errors"),
        "{text}"
    );
    let (replies, rate) = replies
        .zip(rate)
        .unwrap_or_else(|| panic!("wrk says: {text}"));
    vec![
        ("ns/reply", 1e9 / rate),
        ("replies/s (higher is better)", rate),
        ("server cpu ns/reply", cpu / replies),
    ]
}

/// Has one message in flight on each connection; a reply has `size` bytes.
fn load(server: &Server, conns: usize, n: u64, message: &[u8], size: usize) -> Figures {
    let mut streams: Vec<TcpStream> = (0..conns).map(|_| server.connect()).collect();
    let epoll = epoll::create(CreateFlags::CLOEXEC).unwrap();
    for (index, stream) in streams.iter().enumerate() {
        stream.set_nonblocking(true).unwrap();
        epoll::add(
            &epoll,
            stream,
            EventData::new_u64(index as u64),
            EventFlags::IN,
        )
        .unwrap();
    }
    let mut received = vec![0; conns];
    let mut buffer = [0; 4096];
    let mut events = [MaybeUninit::<Event>::uninit(); 256];
    let mut pump = |quota: u64, limit: Duration| -> (u64, Duration) {
        let start = Instant::now();
        for stream in &mut streams {
            stream.write_all(message).unwrap();
        }
        let (mut sent, mut got) = (conns as u64, 0);
        let patience = rustix::event::Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        };
        while got < sent {
            let (events, _) = epoll::wait(&epoll, &mut events, Some(&patience)).unwrap();
            assert!(!events.is_empty(), "server stalled");
            for event in events {
                let index = event.data.u64() as usize;
                match streams[index].read(&mut buffer) {
                    Ok(0) => panic!("server closed"),
                    Ok(count) => received[index] += count,
                    Err(_) => continue,
                }
                if received[index] >= size {
                    received[index] -= size;
                    got += 1;
                    if sent < quota && start.elapsed() < limit {
                        streams[index].write_all(message).unwrap();
                        sent += 1;
                    }
                }
            }
        }
        (got, start.elapsed())
    };
    pump(conns as u64 * 20, Duration::from_secs(1));
    let cpu = server.cpu_ns();
    let (got, wall) = pump(n, Duration::from_secs(6));
    let cpu = (server.cpu_ns() - cpu) as f64;
    let got = got as f64;
    vec![
        ("ns/msg", wall.as_nanos() as f64 / got),
        ("kmsg/s (higher is better)", got / wall.as_secs_f64() / 1e3),
        ("server cpu ns/msg", cpu / got),
    ]
}

macro_rules! echo_columns {
    ($r:expr, $($name:literal => $serve:path),* $(,)?) => {$({
        $r.server($name, $serve);
        $r.col("tcp_rtt_1", $name, |c| rtt($name, c.n, Place::Apart));
        $r.col("tcp_rtt_1cpu", $name, |c| rtt($name, c.n, Place::Together));
        $r.col("tcp_64", $name, |c| many($name, 64, c.n));
        $r.col("tcp_256", $name, |c| many($name, 256, c.n));
        $r.col("tcp_accept", $name, |c| accept($name, c.n));
    })*};
}

macro_rules! http_columns {
    ($r:expr, $($name:literal => $serve:path),* $(,)?) => {$({
        $r.server($name, $serve);
        $r.col("http_64", $name, |c| requests($name, 64, c.n));
        $r.col("http_wrk", $name, |c| wrk($name, c.n));
    })*};
}

pub fn columns(r: &mut Registry) {
    http_columns!(r,
        "hyper on tokio" => http::hyper_on_tokio,
        "hyper on coro" => http::hyper_on_coro,
        "coro http" => http::own,
    );
    echo_columns!(r,
        "tokio_ct" => servers::tokio_one,
        "tokio_mt2" => servers::tokio_two,
        "smol_local" => servers::smol_one,
        "smol_exec2" => servers::smol_two,
    );
    #[cfg(feature = "peer-monoio")]
    echo_columns!(r, "monoio_epoll" => servers::monoio_epoll, "monoio_uring" => servers::monoio_uring);
    #[cfg(feature = "peer-compio")]
    echo_columns!(r, "compio_uring" => servers::compio);
    #[cfg(feature = "peer-may")]
    echo_columns!(r, "may_1" => servers::may);
    echo_columns!(r,
        "mio (hand loop)" => servers::mio,
        "raw epoll LT (floor)" => servers::raw,
        "std threads" => servers::threads,
        "coro" => servers::coro_one,
        "coro_mt2" => servers::coro_two,
    );
}
