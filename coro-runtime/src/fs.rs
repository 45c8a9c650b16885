//! Files, by threads for blocking work.
//!
//! The kernel has no events for files, so each operation is a call of `std` on a thread of the
//! runtime's pool, and its bytes are copied once more than by `std`. Many small operations are
//! better done together in one [`spawn_blocking`](crate::spawn_blocking). An operation that is
//! given up goes on in its thread.
//!
//! All functions panic when no runtime runs on the thread, and fail as those of [`std::fs`] do
//! that have the same names.
//!
//! # Examples
//!
//! ```
//! use coro_runtime::fs;
//!
//! # fn main() -> std::io::Result<()> {
//! let path = std::env::temp_dir().join(format!("coro-fs-example-{}", std::process::id()));
//! coro_runtime::block_on(async {
//!     fs::write(&path, "hello").await?;
//!     assert_eq!(fs::read_to_string(&path).await?, "hello");
//!     fs::remove_file(&path).await
//! })
//! # }
//! ```

use std::fs;
pub use std::fs::{DirEntry, Metadata, OpenOptions};
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};

use crate::blocking_io::unblock;

mod file;

pub use file::File;

/// Functions of a path, or of two.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident($($path:ident),*) -> $output:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        #[doc = concat!("Those of [`std::fs::", stringify!($name), "`].")]
        ///
        /// # Examples
        ///
        /// See [the module](crate::fs).
        pub fn $name($($path: impl AsRef<Path>),*) -> impl Future<Output = io::Result<$output>> + Send {
            $(let $path: PathBuf = $path.as_ref().to_owned();)*
            unblock(move || fs::$name($($path),*))
        }
    )*};
}

functions! {
    /// The content of a file.
    read(path) -> Vec<u8>;
    /// The content of a file that is text.
    read_to_string(path) -> String;
    /// Copies content and permissions of a file. Returns how many bytes it has.
    copy(from, to) -> u64;
    /// Gives a file another name, and replaces what has had it.
    rename(from, to) -> ();
    /// What is known of a file.
    metadata(path) -> Metadata;
    /// Makes a directory.
    create_dir(path) -> ();
    /// Makes a directory and those above it that are missing.
    create_dir_all(path) -> ();
    /// Removes a file.
    remove_file(path) -> ();
    /// Removes an empty directory.
    remove_dir(path) -> ();
    /// Removes a directory with all that is in it.
    remove_dir_all(path) -> ();
    /// The path without links, `.` and `..`.
    canonicalize(path) -> PathBuf;
}

/// Writes `content` to a file, which is made, or loses what it has had.
///
/// # Errors
///
/// Those of [`std::fs::write`].
///
/// # Examples
///
/// See [the module](crate::fs).
pub fn write(
    path: impl AsRef<Path>,
    content: impl Into<Vec<u8>>,
) -> impl Future<Output = io::Result<()>> + Send {
    let path = path.as_ref().to_owned();
    let content = content.into();
    unblock(move || fs::write(path, content))
}

/// All entries of a directory, in no order.
///
/// # Errors
///
/// Those of [`std::fs::read_dir`], and of reading an entry.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let entries = coro_runtime::block_on(coro_runtime::fs::read_dir("/proc/self"))?;
/// assert!(entries.iter().any(|entry| entry.file_name() == "fd"));
/// # Ok(())
/// # }
/// ```
pub fn read_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Vec<DirEntry>>> + Send {
    let path = path.as_ref().to_owned();
    unblock(move || fs::read_dir(path)?.collect())
}
