//! What a fiber does where panics abort. Builds a program for that, so it is not run by default:
//!
//! ```text
//! cargo test -p coro-runtime --test fiber_abort -- --ignored
//! ```

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

const MANIFEST: &str = r#"
[package]
name = "fiber-abort"
version = "0.0.0"
edition = "2024"

[dependencies]
coro-runtime = { path = "RUNTIME" }

[profile.dev]
panic = "abort"

[workspace]
"#;

const PROGRAM: &str = r#"
use coro_runtime::fiber::{Fiber, Resumed};

fn main() {
    // All of this needs no unwinding.
    drop(Fiber::<(), (), ()>::new(|_, ()| ()));
    let mut ends = Fiber::new(|yielder, ()| yielder.suspend(1));
    assert_eq!(ends.resume(()), Resumed::Yielded(1));
    assert_eq!(ends.resume(()), Resumed::Returned(()));
    drop(ends);
    let mut forgotten = Fiber::new(|yielder, ()| yielder.suspend(2));
    assert_eq!(forgotten.next(), Some(2));
    std::mem::forget(forgotten);
    println!("so far");
    // This does.
    let mut suspended = Fiber::new(|yielder, ()| yielder.suspend(3));
    assert_eq!(suspended.next(), Some(3));
    drop(suspended);
    println!("too far");
}
"#;

#[test]
#[ignore = "builds the runtime a second time"]
fn dropping_a_suspended_fiber_aborts_and_says_why() {
    let runtime = env!("CARGO_MANIFEST_DIR");
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fiber-abort");
    fs::create_dir_all(project.join("src")).expect("a directory");
    let manifest = MANIFEST.replace("RUNTIME", runtime);
    fs::write(project.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(project.join("src/main.rs"), PROGRAM).expect("a program");
    // The versions that were tested.
    let lock = Path::new(runtime).join("../Cargo.lock");
    fs::copy(lock, project.join("Cargo.lock")).expect("a lock file");

    let built = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--target-dir", "target"])
        .current_dir(&project)
        .output()
        .expect("cargo starts");
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let output = Command::new(project.join("target/debug/fiber-abort"))
        .output()
        .expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "so far\n");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("a suspended fiber was dropped"), "{words}");
    assert!(words.contains("panic = \"abort\""), "{words}");
    assert_eq!(output.status.signal(), Some(6), "{output:?}");
}
