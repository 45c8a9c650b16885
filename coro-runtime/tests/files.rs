//! Files and standard input and output, by threads for blocking work.

mod common;

use std::future::{Future, poll_fn};
use std::io::{ErrorKind, SeekFrom};
use std::path::PathBuf;
use std::process::Stdio;
use std::task::Poll;

use common::run;
use coro_runtime::fs::{self, File, OpenOptions};
use coro_runtime::io::{
    AsyncBufReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, BufWriter, StreamExt, copy, stdin,
    stdout,
};
use coro_runtime::process::Command;
use coro_runtime::{Builder, block_on, join, spawn_blocking};

/// A directory that goes with its owner.
struct Directory(PathBuf);

impl Directory {
    async fn new(name: &str) -> Directory {
        let name = format!("coro-files-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(path.join("inner")).await.unwrap();
        Directory(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_was_written_is_read() {
    run(|| async {
        let directory = Directory::new("whole").await;
        let path = directory.0.join("a");
        fs::write(&path, vec![7; 1_000_000]).await.unwrap();
        assert_eq!(fs::read(&path).await.unwrap(), vec![7; 1_000_000]);
        let other = directory.0.join("inner/b");
        assert_eq!(fs::copy(&path, &other).await.unwrap(), 1_000_000);
        fs::rename(&other, directory.0.join("c")).await.unwrap();
        let mut names: Vec<_> = fs::read_dir(&directory.0)
            .await
            .unwrap()
            .iter()
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["a", "c", "inner"]);
        fs::remove_file(&path).await.unwrap();
        let error = fs::read_to_string(&path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let error = fs::remove_dir(&directory.0).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DirectoryNotEmpty);
    });
}

#[test]
fn a_file_keeps_where_it_stands() {
    run(|| async {
        let directory = Directory::new("file").await;
        let path = directory.0.join("a");
        let mut file = File::create(&path).await.unwrap();
        for piece in ["one ", "two ", "three"] {
            file.write_all(piece.as_bytes()).await.unwrap();
        }
        file.sync_all().await.unwrap();
        let error = file.read(&mut [0; 1]).await.unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EBADF));
        file.set_len(9).await.unwrap();
        assert_eq!(file.metadata().await.unwrap().len(), 9);

        let mut file = File::open(&path).await.unwrap();
        let mut buffer = [0; 4];
        assert_eq!(file.read(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer, b"one ");
        assert_eq!(file.read_to_end().await.unwrap(), b"two t");
        assert_eq!(file.read(&mut buffer).await.unwrap(), 0);
        assert_eq!(file.seek(SeekFrom::End(-1)).await.unwrap(), 8);
        assert_eq!(file.read_to_end().await.unwrap(), b"t");
        let mut options = OpenOptions::new();
        let mut file = File::open_with(&path, options.append(true)).await.unwrap();
        file.write_all(b"!").await.unwrap();
        assert_eq!(fs::read(&path).await.unwrap(), b"one two t!");
    });
}

#[test]
fn a_file_is_read_and_written_by_the_traits() {
    run(|| async {
        let directory = Directory::new("traits").await;
        let path = directory.0.join("a");
        let file = File::create(&path).await.unwrap();
        let mut writer = BufWriter::with_capacity(100, file);
        for number in 0..1000 {
            let line = format!("line {number}\n");
            writer.write_all(line.as_bytes()).await.unwrap();
        }
        writer.close().await.unwrap();
        let lines = BufReader::new(File::open(&path).await.unwrap()).lines();
        let lines: Vec<_> = lines.map(Result::unwrap).collect().await;
        assert_eq!(lines.len(), 1000);
        assert_eq!(lines[999], "line 999");

        let mut from = File::open(&path).await.unwrap();
        let other = directory.0.join("b");
        let mut to = File::create(&other).await.unwrap();
        let length = copy(&mut from, &mut to).await.unwrap();
        to.flush().await.unwrap();
        assert_eq!(to.metadata().await.unwrap().len(), length);
        assert_eq!(
            fs::read(&path).await.unwrap(),
            fs::read(&other).await.unwrap()
        );

        // What a write by the trait comes to is told by what is next.
        let mut full = OpenOptions::new();
        let mut full = File::open_with("/dev/full", full.write(true))
            .await
            .unwrap();
        assert_eq!(full.write(b"x").await.unwrap(), 1);
        let error = full.flush().await.unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ENOSPC));
        full.flush().await.unwrap();
    });
}

#[test]
fn a_read_of_a_file_that_is_given_up_loses_nothing() {
    let runtime = Builder::new().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let directory = Directory::new("given-up").await;
        let path = directory.0.join("a");
        fs::write(&path, "0123456789").await.unwrap();
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        let mut file = File::open_with(&path, &options).await.unwrap();
        // Polls a read once, while the only thread for it is held up.
        let begin = async |file: &mut File| {
            let (release, held) = std::sync::mpsc::channel();
            let hold = spawn_blocking(move || held.recv());
            let mut buffer = [0; 6];
            let mut read = std::pin::pin!(file.read(&mut buffer));
            let pending = poll_fn(|context| Poll::Ready(read.as_mut().poll(context).is_pending()));
            assert!(pending.await);
            release.send(()).unwrap();
            hold.await.unwrap().unwrap();
        };
        begin(&mut file).await;
        let mut buffer = [0; 4];
        assert_eq!(file.read(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer, b"0123");
        // Two more were read; a write and a seek begin where the reader stands nevertheless.
        file.write_all(b"ab").await.unwrap();
        assert_eq!(file.seek(SeekFrom::Current(0)).await.unwrap(), 6);
        begin(&mut file).await;
        assert_eq!(file.seek(SeekFrom::Current(1)).await.unwrap(), 7);
        begin(&mut file).await;
        assert_eq!(file.read_to_end().await.unwrap(), b"789");
        begin(&mut file).await;
        assert_eq!(AsyncWriteExt::write(&mut file, b"!").await.unwrap(), 1);
        assert_eq!(file.read(&mut buffer).await.unwrap(), 0);
        assert_eq!(fs::read_to_string(&path).await.unwrap(), "0123ab6789!");
    });
}

#[test]
#[ignore = "the process that the next test talks to"]
fn shouts() {
    block_on(async {
        let (mut input, mut output) = (stdin(), stdout());
        while let Some(line) = input.next_line().await.unwrap() {
            let line = format!("shouts: {}\n", line.to_uppercase());
            output.write_all(line.as_bytes()).await.unwrap();
        }
        assert_eq!(input.read(&mut [0; 10]).await.unwrap(), 0);
        output.flush().await.unwrap();
    });
}

#[test]
fn a_process_reads_and_writes_what_it_was_given() {
    run(|| async {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "shouts", "--ignored", "--nocapture"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let write = async move { input.write_all(b"one\ntwo").await };
        let (written, output) = join!(write, child.wait_with_output()).await;
        written.unwrap();
        let output = output.unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<_> = text.split("shouts: ").skip(1).collect();
        assert_eq!(lines[0], "ONE\n", "{text}");
        assert!(lines[1].starts_with("TWO\n"), "{text}");
    });
}

/// Polls a future once and drops it, whether or not it is ready then.
async fn give_up(future: impl Future) {
    let mut future = std::pin::pin!(future);
    let once = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready()));
    once.await;
}

#[test]
fn a_seek_that_is_given_up_is_waited_for() {
    run(|| async {
        let directory = Directory::new("seek").await;
        let path = directory.0.join("a");
        fs::write(&path, "0123456789").await.unwrap();
        let mut file = File::open(&path).await.unwrap();
        let mut buffer = [0; 2];
        for _ in 0..100 {
            give_up(file.seek(SeekFrom::Start(3))).await;
            let end = file.seek(SeekFrom::End(-1)).await.unwrap();
            assert_eq!(end, 9);
            assert_eq!(file.read(&mut buffer).await.unwrap(), 1);
            assert_eq!(buffer[0], b'9');
            give_up(file.seek(SeekFrom::Start(5))).await;
            assert_eq!(file.read(&mut buffer).await.unwrap(), 2);
            assert_eq!(buffer, *b"56");
        }
    });
}

#[test]
fn the_trait_seeks_below_a_buffer() {
    run(|| async {
        let directory = Directory::new("seek-trait").await;
        let path = directory.0.join("a");
        fs::write(&path, "one\ntwo\nthree\n").await.unwrap();
        let mut reader = BufReader::new(File::open(&path).await.unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).await.unwrap();
        assert_eq!(line, "one\n");
        // From where the reader is, and not from where the file is, which it has read whole.
        assert_eq!(reader.seek(SeekFrom::Current(4)).await.unwrap(), 8);
        line.clear();
        reader.read_line(&mut line).await.unwrap();
        assert_eq!(line, "three\n");
        let error = reader.seek(SeekFrom::Current(-100)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    });
}
