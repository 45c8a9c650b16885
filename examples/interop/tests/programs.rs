//! The programs run, and say what they should.

use std::process::Command;

fn output(program: &str) -> Vec<String> {
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn hyper_serves_and_fetches_on_our_runtime() {
    assert_eq!(
        output(env!("CARGO_BIN_EXE_hyper_on_coro")),
        ["/one", "/two", "/three"].map(|path| format!("hyper was asked for {path}"))
    );
}

#[test]
fn hyper_serves_by_hand_written_traits() {
    assert_eq!(
        output(env!("CARGO_BIN_EXE_foreign_library")),
        ["one", "two"].map(|path| format!("200: hyper answers GET /{path}"))
    );
}

#[test]
fn our_coroutines_run_on_tokio() {
    assert_eq!(
        output(env!("CARGO_BIN_EXE_coroutines_on_tokio")),
        ["HELLO, ONE", "HELLO, TWO", "HELLO, THREE"]
    );
}
