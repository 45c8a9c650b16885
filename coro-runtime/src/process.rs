//! Child processes, without a thread for each.
//!
//! The end of a child is an event of its `pidfd` (Linux 5.3), and its input and output are pipes
//! that do not block. Nothing listens to `SIGCHLD`, so children that are started in other ways
//! are left alone.
//!
//! # Examples
//!
//! ```
//! use coro_runtime::process::{Command, Stdio};
//!
//! # fn main() -> std::io::Result<()> {
//! coro_runtime::block_on(async {
//!     let output = Command::new("echo").arg("hello").output().await?;
//!     assert!(output.status.success());
//!     assert_eq!(output.stdout, b"hello\n");
//!
//!     let mut child = Command::new("cat")
//!         .stdin(Stdio::piped())
//!         .stdout(Stdio::piped())
//!         .spawn()?;
//!     let stdin = child.stdin.take().expect("it is piped");
//!     stdin.write_all(b"to and fro").await?;
//!     drop(stdin);
//!     assert_eq!(child.wait_with_output().await?.stdout, b"to and fro");
//!     Ok(())
//! })
//! # }
//! ```

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::pin::Pin;
pub use std::process::{ExitStatus, Output, Stdio};
use std::task::{Context, Poll};

use coro_sys::process;
use futures_io::{AsyncRead, AsyncWrite};

use crate::io::{Direction, Done, Registered};
use crate::join;
use crate::runtime::Handle;

/// How a child process is started: as [`std::process::Command`].
///
/// # Examples
///
/// ```
/// use coro_runtime::process::{Command, Stdio};
/// use std::os::unix::process::CommandExt;
///
/// # fn main() -> std::io::Result<()> {
/// let mut command = Command::new("sh");
/// command
///     .args(["-c", "echo $0 $GREETING; pwd"])
///     .env("GREETING", "hello")
///     .current_dir("/")
///     .stderr(Stdio::null());
/// command.as_std_mut().arg0("sh");
/// coro_runtime::block_on(async {
///     assert_eq!(command.output().await?.stdout, b"sh hello\n/\n");
///     assert!(command.status().await?.success());
///     Ok(())
/// })
/// # }
/// ```
#[derive(Debug)]
pub struct Command {
    command: std::process::Command,
    kill_on_drop: bool,
}

impl Command {
    /// A command that starts `program`, which is searched for in `PATH`.
    #[must_use]
    pub fn new(program: impl AsRef<OsStr>) -> Command {
        Command::from(std::process::Command::new(program))
    }

    /// Adds an argument.
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Command {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args(&mut self, arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> &mut Command {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of the child's environment.
    pub fn env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Command {
        self.command.env(name, value);
        self
    }

    /// Where the child works.
    pub fn current_dir(&mut self, directory: impl AsRef<Path>) -> &mut Command {
        self.command.current_dir(directory);
        self
    }

    /// Where the child's standard input comes from.
    pub fn stdin(&mut self, stdin: impl Into<Stdio>) -> &mut Command {
        self.command.stdin(stdin);
        self
    }

    /// Where the child's standard output goes.
    pub fn stdout(&mut self, stdout: impl Into<Stdio>) -> &mut Command {
        self.command.stdout(stdout);
        self
    }

    /// Where the child's messages of errors go.
    pub fn stderr(&mut self, stderr: impl Into<Stdio>) -> &mut Command {
        self.command.stderr(stderr);
        self
    }

    /// Whether dropping the [`Child`] kills it. Otherwise it goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::process::Command;
    /// use coro_runtime::time::timeout;
    /// use std::time::Duration;
    ///
    /// coro_runtime::block_on(async {
    ///     let mut command = Command::new("sleep");
    ///     command.arg("1000").kill_on_drop(true);
    ///     // Given up, `status` drops the child, and it ends.
    ///     let late = timeout(Duration::from_millis(10), command.status()).await;
    ///     assert!(late.is_err());
    /// });
    /// ```
    pub fn kill_on_drop(&mut self, enabled: bool) -> &mut Command {
        self.kill_on_drop = enabled;
        self
    }

    /// The command of `std`, for what else it can be told.
    pub fn as_std_mut(&mut self) -> &mut std::process::Command {
        &mut self.command
    }

    /// Starts the child.
    ///
    /// # Errors
    ///
    /// `NotFound` when there is no such program, `PermissionDenied`, and those of the system's
    /// tables of processes and descriptors.
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[track_caller]
    pub fn spawn(&mut self) -> io::Result<Child> {
        let mut child = self.command.spawn()?;
        let started = Child::adopt(&mut child);
        match started {
            Ok((end, stdin, stdout, stderr)) => Ok(Child {
                stdin,
                stdout,
                stderr,
                child,
                end,
                status: None,
                kill_on_drop: self.kill_on_drop,
            }),
            Err(error) => {
                // Nobody could wait for it.
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// Starts the child and waits for its end.
    ///
    /// # Errors
    ///
    /// Those of [`spawn`](Command::spawn).
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    #[coro::coroutine]
    pub async fn status(&mut self) -> io::Result<ExitStatus> {
        let mut child = self.spawn()?;
        child.wait().await
    }

    /// Starts the child with pipes for its output, and collects that until its end.
    ///
    /// # Errors
    ///
    /// Those of [`spawn`](Command::spawn).
    ///
    /// # Panics
    ///
    /// When no runtime runs on this thread.
    ///
    /// # Examples
    ///
    /// See [the module](crate::process).
    #[coro::coroutine]
    pub async fn output(&mut self) -> io::Result<Output> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.spawn()?;
        child.wait_with_output().await
    }
}

impl From<std::process::Command> for Command {
    fn from(command: std::process::Command) -> Command {
        Command {
            command,
            kill_on_drop: false,
        }
    }
}

/// A child process; made by [`Command::spawn`].
///
/// Dropped before it was waited for, it goes on, and stays a zombie from its end to that of this
/// process, unless it is killed on drop: then a thread for blocking work waits for it.
///
/// # Examples
///
/// ```
/// use coro_runtime::process::{Command, Stdio};
/// use std::os::unix::process::ExitStatusExt;
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
///     child.stdin.as_ref().expect("it is piped").write_all(b"hello").await?;
///     let mut buffer = [0; 8];
///     assert_eq!(child.stdout.as_ref().expect("it is piped").read(&mut buffer).await?, 5);
///
///     assert_ne!(child.id(), 0);
///     assert_eq!(child.try_wait()?, None);
///     child.kill()?;
///     let status = child.wait().await?;
///     assert_eq!(status.signal(), Some(9));
///     assert_eq!(child.try_wait()?, Some(status));
///     Ok(())
/// })
/// # }
/// ```
pub struct Child {
    /// Its standard input, if that is piped.
    pub stdin: Option<ChildStdin>,
    /// Its standard output, if that is piped.
    pub stdout: Option<ChildStdout>,
    /// Its messages of errors, if they are piped.
    pub stderr: Option<ChildStderr>,
    child: std::process::Child,
    end: Registered<OwnedFd>,
    status: Option<ExitStatus>,
    kill_on_drop: bool,
}

/// What is watched of a child.
type Watched = (
    Registered<OwnedFd>,
    Option<ChildStdin>,
    Option<ChildStdout>,
    Option<ChildStderr>,
);

impl Child {
    #[track_caller]
    fn adopt(child: &mut std::process::Child) -> io::Result<Watched> {
        let end = Registered::new(process::open(child)?, true)?;
        let stdin = child.stdin.take().map(|pipe| watch(pipe.into()));
        let stdout = child.stdout.take().map(|pipe| watch(pipe.into()));
        let stderr = child.stderr.take().map(|pipe| watch(pipe.into()));
        Ok((
            end,
            stdin
                .transpose()?
                .map(|pipe| ChildStdin { pipe: Some(pipe) }),
            stdout.transpose()?.map(|pipe| ChildStdout { pipe }),
            stderr.transpose()?.map(|pipe| ChildStderr { pipe }),
        ))
    }

    /// The number of the process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end of the child, after closing its standard input, if that is still here.
    /// Further calls tell the same.
    ///
    /// # Errors
    ///
    /// None is expected but the shutdown of the runtime.
    #[coro::coroutine]
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.stdin = None;
        if let Some(status) = self.status {
            return Ok(status);
        }
        let child = &mut self.child;
        let wait = |_: &OwnedFd| ended(child);
        let status = self.end.attempt(Direction::Read, wait).await?;
        self.status = Some(status);
        Ok(status)
    }

    /// Collects what the child writes to pipes that are still here, until its end.
    ///
    /// # Errors
    ///
    /// Those of [`wait`](Child::wait).
    pub async fn wait_with_output(mut self) -> io::Result<Output> {
        let stdout = rest(self.stdout.take().map(|stdout| stdout.pipe));
        let stderr = rest(self.stderr.take().map(|stderr| stderr.pipe));
        // All at once: a child that fills one pipe does not go on with the other.
        let (status, stdout, stderr) = join!(self.wait(), stdout, stderr).await;
        Ok(Output {
            status: status?,
            stdout: stdout?,
            stderr: stderr?,
        })
    }

    /// The outcome of a child that has ended.
    ///
    /// # Errors
    ///
    /// None is expected.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self.child.try_wait()?;
        }
        Ok(self.status)
    }

    /// Kills the child with `SIGKILL`. It has ended when [`wait`](Child::wait) says so.
    ///
    /// # Errors
    ///
    /// None is expected: a child that has ended is left alone.
    pub fn kill(&mut self) -> io::Result<()> {
        if self.status.is_some() {
            return Ok(());
        }
        self.child.kill()
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Child")
            .field("id", &self.id())
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.kill_on_drop || self.kill().is_err() || !matches!(self.try_wait(), Ok(None)) {
            return;
        }
        if let Some(runtime) = Handle::try_current() {
            let id = self.child.id();
            drop(runtime.spawn_blocking(move || process::reap(id)));
        }
    }
}

/// The outcome of a child, or an error if it goes on.
fn ended(child: &mut std::process::Child) -> io::Result<Done<ExitStatus>> {
    let status = child.try_wait()?;
    Ok(Done {
        value: status.ok_or(io::ErrorKind::WouldBlock)?,
        exhausted: false,
    })
}

/// Makes an end of a pipe one that the reactor watches.
#[track_caller]
fn watch(pipe: OwnedFd) -> io::Result<Registered<File>> {
    process::set_nonblocking(&pipe)?;
    Registered::new(File::from(pipe), true)
}

/// All that comes out of a pipe.
#[coro::coroutine]
async fn rest(pipe: Option<Registered<File>>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let count = pipe.read(&mut buffer).await?;
            if count == 0 {
                break;
            }
            bytes.extend_from_slice(&buffer[..count]);
        }
    }
    Ok(bytes)
}

/// The standard input of a child. Dropping or closing it ends that.
///
/// # Examples
///
/// See [`Child`].
pub struct ChildStdin {
    /// `None` once it is closed.
    pipe: Option<Registered<File>>,
}

impl ChildStdin {
    /// Writes all of `bytes`.
    ///
    /// # Errors
    ///
    /// `BrokenPipe` when the child does not read any more, or it is closed.
    #[coro::coroutine]
    pub async fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        let pipe = self.pipe.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        pipe.write_all(bytes).await
    }
}

impl AsyncWrite for ChildStdin {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &self.pipe {
            Some(pipe) => pipe.poll_write(context, bytes),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pipe = None;
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for ChildStdin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ChildStdin")
            .field("open", &self.pipe.is_some())
            .finish()
    }
}

macro_rules! output {
    ($(#[$doc:meta] $name:ident;)*) => {$(
        #[$doc]
        ///
        /// # Examples
        ///
        /// See [`Child`].
        pub struct $name {
            pipe: Registered<File>,
        }

        impl $name {
            /// Reads some bytes, as soon as there are any. Zero means that no more will come.
            ///
            /// # Errors
            ///
            /// None is expected but the shutdown of the runtime.
            pub fn read<'a>(
                &'a self,
                buffer: &'a mut [u8],
            ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
                self.pipe.read(buffer)
            }
        }

        impl AsyncRead for $name {
            fn poll_read(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                buffer: &mut [u8],
            ) -> Poll<io::Result<usize>> {
                self.pipe.poll_read(context, buffer)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

output! {
    /// The standard output of a child.
    ChildStdout;
    /// The messages of errors of a child.
    ChildStderr;
}
