//! Our connections behind the traits of tokio and hyper: all bytes arrive, ends are ends, and
//! what is given up leaves nothing behind.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, Instant};

use coro::runtime::fs::File;
use coro::runtime::interop::{Executor, Timer};
use coro::runtime::net::{TcpListener, TcpStream, UnixStream};
use coro::runtime::process::{Command, Stdio};
use coro::runtime::sync::oneshot;
use coro::runtime::{block_on, spawn};
use hyper::rt::{Executor as _, Read as _, ReadBuf, Timer as _};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Bytes in which a shift or a loss would be seen.
fn bytes(length: u32) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

#[test]
fn tokio_copies_more_than_the_kernel_buffers() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let (client, server) = coro::runtime::join!(client, listener.accept()).await;
        let (mut read, mut write) = tokio::io::split(server.unwrap().0);
        let echo = spawn(async move {
            let count = tokio::io::copy(&mut read, &mut write).await.unwrap();
            write.shutdown().await.unwrap();
            count
        });
        let sent = bytes(5_000_000);
        let (mut read, mut write) = client.unwrap().into_split();
        let writer = spawn({
            let sent = sent.clone();
            async move {
                write.write_all(&sent).await.unwrap();
                write.shutdown().await.unwrap();
            }
        });
        let mut received = Vec::new();
        read.read_to_end(&mut received).await.unwrap();
        assert!(received == sent, "what came back differs");
        assert_eq!(echo.await.unwrap(), sent.len() as u64);
        writer.await.unwrap();
    });
}

#[test]
fn tokio_reads_and_writes_files_and_pipes_of_children() {
    block_on(async {
        let path = std::env::temp_dir().join(format!("coro-interop-{}", std::process::id()));
        let mut file = File::create(&path).await.unwrap();
        file.shutdown().await.unwrap();
        AsyncWriteExt::write_all(&mut file, b"from a file")
            .await
            .unwrap();
        file.flush().await.unwrap();

        let mut command = Command::new("cat");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut file = File::open(&path).await.unwrap();
        let count = tokio::io::copy(&mut file, &mut stdin).await.unwrap();
        assert_eq!(count, 11);
        stdin.shutdown().await.unwrap();
        let mut text = String::new();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "from a file");
        assert!(child.wait().await.unwrap().success());
        std::fs::remove_file(&path).unwrap();
    });
}

#[test]
fn hyper_reads_behind_what_its_buffer_has() {
    block_on(async {
        let (left, right) = UnixStream::pair().unwrap();
        let mut space = [0; 8];
        let mut buffer = ReadBuf::new(&mut space);
        for piece in ["abc", "defgh"] {
            let read =
                poll_fn(|context| Pin::new(&mut &right).poll_read(context, buffer.unfilled()));
            // Written after the first poll, which is pending.
            let (read, written) =
                coro::runtime::join!(read, left.write_all(piece.as_bytes())).await;
            read.unwrap();
            written.unwrap();
        }
        assert_eq!(buffer.filled(), b"abcdefgh");
    });
}

#[test]
fn the_timer_of_hyper_can_be_set_anew() {
    block_on(async {
        let start = Instant::now();
        let mut sleep = Timer.sleep(Duration::from_secs(1000));
        Timer.reset(&mut sleep, start + Duration::from_millis(5));
        sleep.await;
        assert!(start.elapsed() >= Duration::from_millis(5));
        let (sender, receiver) = oneshot::channel();
        Executor.execute(async move {
            Timer.sleep_until(Instant::now()).await;
            sender.send("ran")
        });
        assert_eq!(receiver.await, Ok("ran"));
    });
}
