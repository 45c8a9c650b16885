//! Halves, the shared traits, buffers and lines, over TCP and over sockets of the file system.

mod common;

use std::future::poll_fn;
use std::io::ErrorKind;
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{Disturbed, run};
use coro_runtime::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, BufWriter,
    StreamExt, copy, copy_bidirectional,
};
use coro_runtime::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use coro_runtime::time::sleep;
use coro_runtime::{Runtime, join, spawn, yield_now};

async fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (client, accepted) = join!(TcpStream::connect(address), listener.accept()).await;
    (client.unwrap(), accepted.unwrap().0)
}

/// Bytes without a pattern (xorshift, by Marsaglia), the same in each run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Sends much more than the kernel buffers, in pieces of many lengths, through an echo.
async fn echo<R, W, S>(mut read: R, mut write: W, server: S)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
    S: Send + Sync + 'static,
    for<'a> &'a S: AsyncRead + AsyncWrite + Send,
{
    let bytes = noise(3 << 20);
    let echo = spawn(async move {
        let count = copy(&server, &server).await.unwrap();
        (&server).close().await.unwrap();
        count
    });
    let sent = bytes.clone();
    let writer = spawn(async move {
        let mut rest = &sent[..];
        let mut length = 1;
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(length.min(rest.len()));
            write.write_all(piece).await.unwrap();
            rest = later;
            length = (length * 7 + 3) % 60_000 + 1;
        }
        write.flush().await.unwrap();
        write.close().await.unwrap();
    });
    let mut received = Vec::new();
    let mut buffer = vec![0; 40_000];
    loop {
        let wanted = received.len() % 39_989 + 1;
        let count = read.read(&mut buffer[..wanted]).await.unwrap();
        if count == 0 {
            break;
        }
        received.extend_from_slice(&buffer[..count]);
    }
    assert!(received == bytes, "what came back differs");
    assert_eq!(echo.await.unwrap(), bytes.len() as u64);
    writer.await.unwrap();
}

#[test]
fn an_echo_keeps_every_byte() {
    run(|| async {
        let (client, server) = tcp_pair().await;
        let (read, write) = client.into_split();
        echo(read, write, server).await;
        let (client, server) = UnixStream::pair().unwrap();
        let (read, write) = client.into_split();
        echo(read, write, server).await;
        let (client, server) = tcp_pair().await;
        let (read, write) = client.into_split();
        echo(BufReader::new(read), BufWriter::new(write), server).await;
    });
}

#[test]
fn a_proxy_keeps_every_byte_and_ends_each_direction_by_itself() {
    run(|| async {
        let (client, mut left) = tcp_pair().await;
        let (mut right, server) = UnixStream::pair().unwrap();
        let proxy = spawn(async move { copy_bidirectional(&mut left, &mut right).await });
        let (there, back) = (noise(300_000), noise(200_000));
        let reply = back.clone();
        let serve = spawn(async move {
            let mut request = Vec::new();
            (&server).read_to_end(&mut request).await.unwrap();
            // The client has ended its direction, and still hears.
            server.write_all(&reply).await.unwrap();
            request
        });
        client.write_all(&there).await.unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        (&client).read_to_end(&mut answer).await.unwrap();
        assert!(answer == back);
        assert!(serve.await.unwrap() == there);
        assert_eq!(proxy.await.unwrap().unwrap(), (300_000, 200_000));
    });
}

#[test]
fn a_proxy_tells_of_a_peer_that_is_gone() {
    run(|| async {
        let (client, mut left) = UnixStream::pair().unwrap();
        let (mut right, server) = UnixStream::pair().unwrap();
        let proxy = spawn(async move { copy_bidirectional(&mut left, &mut right).await });
        drop(server);
        // The end of the server reaches the client, whose bytes then have nowhere to go.
        assert_eq!(client.read(&mut [0; 1]).await.unwrap(), 0);
        client.write_all(b"too late").await.unwrap();
        let error = proxy.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn lines_are_lines_wherever_they_are_cut() {
    run(|| async {
        let (client, server) = UnixStream::pair().unwrap();
        let text = "one\n\ntwo\r\nthree, which is longer than the buffer\nlast";
        let writer = spawn(async move {
            for byte in text.as_bytes() {
                client.write_all(&[*byte]).await.unwrap();
                yield_now().await;
            }
        });
        let lines = BufReader::with_capacity(7, server).lines();
        let lines: Vec<_> = lines.map(Result::unwrap).collect().await;
        assert_eq!(lines, text.lines().collect::<Vec<_>>());
        writer.await.unwrap();
    });
}

#[test]
fn a_half_that_is_dropped_ends_its_direction_only() {
    run(|| async {
        let (client, server) = tcp_pair().await;
        let (mut read, write) = client.into_split();
        drop(write);
        let mut buffer = [0; 4];
        assert_eq!(server.read(&mut buffer).await.unwrap(), 0);
        server.write_all(b"back").await.unwrap();
        read.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"back");
        // And with both gone the connection is.
        drop(read);
        loop {
            match server.write(b"more").await {
                Ok(_) => yield_now().await,
                Err(error) => {
                    let kind = error.kind();
                    assert!(matches!(
                        kind,
                        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
                    ));
                    break;
                }
            }
        }
    });
}

#[test]
fn halves_make_a_whole_again_if_they_are_of_one() {
    run(|| async {
        let (left, right) = UnixStream::pair().unwrap();
        let (left_read, left_write) = left.into_split();
        let (right_read, right_write) = right.into_split();
        let (left_read, right_write) = left_read.reunite(right_write).unwrap_err();
        let left = left_read.reunite(left_write).unwrap();
        let right = right_read.reunite(right_write).unwrap();
        // No direction was ended.
        left.write_all(b"to the right").await.unwrap();
        right.write_all(b"to the left").await.unwrap();
        left.shutdown(Shutdown::Write).unwrap();
        right.shutdown(Shutdown::Write).unwrap();
        let (mut there, mut here) = (String::new(), String::new());
        (&right).read_to_string(&mut there).await.unwrap();
        (&left).read_to_string(&mut here).await.unwrap();
        assert_eq!(
            (there.as_str(), here.as_str()),
            ("to the right", "to the left")
        );
    });
}

#[test]
fn who_polls_last_is_woken_and_those_with_futures_are_too() {
    run(|| async {
        let (client, server) = tcp_pair().await;
        let server = std::sync::Arc::new(server);
        // A poll that is given up, and one whose task has changed.
        poll_fn(|context| {
            let mut buffer = [0];
            assert!(
                Pin::new(&mut &*server)
                    .poll_read(context, &mut buffer)
                    .is_pending()
            );
            std::task::Poll::Ready(())
        })
        .await;
        let poller = spawn({
            let server = std::sync::Arc::clone(&server);
            async move {
                let mut buffer = [0];
                poll_fn(|context| Pin::new(&mut &*server).poll_read(context, &mut buffer)).await
            }
        });
        let reader = spawn({
            let server = std::sync::Arc::clone(&server);
            async move { server.read(&mut [0]).await }
        });
        yield_now().await;
        client.write_all(b"ab").await.unwrap();
        assert_eq!(poller.await.unwrap().unwrap(), 1);
        assert_eq!(reader.await.unwrap().unwrap(), 1);
    });
}

#[test]
fn spurious_polls_of_a_trait_s_reader_do_no_harm() {
    run(|| async {
        let (client, server) = tcp_pair().await;
        let mut read = Disturbed::new(
            100,
            Box::pin(async move {
                let mut text = String::new();
                let mut server = &server;
                server.read_to_string(&mut text).await.unwrap();
                text
            }),
        );
        let write = async {
            for _ in 0..10 {
                client.write_all(b"0123456789").await.unwrap();
                yield_now().await;
            }
            drop(client);
        };
        let ((text, polls), ()) = join!(&mut read, write).await;
        assert_eq!(text, "0123456789".repeat(10));
        assert!(polls >= 10);
    });
}

/// A path that is removed at the end.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let name = format!("coro-streams-{}-{number}", std::process::id());
        Place(std::env::temp_dir().join(name))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn sockets_of_the_file_system_connect() {
    run(|| async {
        let place = Place::new();
        let missing = UnixStream::connect(&place.0).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        let listener = UnixListener::bind(&place.0).unwrap();
        assert_eq!(
            listener.local_addr().unwrap().as_pathname(),
            Some(&*place.0)
        );
        let taken = UnixListener::bind(&place.0).unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::AddrInUse);
        let server = spawn(async move {
            for _ in 0..20 {
                let (stream, _) = listener.accept().await.unwrap();
                spawn(async move { copy(&stream, &stream).await.unwrap() });
            }
        });
        let clients = (0..20_u8).map(|number| {
            let path = place.0.clone();
            async move {
                let stream = UnixStream::connect(path).await.unwrap();
                stream.write_all(&[number; 100]).await.unwrap();
                let mut buffer = [0; 100];
                stream.read_exact(&mut buffer).await.unwrap();
                assert_eq!(buffer, [number; 100]);
            }
        });
        coro_runtime::join_all(clients).await;
        server.await.unwrap();
        let refused = UnixStream::connect(&place.0).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    });
}

#[test]
fn more_clients_than_the_queue_holds_all_get_in() {
    run(|| async {
        let place = Place::new();
        let listener = UnixListener::bind(&place.0).unwrap();
        // The kernel lets a connecting client wait when the queue (of 128, by `std`) is full.
        let clients: Vec<_> = (0..200)
            .map(|_| spawn(UnixStream::connect(place.0.clone())))
            .collect();
        for _ in 0..200 {
            listener.accept().await.unwrap();
        }
        for client in clients {
            client.await.unwrap().unwrap();
        }
    });
}

#[test]
fn a_socket_that_outlives_its_runtime_fails_and_does_not_hang() {
    common::within_a_minute(|| {
        let runtime = Runtime::new().unwrap();
        let (left, _right) = runtime.block_on(async { UnixStream::pair().unwrap() });
        drop(runtime);
        let mut buffer = [0; 1];
        let error = coro_runtime::block_on(async {
            let mut left = &left;
            AsyncReadExt::read(&mut left, &mut buffer)
                .await
                .unwrap_err()
        });
        assert_eq!(error.to_string(), "the runtime has shut down");
    });
}

/// Sends `bytes` with a descriptor, or as urgent data, or as they are.
fn send(socket: &impl AsFd, bytes: &[u8], flags: libc::c_int, passes: Option<BorrowedFd<'_>>) {
    let mut part = libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    };
    // Aligned as its header, which comes first.
    let mut control = [0_u64; 8];
    // SAFETY: zeroes are a message without any part.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = &raw mut part;
    message.msg_iovlen = 1;
    if let Some(passes) = passes {
        let size = size_of::<libc::c_int>() as libc::c_uint;
        message.msg_control = control.as_mut_ptr().cast();
        // SAFETY: the space of one descriptor is less than that of `control`, which outlives the
        // call, so there is a first header, and room for a descriptor behind it.
        unsafe {
            message.msg_controllen = libc::CMSG_SPACE(size) as _;
            let header = libc::CMSG_FIRSTHDR(&raw const message);
            (*header).cmsg_level = libc::SOL_SOCKET;
            (*header).cmsg_type = libc::SCM_RIGHTS;
            (*header).cmsg_len = libc::CMSG_LEN(size) as _;
            let place = libc::CMSG_DATA(header).cast::<libc::c_int>();
            place.write_unaligned(passes.as_raw_fd());
        }
    }
    // SAFETY: all that the message points to outlives the call.
    let sent = unsafe { libc::sendmsg(socket.as_fd().as_raw_fd(), &raw const message, flags) };
    assert_eq!(sent, bytes.len() as isize);
}

#[test]
fn a_read_that_ends_early_is_not_taken_for_the_last() {
    run(|| async {
        let (near, far) = UnixStream::pair().unwrap();
        send(&near, b"one", 0, Some(near.as_fd()));
        send(&near, b"two", 0, None);
        // So that all is told by one event.
        sleep(Duration::from_millis(5)).await;
        let mut buffer = [0; 100];
        assert_eq!(far.read(&mut buffer).await.unwrap(), 3);
        assert_eq!(far.read(&mut buffer).await.unwrap(), 3);
        assert_eq!(&buffer[..3], b"two");

        let (near, far) = tcp_pair().await;
        near.set_nodelay(true).unwrap();
        send(&near, b"one", 0, None);
        send(&near, b"!", libc::MSG_OOB, None);
        send(&near, b"two", 0, None);
        sleep(Duration::from_millis(5)).await;
        assert_eq!(far.read(&mut buffer).await.unwrap(), 3);
        assert_eq!(far.read(&mut buffer).await.unwrap(), 3);
        assert_eq!(&buffer[..3], b"two");
    });
}
