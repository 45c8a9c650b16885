//! The programs of the examples, as their sources are now.
//!
//! cargo builds the examples before it runs all tests of the package, and does not where one test
//! program is asked for (`--test examples`). So a program that is missing, or older than a source of
//! it, is built first.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::SystemTime;

/// The program of an example, in the `examples` folder beside the one of this test.
pub(crate) fn program(name: &str) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    let test = env::current_exe().expect("a test has a program");
    let profile = test.ancestors().nth(2).expect("it is in `PROFILE/deps`");
    let program = profile.join("examples").join(name);
    // A build that failed is the failure of another test.
    let _guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poison| poison.into_inner());
    if !is_fresh(&program) {
        build(profile);
        assert!(
            is_fresh(&program),
            "cargo has not built {}",
            program.display()
        );
    }
    program
}

/// Whether the program is there, and younger than all sources that it was made of.
fn is_fresh(program: &Path) -> bool {
    let Some(built) = time(program) else {
        return false;
    };
    // cargo's own list, in the form of a rule for `make`.
    let Ok(rule) = fs::read_to_string(program.with_extension("d")) else {
        return false;
    };
    let (_, sources) = rule.split_once(": ").expect("a target comes first");
    let sources = sources.replace("\\ ", "\0");
    sources
        .split_whitespace()
        .all(|source| time(Path::new(&source.replace('\0', " "))).is_some_and(|time| time <= built))
}

/// When a file was written, if there is one.
fn time(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// Builds all examples, in the profile whose folder this is.
fn build(profile: &Path) {
    let target = profile.parent().expect("a profile is in a folder");
    let name = profile.file_name().expect("it has a name");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--examples", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .arg("--profile")
        // Its folder is the only one that is not named after its profile.
        .arg(if name == "debug" {
            "dev".as_ref()
        } else {
            name
        })
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the examples do not build");
}
