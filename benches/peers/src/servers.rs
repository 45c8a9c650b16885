//! The echo servers, one for each column. Each sends back what comes in, with a task, thread or turn
//! for each connection.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

/// Listens without blocking, and reports the port.
pub fn listen(port: &dyn Fn(u16)) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    port(listener.local_addr().unwrap().port());
    listener
}

/// Sends back what comes, until the end or an error; with `await` behind each call where that is
/// given.
macro_rules! echo {
    ($stream:expr $(, $await:tt)?) => {{
        #[allow(unused_mut, reason = "some read and write by a shared reference")]
        let mut stream = $stream;
        let mut buffer = [0; 1024];
        loop {
            match stream.read(&mut buffer)$(.$await)? {
                Ok(0) | Err(_) => return,
                Ok(count) => {
                    if stream.write_all(&buffer[..count])$(.$await)?.is_err() {
                        return;
                    }
                }
            }
        }
    }};
}

mod with_tokio {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::runtime::Builder;

    async fn serve(listener: TcpListener) {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move { echo!(stream, await) });
        }
    }

    pub fn one(port: &dyn Fn(u16)) {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(serve(listen(port)));
    }

    pub fn two(port: &dyn Fn(u16)) {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async { tokio::spawn(serve(listen(port))).await.unwrap() });
    }
}
pub use with_tokio::{one as tokio_one, two as tokio_two};

mod with_smol {
    use super::*;
    use async_io::Async;
    use futures_lite::{AsyncReadExt, AsyncWriteExt};

    async fn serve(listener: TcpListener, spawn: impl Fn(Async<TcpStream>)) {
        let listener = Async::new(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.get_ref().set_nodelay(true);
            spawn(stream);
        }
    }

    pub fn one(port: &dyn Fn(u16)) {
        let executor = async_executor::LocalExecutor::new();
        let spawn =
            |stream: Async<TcpStream>| executor.spawn(async move { echo!(stream, await) }).detach();
        async_io::block_on(executor.run(serve(listen(port), spawn)));
    }

    pub fn two(port: &dyn Fn(u16)) {
        let listener = listen(port);
        let spawn =
            |stream: Async<TcpStream>| smol::spawn(async move { echo!(stream, await) }).detach();
        smol::block_on(smol::spawn(serve(listener, spawn)));
    }
}
pub use with_smol::{one as smol_one, two as smol_two};

mod with_coro {
    use super::*;
    use crate::own::OwnMt2;

    async fn serve(listener: TcpListener) {
        let listener = coro_runtime::net::TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.set_nodelay(true);
            coro_runtime::spawn(async move { echo!(stream, await) });
        }
    }

    pub fn one(port: &dyn Fn(u16)) {
        coro_runtime::block_on(serve(listen(port)));
    }

    pub fn two(port: &dyn Fn(u16)) {
        let listener = listen(port);
        OwnMt2::build().block_on(async { coro_runtime::spawn(serve(listener)).await.unwrap() });
    }
}
pub use with_coro::{one as coro_one, two as coro_two};

/// As [`echo`], with a buffer that the kernel owns meanwhile. `result` takes an outcome and the buffer
/// that comes back apart.
#[cfg(any(feature = "peer-monoio", feature = "peer-compio"))]
macro_rules! echo_owned {
    ($stream:expr, $result:path) => {{
        let mut stream = $stream;
        let mut buffer = Vec::with_capacity(1024);
        loop {
            buffer.clear();
            let (read, full) = $result(stream.read(buffer).await);
            if matches!(read, Ok(0) | Err(_)) {
                return;
            }
            let (written, back) = $result(stream.write_all(full).await);
            if written.is_err() {
                return;
            }
            buffer = back;
        }
    }};
}

#[cfg(feature = "peer-monoio")]
mod with_monoio {
    use super::*;
    use monoio::io::{AsyncReadRent, AsyncWriteRentExt};
    use monoio::{IoUringDriver, LegacyDriver, RuntimeBuilder};

    async fn serve(listener: TcpListener) {
        let listener = monoio::net::TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.set_nodelay(true);
            monoio::spawn(async move { echo_owned!(stream, std::convert::identity) });
        }
    }

    pub fn epoll(port: &dyn Fn(u16)) {
        let mut runtime = RuntimeBuilder::<LegacyDriver>::new().build().unwrap();
        runtime.block_on(serve(listen(port)));
    }

    pub fn uring(port: &dyn Fn(u16)) {
        let mut runtime = RuntimeBuilder::<IoUringDriver>::new().build().unwrap();
        runtime.block_on(serve(listen(port)));
    }
}
#[cfg(feature = "peer-monoio")]
pub use with_monoio::{epoll as monoio_epoll, uring as monoio_uring};

#[cfg(feature = "peer-compio")]
pub fn compio(port: &dyn Fn(u16)) {
    use compio::BufResult;
    use compio::io::{AsyncRead, AsyncWriteExt};
    let listener = listen(port);
    compio::runtime::Runtime::new()
        .unwrap()
        .block_on(async move {
            let listener = compio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                compio::runtime::spawn(async move { echo_owned!(stream, BufResult::into_parts) })
                    .detach();
            }
        });
}

#[cfg(feature = "peer-may")]
pub fn may(port: &dyn Fn(u16)) {
    may::config().set_workers(1);
    let listener = may::net::TcpListener::bind("127.0.0.1:0").unwrap();
    port(listener.local_addr().unwrap().port());
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let _ = stream.set_nodelay(true);
        // SAFETY: the body uses no thread-locals and little stack.
        unsafe { may::coroutine::spawn(move || echo!(stream)) };
    }
}

pub fn threads(port: &dyn Fn(u16)) {
    let listener = listen(port);
    listener.set_nonblocking(false).unwrap();
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let _ = stream.set_nodelay(true);
        let thread = std::thread::Builder::new().stack_size(64 << 10);
        thread.spawn(move || echo!(stream)).unwrap();
    }
}

pub fn mio(port: &dyn Fn(u16)) {
    use mio::{Events, Interest, Poll, Token};
    const LISTENER: Token = Token(usize::MAX);
    let mut listener = mio::net::TcpListener::from_std(listen(port));
    let mut poll = Poll::new().unwrap();
    let mut events = Events::with_capacity(1024);
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)
        .unwrap();
    let mut streams: Vec<Option<mio::net::TcpStream>> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        poll.poll(&mut events, None).unwrap();
        for event in events.iter() {
            if event.token() == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    let _ = stream.set_nodelay(true);
                    let index = free.pop().unwrap_or_else(|| {
                        streams.push(None);
                        streams.len() - 1
                    });
                    poll.registry()
                        .register(&mut stream, Token(index), Interest::READABLE)
                        .unwrap();
                    streams[index] = Some(stream);
                }
                continue;
            }
            let index = event.token().0;
            let Some(stream) = streams[index].as_mut() else {
                continue;
            };
            let gone = loop {
                match stream.read(&mut buffer) {
                    Ok(0) => break true,
                    Ok(count) => {
                        if stream.write(&buffer[..count]).ok() != Some(count) {
                            break true;
                        }
                    }
                    Err(error) => break error.kind() != std::io::ErrorKind::WouldBlock,
                }
            };
            if gone {
                streams[index] = None;
                free.push(index);
            }
        }
    }
}

/// Level-triggered, with the descriptor as the number of an event: two calls for a message, and one
/// for all that are ready.
pub fn raw(port: &dyn Fn(u16)) {
    use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
    use std::mem::MaybeUninit;
    use std::os::fd::AsRawFd;
    let listener = listen(port);
    let epoll = epoll::create(CreateFlags::CLOEXEC).unwrap();
    let number = |fd: i32| EventData::new_u64(fd as u64);
    epoll::add(
        &epoll,
        &listener,
        number(listener.as_raw_fd()),
        EventFlags::IN,
    )
    .unwrap();
    let mut streams: Vec<Option<TcpStream>> = Vec::new();
    let mut events = [MaybeUninit::<Event>::uninit(); 1024];
    let mut buffer = [0; 1024];
    loop {
        let (events, _) = epoll::wait(&epoll, &mut events, None).unwrap();
        for event in events {
            let fd = event.data.u64() as usize;
            if fd == listener.as_raw_fd() as usize {
                while let Ok((stream, _)) = listener.accept() {
                    let _ = stream.set_nodelay(true);
                    let _ = stream.set_nonblocking(true);
                    epoll::add(&epoll, &stream, number(stream.as_raw_fd()), EventFlags::IN)
                        .unwrap();
                    let fd = stream.as_raw_fd() as usize;
                    streams.resize_with(streams.len().max(fd + 1), || None);
                    streams[fd] = Some(stream);
                }
                continue;
            }
            let Some(stream) = &mut streams[fd] else {
                continue;
            };
            let count = stream.read(&mut buffer).unwrap_or(0);
            if count == 0 || stream.write(&buffer[..count]).ok() != Some(count) {
                streams[fd] = None;
            }
        }
    }
}
