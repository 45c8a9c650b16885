//! Peers that speak in bytes, on threads and blocking sockets of `std`: what they do is
//! spelled out, and shares no code with what is tested.
#![allow(dead_code, reason = "no test uses all of it")]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::common::reset_on_close;

/// What a raw server does with its one connection after it has read a request's head.
pub(crate) enum Act {
    /// Writes all in one piece.
    Send(Vec<u8>),
    /// Writes the bytes one by one.
    Drip(Vec<u8>),
    /// Writes this again and again, until the peer has had enough.
    Flood(Vec<u8>),
    /// Keeps the connection open until the peer closes it.
    Hold,
    /// Closes with a reset.
    Reset,
}

pub(crate) fn send(text: impl AsRef<[u8]>) -> Act {
    Act::Send(text.as_ref().to_vec())
}

/// A server for one connection. Its thread returns the request as far as it was read.
pub(crate) fn server(acts: Vec<Act>) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        drop(listener);
        let request = read_head(&stream);
        for act in acts {
            perform(act, &stream);
        }
        request
    });
    (url, thread)
}

fn perform(act: Act, mut stream: &TcpStream) {
    // The client may have left already: that is for the client's assertions to judge.
    match act {
        Act::Send(bytes) => drop(stream.write_all(&bytes)),
        Act::Drip(bytes) => {
            stream.set_nodelay(true).unwrap();
            for byte in bytes {
                if stream.write_all(&[byte]).is_err() {
                    break;
                }
                thread::yield_now();
            }
        }
        Act::Flood(bytes) => while stream.write_all(&bytes).is_ok() {},
        Act::Hold => drop(stream.read(&mut [0; 1])),
        Act::Reset => reset_on_close(&stream),
    }
}

fn read_head(mut stream: &TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        head.push(byte[0]);
    }
    head
}

/// A client's connection.
pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Client(stream)
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        self.0.write_all(bytes.as_ref()).unwrap();
        self
    }

    pub(crate) fn drip(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        for byte in bytes.as_ref() {
            self.0.write_all(&[*byte]).unwrap();
            thread::yield_now();
        }
        self
    }

    /// Sends for as long as the server takes it.
    pub(crate) fn flood(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        while self.0.write_all(bytes.as_ref()).is_ok() {}
        self
    }

    pub(crate) fn close_write(&mut self) -> &mut Client {
        self.0.shutdown(std::net::Shutdown::Write).unwrap();
        self
    }

    pub(crate) fn reset(self) {
        reset_on_close(&self.0);
    }

    /// Reads a reply whose body has the length that the head tells. Status line and body.
    pub(crate) fn reply(&mut self) -> (String, String) {
        let head = String::from_utf8(read_head(&self.0)).unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        let status = head.lines().next().unwrap_or_default().to_owned();
        (status, String::from_utf8(body).unwrap())
    }

    /// Reads to the end of the connection, which is no reset.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).unwrap();
        rest
    }

    /// Whether the server says nothing for a while.
    pub(crate) fn is_silent(&mut self) -> bool {
        self.0
            .set_read_timeout(Some(Duration::from_millis(20)))
            .unwrap();
        let outcome = self.0.read(&mut [0; 1]);
        self.0.set_read_timeout(None).unwrap();
        outcome.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}
