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
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::blocking_io::unblock;

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

/// An open file.
///
/// # Examples
///
/// ```
/// use coro_runtime::fs::{self, File};
/// use std::io::SeekFrom;
///
/// # fn main() -> std::io::Result<()> {
/// let path = std::env::temp_dir().join(format!("coro-file-example-{}", std::process::id()));
/// coro_runtime::block_on(async {
///     let mut file = File::open_with(&path, fs::OpenOptions::new().read(true).write(true).create(true)).await?;
///     file.write_all(b"hello, world").await?;
///     file.seek(SeekFrom::Start(7)).await?;
///     let mut buffer = [0; 16];
///     assert_eq!(file.read(&mut buffer).await?, 5);
///     assert_eq!(&buffer[..5], b"world");
///     fs::remove_file(&path).await
/// })
/// # }
/// ```
#[derive(Debug)]
pub struct File {
    file: Arc<fs::File>,
}

impl File {
    /// Opens a file to read it.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::File::open`].
    pub fn open(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> + Send {
        File::open_with(path, OpenOptions::new().read(true))
    }

    /// Opens a file to write it, which is made, or loses what it has had.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::File::create`].
    pub fn create(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> + Send {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        File::open_with(path, &options)
    }

    /// Opens a file in the way that `options` say.
    ///
    /// # Errors
    ///
    /// Those of [`OpenOptions::open`].
    pub fn open_with<P: AsRef<Path>>(
        path: P,
        options: &OpenOptions,
    ) -> impl Future<Output = io::Result<File>> + Send + use<P> {
        let (path, options) = (path.as_ref().to_owned(), options.clone());
        unblock(move || Ok(File::from_std(options.open(path)?)))
    }

    /// Takes a file over from `std`.
    #[must_use]
    pub fn from_std(file: fs::File) -> File {
        File {
            file: Arc::new(file),
        }
    }

    /// Reads some bytes from where the file stands. Zero means its end, or an empty `buffer`.
    ///
    /// Given up before it is ready, it may still move where the file stands.
    ///
    /// # Errors
    ///
    /// Those of [`std::io::Read::read`].
    #[coro::coroutine]
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len();
        let read = move |mut file: &fs::File| {
            let mut bytes = vec![0; wanted];
            let count = file.read(&mut bytes)?;
            bytes.truncate(count);
            Ok(bytes)
        };
        let bytes = self.with(read).await?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }

    /// Reads from where the file stands to its end.
    ///
    /// # Errors
    ///
    /// Those of [`std::io::Read::read_to_end`].
    #[coro::coroutine]
    pub async fn read_to_end(&mut self) -> io::Result<Vec<u8>> {
        let read = |mut file: &fs::File| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        self.with(read).await
    }

    /// Writes all of `bytes` where the file stands.
    ///
    /// Given up before it is ready, it may still write them.
    ///
    /// # Errors
    ///
    /// Those of [`std::io::Write::write_all`].
    #[coro::coroutine]
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let bytes = bytes.to_vec();
        self.with(move |mut file: &fs::File| file.write_all(&bytes))
            .await
    }

    /// Moves where the file stands, and tells where that is, from its start.
    ///
    /// # Errors
    ///
    /// Those of [`std::io::Seek::seek`].
    #[coro::coroutine]
    pub async fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.with(move |mut file: &fs::File| file.seek(position))
            .await
    }

    /// Waits until all that was written is on the disk.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::File::sync_all`].
    #[coro::coroutine]
    pub async fn sync_all(&self) -> io::Result<()> {
        self.with(fs::File::sync_all).await
    }

    /// Cuts the file, or adds zeros, so that it has `length` bytes.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::File::set_len`].
    #[coro::coroutine]
    pub async fn set_len(&self, length: u64) -> io::Result<()> {
        self.with(move |file: &fs::File| file.set_len(length)).await
    }

    /// What is known of the file.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::File::metadata`].
    #[coro::coroutine]
    pub async fn metadata(&self) -> io::Result<Metadata> {
        self.with(fs::File::metadata).await
    }

    fn with<T: Send + 'static, W>(&self, work: W) -> impl Future<Output = io::Result<T>> + use<T, W>
    where
        W: FnOnce(&fs::File) -> io::Result<T> + Send + 'static,
    {
        let file = Arc::clone(&self.file);
        unblock(move || work(&file))
    }
}
