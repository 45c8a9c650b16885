//! Files and standard input and output, by threads for blocking work.

mod common;

use std::io::{ErrorKind, SeekFrom};
use std::path::PathBuf;
use std::process::Stdio;

use common::run;
use coro_runtime::fs::{self, File, OpenOptions};
use coro_runtime::io::{stdin, stdout};
use coro_runtime::process::Command;
use coro_runtime::{block_on, join};

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
#[ignore = "the process that the next test talks to"]
fn shouts() {
    block_on(async {
        while let Some(line) = stdin().read_line().await.unwrap() {
            let line = format!("shouts: {}\n", line.to_uppercase());
            stdout().write_all(line.as_bytes()).await.unwrap();
        }
        assert!(stdin().read(10).await.unwrap().is_empty());
        stdout().flush().await.unwrap();
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
