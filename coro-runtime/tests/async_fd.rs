//! Descriptors of the user's own.

mod common;

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::sync::Arc;

use common::run;
use coro_runtime::io::AsyncFd;
use coro_runtime::{JoinSet, try_join, yield_now};

fn datagrams() -> (AsyncFd<UnixDatagram>, AsyncFd<UnixDatagram>) {
    let (left, right) = UnixDatagram::pair().unwrap();
    left.set_nonblocking(true).unwrap();
    right.set_nonblocking(true).unwrap();
    (AsyncFd::new(left).unwrap(), AsyncFd::new(right).unwrap())
}

#[test]
fn each_of_many_readers_gets_a_message() {
    run(|| async {
        let (left, right) = datagrams();
        let right = Arc::new(right);
        let mut readers = JoinSet::new();
        for _ in 0..20 {
            let right = Arc::clone(&right);
            readers.spawn(async move {
                let mut byte = [0; 1];
                right
                    .read_with(|socket| socket.recv(&mut byte))
                    .await
                    .unwrap();
                byte[0]
            });
        }
        yield_now().await;
        for number in 0..20 {
            let sent = left.write_with(|socket| socket.send(&[number])).await;
            assert_eq!(sent.unwrap(), 1);
        }
        let mut numbers = readers.join_all().await;
        numbers.sort_unstable();
        assert_eq!(numbers, (0..20).collect::<Vec<u8>>());
    });
}

#[test]
fn a_pipe_that_is_full_holds_its_writer_back() {
    const LENGTH: usize = 1_000_000;
    run(|| async {
        let (reader, writer) = UnixStream::pair().unwrap();
        reader.set_nonblocking(true).unwrap();
        writer.set_nonblocking(true).unwrap();
        // As a library hands them out: a descriptor and no more.
        let reader = AsyncFd::new(File::from(OwnedFd::from(reader))).unwrap();
        let writer = AsyncFd::new(File::from(OwnedFd::from(writer))).unwrap();
        let write = async move {
            let bytes = vec![7; LENGTH];
            let mut written = 0;
            while written < LENGTH {
                let rest = &bytes[written..];
                written += writer
                    .write_with(|mut file: &File| file.write(rest))
                    .await?;
            }
            std::io::Result::Ok(())
        };
        let read = async {
            let mut buffer = vec![0; 10_000];
            let mut all = 0;
            loop {
                let count = reader
                    .read_with(|mut file: &File| file.read(&mut buffer))
                    .await?;
                if count == 0 {
                    return std::io::Result::Ok(all);
                }
                assert!(buffer[..count].iter().all(|&byte| byte == 7));
                all += count;
            }
        };
        let ((), all) = try_join!(write, read).await.unwrap();
        assert_eq!(all, LENGTH);
    });
}

#[test]
fn an_error_of_the_operation_comes_out() {
    run(|| async {
        let (left, right) = datagrams();
        drop(left);
        let error = right
            .write_with(|socket| socket.send(b"hello"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        let file = File::open("/proc/self/exe").unwrap();
        let error = AsyncFd::new(file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        let twice = AsyncFd::new(right.get_ref()).unwrap_err();
        assert_eq!(twice.kind(), ErrorKind::AlreadyExists);
    });
}

#[test]
fn who_waits_is_told_when_the_runtime_goes() {
    let runtime = coro_runtime::Runtime::new().unwrap();
    let (left, right) = runtime.block_on(async { datagrams() });
    let task = runtime.spawn(async move {
        let _left = left;
        right.read_with(|socket| socket.recv(&mut [0; 1])).await
    });
    runtime.block_on(yield_now());
    drop(runtime);
    // The task was cancelled, and with it the wait.
    assert!(coro_runtime::block_on(task).unwrap_err().is_cancelled());
}
