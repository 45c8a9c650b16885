//! Child processes: their input and output, their end, and that nothing of them is left.

mod common;

use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use common::run;
use coro_runtime::io::{AsyncReadExt, AsyncWriteExt};
use coro_runtime::process::{Command, Stdio};
use coro_runtime::time::{sleep, timeout};
use coro_runtime::{join, join_all};

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[test]
fn the_outcome_is_told_again_and_again() {
    run(|| async {
        let mut child = shell("sleep 0.05; exit 7").spawn().unwrap();
        assert!(child.try_wait().unwrap().is_none());
        // Given up, and waited for anew.
        let late = timeout(Duration::from_millis(1), child.wait()).await;
        assert!(late.is_err());
        for _ in 0..2 {
            assert_eq!(child.wait().await.unwrap().code(), Some(7));
        }
        assert_eq!(child.try_wait().unwrap().unwrap().code(), Some(7));
        child.kill().unwrap();
        assert!(shell("true").status().await.unwrap().success());
        let error = Command::new("/no/such/program").spawn().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    });
}

#[test]
fn much_goes_through_a_child_and_comes_out_unchanged() {
    run(|| async {
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Far more than a pipe holds.
        let sent: Vec<u8> = (0..2_000_000_u32).map(|n| (n % 251) as u8).collect();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let write = async {
            AsyncWriteExt::write_all(&mut stdin, &sent).await.unwrap();
            stdin.close().await.unwrap();
            assert_eq!(
                stdin.write_all(b"x").await.unwrap_err().kind(),
                ErrorKind::BrokenPipe
            );
        };
        let mut received = Vec::new();
        let ((), count) = join!(write, stdout.read_to_end(&mut received)).await;
        assert_eq!(count.unwrap(), sent.len());
        assert!(received == sent);
        assert!(child.wait().await.unwrap().success());
    });
}

#[test]
fn both_outputs_are_collected_however_much_they_are() {
    run(|| async {
        let script = "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; exit 3";
        let outputs = join_all((0..4).map(async |_| shell(script).output().await));
        for output in outputs.await {
            let output = output.unwrap();
            assert_eq!(output.status.code(), Some(3));
            assert_eq!(
                (output.stdout.len(), output.stderr.len()),
                (300_000, 300_000)
            );
        }
    });
}

#[test]
fn a_child_that_waits_for_input_ends_when_it_is_waited_for() {
    run(|| async {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        assert!(child.wait().await.unwrap().success());
        let mut child = shell("exec <&-; sleep 0.02")
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let error = loop {
            if let Err(error) = stdin.write_all(&[0; 10_000]).await {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        child.wait().await.unwrap();
    });
}

fn state(id: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

#[test]
fn a_child_can_be_killed_and_is_when_it_is_dropped_if_so_desired() {
    run(|| async {
        let mut child = shell("exec sleep 1000").spawn().unwrap();
        child.kill().unwrap();
        assert_eq!(child.wait().await.unwrap().signal(), Some(9));

        let child = Command::new("sleep")
            .arg("1000")
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let id = child.id();
        assert!(state(id).is_some());
        drop(child);
        // Neither the process nor a zombie is left.
        while state(id).is_some() {
            sleep(Duration::from_millis(1)).await;
        }

        let mut command = Command::new("sleep");
        let child = command.arg("0.2").spawn().unwrap();
        let id = child.id();
        drop(child);
        assert!(state(id).is_some_and(|state| state != 'Z'));
    });
}
