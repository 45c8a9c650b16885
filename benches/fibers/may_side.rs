//! The coroutines of `may`, on one worker.

use std::hint::black_box;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use coro_runtime::fiber::SIZE_BY_DEFAULT;
use may::coroutine::{Coroutine, JoinHandle, current, park, yield_now};
use may::go;
use may::net::{TcpListener, TcpStream};
use may::sync::mpsc::channel;

use crate::candidates::MANY;
use crate::tasks::{CONNECTIONS, start_client};

/// It counts the size of a stack in words.
fn configure() {
    may::config()
        .set_workers(1)
        .set_stack_size(SIZE_BY_DEFAULT / size_of::<usize>());
}

fn sum(tasks: Vec<JoinHandle<u64>>) -> u64 {
    tasks
        .into_iter()
        .map(|task| task.join().expect("no panic"))
        .sum()
}

pub(crate) fn spawn(units: u32) -> u64 {
    configure();
    let all = go!(move || {
        (0..u64::from(units))
            .map(|unit| go!(move || black_box(unit)).join().expect("no panic"))
            .sum()
    });
    sum(vec![all])
}

pub(crate) fn yields(units: u32) -> u64 {
    configure();
    let each = u64::from(units) / MANY as u64;
    let one = move || {
        (0..each).for_each(|_| yield_now());
        each
    };
    sum((0..MANY).map(|_| go!(one)).collect())
}

pub(crate) fn turns(units: u32) -> u64 {
    configure();
    let whose = Arc::new(AtomicUsize::new(0));
    let sides: Arc<[OnceLock<Coroutine>; 2]> = Arc::default();
    let side = |side: usize| {
        let (whose, sides) = (Arc::clone(&whose), Arc::clone(&sides));
        go!(move || {
            sides[side].set(current()).expect("it is set once");
            for _ in 0..units / 2 {
                while whose.load(Ordering::Acquire) != side {
                    park();
                }
                whose.store(1 - side, Ordering::Release);
                if let Some(other) = sides[1 - side].get() {
                    other.unpark();
                }
            }
            u64::from(units)
        })
    };
    sum(vec![side(0), side(1)])
}

pub(crate) fn ping_pong(units: u32) -> u64 {
    configure();
    let (to_pong, at_pong) = channel::<u64>();
    let (to_ping, at_ping) = channel::<u64>();
    let pong = go!(move || {
        let mut sum = 0;
        while let Ok(value) = at_pong.recv() {
            sum += value;
            to_ping.send(value).expect("ping is there");
        }
        sum
    });
    let ping = go!(move || {
        let mut sum = 0;
        for unit in 0..u64::from(units) / 2 {
            to_pong.send(unit).expect("pong is there");
            sum += at_ping.recv().expect("pong is there");
        }
        sum
    });
    sum(vec![ping, pong])
}

pub(crate) fn echo(units: u32) -> u64 {
    fn serve(mut stream: TcpStream) -> std::io::Result<u64> {
        let mut buffer = [0; 4096];
        let mut total = 0;
        loop {
            let length = stream.read(&mut buffer)?;
            if length == 0 {
                return Ok(total);
            }
            stream.write_all(&buffer[..length])?;
            total += length as u64;
        }
    }
    configure();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let mut client = start_client(listener.local_addr().expect("an address"), units);
    let tasks = go!(move || {
        let connection = |_| listener.accept().expect("a connection").0;
        (0..CONNECTIONS)
            .map(connection)
            .map(|stream| go!(move || serve(stream).expect("no error")))
            .collect()
    });
    let total = sum(tasks.join().expect("no panic"));
    client.wait().expect("it ends");
    total
}

/// They are parked by a scheduler, and stay until the process ends.
pub(crate) fn parked(count: usize) -> Vec<JoinHandle<()>> {
    configure();
    let started = Arc::new(AtomicUsize::new(0));
    let tasks = (0..count)
        .map(|_| {
            let started = Arc::clone(&started);
            go!(move || {
                started.fetch_add(1, Ordering::Relaxed);
                park();
            })
        })
        .collect();
    while started.load(Ordering::Relaxed) < count {
        std::thread::yield_now();
    }
    tasks
}
