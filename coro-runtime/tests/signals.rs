//! Signals: each listener notices, in each runtime, and none is lost. In a process of its own,
//! since they are the process's.

mod common;

use std::io::ErrorKind;
use std::process::Command;
use std::thread;
use std::time::Duration;

use common::{run, within_a_minute};
use coro_runtime::io::StreamExt;
use coro_runtime::signal::{SignalKind, ctrl_c, signal};
use coro_runtime::time::{sleep, timeout};
use coro_runtime::{block_on, join, spawn};

fn raise(kind: SignalKind) {
    coro_sys::signal::raise(kind.as_raw()).unwrap();
}

#[test]
fn who_waits_and_who_comes_later_notices() {
    run(|| async {
        let kind = SignalKind::USER_DEFINED_1;
        let mut early = signal(kind).unwrap();
        let mut other = signal(kind).unwrap();
        let waiter = spawn(async move {
            other.recv().await.unwrap();
            other
        });
        sleep(Duration::from_millis(5)).await;
        raise(kind);
        let mut other = waiter.await.unwrap();
        early.recv().await.unwrap();
        // One was noticed, and there is no other.
        let brief = Duration::from_millis(20);
        let (first, second) =
            join!(timeout(brief, early.recv()), timeout(brief, other.next())).await;
        assert!(first.is_err() && second.is_err());
        // Several before somebody looks are one.
        raise(kind);
        raise(kind);
        early.recv().await.unwrap();
        other.next().await.unwrap().unwrap();
        assert!(timeout(brief, early.recv()).await.is_err());
    });
}

#[test]
fn kinds_are_told_apart() {
    run(|| async {
        let mut hangup = signal(SignalKind::HANGUP).unwrap();
        let mut user = signal(SignalKind::USER_DEFINED_2).unwrap();
        raise(SignalKind::HANGUP);
        hangup.recv().await.unwrap();
        assert!(
            timeout(Duration::from_millis(20), user.recv())
                .await
                .is_err()
        );
        raise(SignalKind::USER_DEFINED_2);
        user.recv().await.unwrap();
    });
}

#[test]
fn runtimes_side_by_side_all_notice() {
    within_a_minute(|| {
        let kind = SignalKind::WINDOW_CHANGE;
        let (sender, receiver) = std::sync::mpsc::channel();
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let sender = sender.clone();
                thread::spawn(move || {
                    block_on(async {
                        let mut signal = signal(kind).unwrap();
                        for _ in 0..20 {
                            sender.send(()).unwrap();
                            signal.recv().await.unwrap();
                        }
                    });
                })
            })
            .collect();
        for _ in 0..20 {
            threads.iter().for_each(|_| receiver.recv().unwrap());
            raise(kind);
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn ctrl_c_from_another_process_does_not_end_this_one() {
    run(|| async {
        let waiter = spawn(ctrl_c());
        sleep(Duration::from_millis(5)).await;
        let id = std::process::id().to_string();
        let killed = Command::new("kill").args(["-s", "INT", &id]).status();
        assert!(killed.unwrap().success());
        waiter.await.unwrap().unwrap();
    });
}

#[test]
fn what_cannot_be_listened_to_is_an_error() {
    run(|| async {
        for number in [-1, 0, 65, 9, 19, 11, 7, 4, 8] {
            let error = signal(SignalKind::from_raw(number)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{number}");
        }
    });
}
