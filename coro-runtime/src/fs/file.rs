//! An open file.

use std::fs::{self, Metadata, OpenOptions};
use std::future::{Future, poll_fn};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncSeek, AsyncWrite};

use crate::blocking_io::{Call, Reader, Writer, unblock};

/// An open file.
///
/// It has the traits [`AsyncRead`], [`AsyncSeek`] and [`AsyncWrite`]. What is written by the last goes
/// to the file while the task goes on, so an error is told by what comes next:
/// [`flush`](crate::io::AsyncWriteExt::flush) or close it at the end. Its own methods are ready when
/// all is done. All panic when no runtime runs on the thread.
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
///     let mut options = fs::OpenOptions::new();
///     let mut file = File::open_with(&path, options.read(true).write(true).create(true)).await?;
///     file.write_all(b"hello, world").await?;
///     file.seek(SeekFrom::Start(7)).await?;
///     let mut buffer = [0; 16];
///     assert_eq!(file.read(&mut buffer).await?, 5);
///     assert_eq!(&buffer[..5], b"world");
///     fs::remove_file(&path).await
/// })
/// # }
/// ```
///
/// A file of `std`, its length, and the whole of it:
///
/// ```
/// use coro_runtime::fs::File;
///
/// # fn main() -> std::io::Result<()> {
/// let path = std::env::temp_dir().join(format!("coro-file-length-{}", std::process::id()));
/// std::fs::write(&path, "hello, world")?;
/// coro_runtime::block_on(async {
///     let std_file = std::fs::OpenOptions::new().read(true).write(true).open(&path)?;
///     let mut file = File::from_std(std_file);
///     file.set_len(5).await?;
///     file.sync_all().await?;
///     assert_eq!(file.metadata().await?.len(), 5);
///     assert_eq!(file.read_to_end().await?, b"hello");
///     coro_runtime::fs::remove_file(&path).await
/// })
/// # }
/// ```
///
/// By the traits, line by line:
///
/// ```
/// use coro_runtime::fs::File;
/// use coro_runtime::io::{AsyncBufReadExt, BufReader, StreamExt};
///
/// # fn main() -> std::io::Result<()> {
/// coro_runtime::block_on(async {
///     let mut lines = BufReader::new(File::open("/proc/self/status").await?).lines();
///     assert!(lines.next().await.unwrap()?.starts_with("Name:"));
///     Ok(())
/// })
/// # }
/// ```
#[derive(Debug)]
pub struct File {
    file: Arc<fs::File>,
    reader: Reader<fs::File>,
    writer: Writer,
    /// A change of where the file stands that is under way.
    seek: Option<(SeekFrom, Call<u64>)>,
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
        let file = Arc::new(file);
        File {
            reader: Reader::new(Arc::clone(&file)),
            writer: Writer::default(),
            seek: None,
            file,
        }
    }

    /// Reads some bytes from where the file stands. Zero means its end, or an empty `buffer`.
    ///
    /// Given up before it is ready, it loses nothing.
    ///
    /// # Errors
    ///
    /// Those of [`std::io::Read::read`], and of an earlier write.
    #[coro::coroutine]
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|context| Pin::new(&mut *self).poll_read(context, buffer)).await
    }

    /// Reads from where the file stands to its end.
    ///
    /// Given up before it is ready, it may still move where the file stands.
    ///
    /// # Errors
    ///
    /// Those of [`std::io::Read::read_to_end`], and of an earlier write.
    #[coro::coroutine]
    pub async fn read_to_end(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = self.settle().await?;
        let read = move |mut file: &fs::File| {
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
    /// Those of [`std::io::Write::write_all`], and of an earlier write.
    #[coro::coroutine]
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let unread = self.settle().await?;
        let bytes = bytes.to_vec();
        self.with(move |file: &fs::File| write(file, &unread, &bytes))
            .await
    }

    /// Moves where the file stands, and tells where that is, from its start.
    ///
    /// Given up before it is ready, it may still move it.
    ///
    /// # Errors
    ///
    /// Those of [`std::io::Seek::seek`], and of an earlier write.
    #[coro::coroutine]
    pub async fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        poll_fn(|context| Pin::new(&mut *self).poll_seek(context, position)).await
    }

    /// Waits until all that was written is on the disk.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::File::sync_all`], and of an earlier write.
    #[coro::coroutine]
    pub async fn sync_all(&mut self) -> io::Result<()> {
        self.written().await?;
        self.with(fs::File::sync_all).await
    }

    /// Cuts the file, or adds zeros, so that it has `length` bytes.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::File::set_len`], and of an earlier write.
    #[coro::coroutine]
    pub async fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.written().await?;
        self.with(move |file: &fs::File| file.set_len(length)).await
    }

    /// What is known of the file.
    ///
    /// # Errors
    ///
    /// Those of [`std::fs::File::metadata`], and of an earlier write.
    #[coro::coroutine]
    pub async fn metadata(&mut self) -> io::Result<Metadata> {
        self.written().await?;
        self.with(fs::File::metadata).await
    }

    fn with<T: Send + 'static, W>(&self, work: W) -> impl Future<Output = io::Result<T>> + use<T, W>
    where
        W: FnOnce(&fs::File) -> io::Result<T> + Send + 'static,
    {
        let file = Arc::clone(&self.file);
        unblock(move || work(&file))
    }

    /// Waits for the write under way.
    fn written(&mut self) -> impl Future<Output = io::Result<()>> {
        poll_fn(|context| self.poll_written(context))
    }

    /// Waits for all that is under way. What was read and not handed out.
    fn settle(&mut self) -> impl Future<Output = io::Result<Vec<u8>>> {
        poll_fn(|context| self.poll_settle(context))
    }

    /// Waits for the write under way, and for a change of place that was given up.
    fn poll_written(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some((_, call)) = &mut self.seek {
            // Nobody wants to know where it has led.
            let _ = ready!(call.poll(context));
            self.seek = None;
        }
        self.writer.poll_settle(context)
    }

    fn poll_settle(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        ready!(self.poll_written(context))?;
        self.reader.poll_settle(context)
    }
}

/// Moves a file back to behind what was handed out of it.
fn go_back(mut file: &fs::File, unread: &[u8]) -> io::Result<()> {
    if !unread.is_empty() {
        let distance = i64::try_from(unread.len()).unwrap_or(i64::MAX);
        file.seek(SeekFrom::Current(-distance))?;
    }
    Ok(())
}

fn write(mut file: &fs::File, unread: &[u8], bytes: &[u8]) -> io::Result<()> {
    go_back(file, unread)?;
    file.write_all(bytes)
}

/// A read that is given up loses nothing.
impl AsyncRead for File {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_written(context))?;
        self.reader.poll_read(context, buffer)
    }
}

/// A change of place that is given up may still happen. If the same one is asked for next, that is it.
impl AsyncSeek for File {
    fn poll_seek(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        position: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        if self
            .seek
            .as_ref()
            .is_none_or(|(asked, _)| *asked != position)
        {
            let unread = ready!(self.poll_settle(context))?;
            let file = Arc::clone(&self.file);
            let call = Call::start(move || {
                go_back(&file, &unread)?;
                (&*file).seek(position)
            });
            self.seek = Some((position, call));
        }
        let (_, call) = self.seek.as_mut().expect("it was started above");
        let outcome = ready!(call.poll(context));
        self.seek = None;
        Poll::Ready(outcome)
    }
}

/// The bytes of a write go to the file while the task goes on. Whether they got there is told by the
/// next operation, which waits for them. Closing waits, too, and leaves the file open.
impl AsyncWrite for File {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let unread = ready!(self.poll_settle(context))?;
        let file = Arc::clone(&self.file);
        let write = move |bytes: &[u8]| write(&file, &unread, bytes);
        self.writer.poll_write(context, bytes, write)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_written(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
