//! An event loop with callbacks, on `epoll`.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsRawFd;

use coro_sys::{Events, Interest, Mode, Poll, Token, socket};

use crate::job::REPLY;

type Callback = Box<dyn FnOnce(&mut EventLoop)>;

pub(crate) struct EventLoop {
    poll: Poll,
    /// What is to be done when a socket is ready, by its descriptor.
    waiting: Vec<Option<Callback>>,
    /// How many of them there are.
    count: usize,
    /// What is to be done at once.
    soon: VecDeque<Callback>,
}

impl EventLoop {
    pub(crate) fn new() -> io::Result<EventLoop> {
        Ok(EventLoop {
            poll: Poll::new()?,
            waiting: Vec::new(),
            count: 0,
            soon: VecDeque::new(),
        })
    }

    /// Calls back until nobody waits for anything.
    pub(crate) fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(256);
        loop {
            while let Some(callback) = self.soon.pop_front() {
                callback(self);
            }
            if self.count == 0 {
                return Ok(());
            }
            self.poll.poll(&mut events, None)?;
            for event in &events {
                if let Some(callback) = self.waiting[index(event.token())].take() {
                    self.count -= 1;
                    callback(self);
                }
            }
        }
    }

    /// Calls back after all others that are to be called at once.
    pub(crate) fn soon(&mut self, then: impl FnOnce(&mut EventLoop) + 'static) {
        self.soon.push_back(Box::new(then));
    }

    pub(crate) fn connect(
        &mut self,
        server: SocketAddr,
        then: impl FnOnce(&mut EventLoop, io::Result<TcpStream>) + 'static,
    ) {
        let connecting = socket::connect(server).and_then(|stream| {
            let (token, mode) = (token(&stream), Mode::OneShot);
            let registry = self.poll.registry();
            registry.register(&stream, token, Interest::WRITABLE, mode)?;
            Ok(stream)
        });
        match connecting {
            Err(error) => then(self, Err(error)),
            Ok(stream) => self.when(token(&stream), move |events| {
                let connected = match stream.take_error() {
                    Ok(None) => Ok(stream),
                    Ok(Some(error)) | Err(error) => Err(error),
                };
                then(events, connected);
            }),
        }
    }

    pub(crate) fn write_all(
        &mut self,
        stream: TcpStream,
        mut bytes: &'static [u8],
        then: impl FnOnce(&mut EventLoop, io::Result<TcpStream>) + 'static,
    ) {
        let write = move |mut stream: &TcpStream| {
            while !bytes.is_empty() {
                bytes = &bytes[stream.write(bytes)?..];
            }
            Ok(())
        };
        self.attempt(stream, Interest::WRITABLE, write, |events, written| {
            then(events, written.map(|(stream, ())| stream));
        });
    }

    /// Reads into what is left of the buffer after `length`, and calls back with the new length.
    pub(crate) fn read(
        &mut self,
        stream: TcpStream,
        mut buffer: [u8; REPLY],
        length: usize,
        then: impl FnOnce(&mut EventLoop, io::Result<(TcpStream, ([u8; REPLY], usize))>) + 'static,
    ) {
        let read = move |mut stream: &TcpStream| {
            let read = stream.read(&mut buffer[length..])?;
            Ok((buffer, length + read))
        };
        self.attempt(stream, Interest::READABLE, read, then);
    }

    /// Does something with a socket, as soon as it would not block.
    fn attempt<T>(
        &mut self,
        stream: TcpStream,
        interest: Interest,
        mut operation: impl FnMut(&TcpStream) -> io::Result<T> + 'static,
        then: impl FnOnce(&mut EventLoop, io::Result<(TcpStream, T)>) + 'static,
    ) {
        match operation(&stream) {
            Ok(value) => then(self, Ok((stream, value))),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let (token, mode) = (token(&stream), Mode::OneShot);
                let registry = self.poll.registry();
                match registry.reregister(&stream, token, interest, mode) {
                    Err(error) => then(self, Err(error)),
                    Ok(()) => self.when(token, move |events| {
                        events.attempt(stream, interest, operation, then);
                    }),
                }
            }
            Err(error) => then(self, Err(error)),
        }
    }

    fn when(&mut self, token: Token, then: impl FnOnce(&mut EventLoop) + 'static) {
        let index = index(token);
        if self.waiting.len() <= index {
            self.waiting.resize_with(index + 1, || None);
        }
        self.waiting[index] = Some(Box::new(then));
        self.count += 1;
    }
}

fn token(stream: &TcpStream) -> Token {
    Token(u64::try_from(stream.as_raw_fd()).expect("an open descriptor"))
}

fn index(token: Token) -> usize {
    usize::try_from(token.0).expect("a descriptor")
}
