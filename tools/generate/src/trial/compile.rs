//! Cargo, and whom its errors are about.
use super::source::{Side, Source};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const HARNESS: &str = include_str!("harness.rs.txt");

/// Whether memory has leaked, as LeakSanitizer knows.
const LEAKS_OF_SANITIZER: &str = "{
    unsafe extern \"C\" {
        fn __lsan_do_recoverable_leak_check() -> std::ffi::c_int;
    }
    // SAFETY: it may be called at any time.
    unsafe { __lsan_do_recoverable_leak_check() != 0 }
}";

/// Where AddressSanitizer is tried.
const SANITIZED_TARGET: &str = "x86_64-unknown-linux-gnu";

/// How to build.
#[derive(Clone, Copy)]
pub(crate) struct Build {
    /// With optimisation.
    pub(crate) optimise: bool,
    /// With AddressSanitizer, which the nightly compiler has.
    pub(crate) sanitize: bool,
}

/// Whether there is a nightly compiler, and the machine is one on which the sanitizer is tried.
pub(crate) fn can_sanitize() -> bool {
    let mut nightly = Command::new("rustup");
    nightly
        .args(["run", "nightly", "rustc", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let is_target = cfg!(all(target_arch = "x86_64", target_os = "linux"));
    is_target && nightly.status().is_ok_and(|status| status.success())
}

pub(super) struct Compiler {
    directory: PathBuf,
    how: Build,
}

/// The first error of a program.
#[derive(Clone)]
pub(super) struct Error {
    pub(super) program: usize,
    pub(super) side: Side,
    /// The message without what is particular to the program.
    pub(super) kind: String,
    pub(super) message: String,
}

impl Compiler {
    pub(super) fn open(directory: PathBuf, root: &Path, how: Build) -> io::Result<Compiler> {
        std::fs::create_dir_all(directory.join("src"))?;
        let manifest = format!(
            "[package]
name = \"generated\"
version = \"0.0.0\"
edition = \"2024\"

[dependencies]
coro = {{ path = {:?} }}

[workspace]

[profile.dev]
debug = false
incremental = false
codegen-units = 1

[profile.dev.build-override]
opt-level = 1

[profile.release]
debug = false
debug-assertions = true
",
            root.display().to_string()
        );
        std::fs::write(directory.join("Cargo.toml"), manifest)?;
        std::fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
        let common = root.join("tests/common/mod.rs").display().to_string();
        let leaks = if how.sanitize {
            LEAKS_OF_SANITIZER
        } else {
            "false"
        };
        let harness = HARNESS
            .replace("@COMMON@", &common)
            .replace("@LEAKS@", leaks);
        std::fs::write(directory.join("src/harness.rs"), harness)?;
        Ok(Compiler { directory, how })
    }

    pub(super) fn source_path(&self) -> PathBuf {
        self.directory.join("src/main.rs")
    }

    /// At most one error for each program.
    pub(super) fn check(&self, source: &Source) -> io::Result<Vec<Error>> {
        self.compile("check", source)
    }

    /// The same; builds the binary if there is no error.
    pub(super) fn build(&self, source: &Source) -> io::Result<Vec<Error>> {
        self.compile("build", source)
    }

    fn compile(&self, command: &str, source: &Source) -> io::Result<Vec<Error>> {
        std::fs::write(self.source_path(), &source.text)?;
        let output = self.cargo(command)?;
        if output.status.success() {
            return Ok(Vec::new());
        }
        let mut errors = BTreeMap::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(value) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            let message = &value["message"];
            if value["reason"] != "compiler-message" || message["level"] != "error" {
                continue;
            }
            let Some((side, program)) = main_line(message).and_then(|line| source.owner(line))
            else {
                continue;
            };
            let error = Error {
                program,
                side,
                kind: kind(message),
                message: message["rendered"].as_str().unwrap_or_default().to_owned(),
            };
            // What is wrong for rustc is nothing that we refuse.
            let first = errors.entry(program).or_insert_with(|| error.clone());
            if first.side == Side::Ours && side == Side::Rustc {
                *first = error;
            }
        }
        if errors.is_empty() {
            let text = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!(
                "cargo failed, and no error belongs to a program:\n{text}"
            )));
        }
        Ok(errors.into_values().collect())
    }

    /// The path of the binary.
    pub(super) fn binary(&self) -> PathBuf {
        let profile = if self.how.optimise {
            "release"
        } else {
            "debug"
        };
        let mut directory = self.directory.join("target");
        if self.how.sanitize {
            directory.push(SANITIZED_TARGET);
        }
        directory.join(profile).join("generated")
    }

    fn cargo(&self, command: &str) -> io::Result<std::process::Output> {
        let mut cargo = if self.how.sanitize {
            let mut nightly = Command::new("rustup");
            nightly
                .args(["run", "nightly", "cargo"])
                .env("RUSTFLAGS", "-Zsanitizer=address");
            nightly
        } else {
            Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        };
        cargo
            .args([
                command,
                "--offline",
                "--message-format=json",
                "--quiet",
                "-j1",
            ])
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", self.directory.join("target"))
            .stdin(Stdio::null());
        if self.how.optimise {
            cargo.arg("--release");
        }
        if self.how.sanitize {
            cargo.args(["--target", SANITIZED_TARGET]);
        }
        cargo.output()
    }
}

/// The line of the batch that a message is about.
fn main_line(message: &Value) -> Option<usize> {
    let spans = message["spans"].as_array()?;
    let primary = spans.iter().filter(|span| span["is_primary"] == true);
    primary.chain(spans).find_map(|span| {
        let mut span = span;
        while !span["file_name"].as_str()?.ends_with("src/main.rs") {
            span = &span["expansion"]["span"];
        }
        usize::try_from(span["line_start"].as_u64()?).ok()
    })
}

fn kind(message: &Value) -> String {
    let text = without_names(message["message"].as_str().unwrap_or_default());
    match message["code"]["code"].as_str() {
        Some(code) => format!("{code} {text}"),
        None => text,
    }
}

/// The text with what stands between backticks left out.
pub(super) fn without_names(text: &str) -> String {
    text.split('`')
        .enumerate()
        .map(|(index, part)| if index % 2 == 0 { part } else { "`_`" })
        .collect()
}
