//! Reading from and writing to a socket that is a stream of bytes.

use std::future::Future;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::AsFd;
use std::task::{Context, Poll};

use coro_sys::fault::{self, Call};

use super::readiness::Direction;
use super::registered::{Done, Registered};

/// Reading and writing through a shared reference, which `std` has for its sockets and files.
pub trait SharedBytes {
    /// As [`Read::read`].
    fn read(&self, buffer: &mut [u8]) -> io::Result<usize>;
    /// As [`Read::read_vectored`].
    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize>;
    /// As [`Write::write`].
    fn write(&self, bytes: &[u8]) -> io::Result<usize>;
    /// As [`Write::write_vectored`].
    fn write_vectored(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize>;
}

impl<S> SharedBytes for S
where
    for<'s> &'s S: Read + Write,
{
    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut { self }, buffer)
    }

    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        Read::read_vectored(&mut { self }, buffers)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut { self }, bytes)
    }

    fn write_vectored(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        Write::write_vectored(&mut { self }, buffers)
    }
}

/// A descriptor that is a stream of bytes.
pub trait StreamSocket: SharedBytes + AsFd + Send + Sync {
    /// Whether a read that brings less than was asked for has brought all that there was.
    const SHORT_READ_IS_ALL: bool;
}

impl StreamSocket for std::net::TcpStream {
    /// But for urgent data, before which a read ends; an event tells of those.
    const SHORT_READ_IS_ALL: bool = true;
}

impl StreamSocket for std::os::unix::net::UnixStream {
    /// A read ends behind bytes that were sent along with descriptors.
    const SHORT_READ_IS_ALL: bool = false;
}

/// A pipe, to or from a child process.
impl StreamSocket for std::fs::File {
    const SHORT_READ_IS_ALL: bool = true;
}

fn read<S: StreamSocket>(socket: &S, buffer: &mut [u8]) -> io::Result<Done<usize>> {
    let wanted = fault::limit(Call::Read, socket.as_fd(), buffer.len())?;
    Ok(read_done::<S>(
        SharedBytes::read(socket, &mut buffer[..wanted])?,
        wanted,
    ))
}

fn write<S: StreamSocket>(socket: &S, bytes: &[u8]) -> io::Result<Done<usize>> {
    let offered = fault::limit(Call::Write, socket.as_fd(), bytes.len())?;
    Ok(write_done(
        SharedBytes::write(socket, &bytes[..offered])?,
        offered,
    ))
}

fn read_done<S: StreamSocket>(count: usize, wanted: usize) -> Done<usize> {
    Done {
        value: count,
        exhausted: S::SHORT_READ_IS_ALL && 0 < count && count < wanted,
    }
}

/// Less than was offered is all there is room for.
fn write_done(count: usize, offered: usize) -> Done<usize> {
    Done {
        value: count,
        exhausted: count < offered,
    }
}

impl<S: StreamSocket> Registered<S> {
    pub(crate) fn read<'a>(
        &'a self,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.attempt(Direction::Read, move |socket: &S| read(socket, buffer))
    }

    pub(crate) fn write<'a>(
        &'a self,
        bytes: &'a [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send + 'a {
        self.attempt(Direction::Write, move |socket: &S| write(socket, bytes))
    }

    #[coro::coroutine]
    pub(crate) async fn read_exact(&self, buffer: &mut [u8]) -> io::Result<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            let count = self.read(&mut buffer[filled..]).await?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            filled += count;
        }
        Ok(())
    }

    #[coro::coroutine]
    pub(crate) async fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        let mut written = 0;
        while written < bytes.len() {
            let count = self.write(&bytes[written..]).await?;
            if count == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            written += count;
        }
        Ok(())
    }

    pub(crate) fn poll_read(
        &self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.poll(Direction::Read, context, |socket: &S| read(socket, buffer))
    }

    pub(crate) fn poll_read_vectored(
        &self,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        let wanted = buffers.iter().map(|buffer| buffer.len()).sum();
        self.poll(Direction::Read, context, |socket: &S| {
            if fault::limit(Call::Read, socket.as_fd(), wanted)? < wanted {
                let first = buffers.iter_mut().find(|buffer| !buffer.is_empty());
                return read(socket, first.map_or(&mut [], |first| first));
            }
            Ok(read_done::<S>(
                SharedBytes::read_vectored(socket, buffers)?,
                wanted,
            ))
        })
    }

    pub(crate) fn poll_write(
        &self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll(Direction::Write, context, |socket: &S| write(socket, bytes))
    }

    pub(crate) fn poll_write_vectored(
        &self,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let offered = buffers.iter().map(|buffer| buffer.len()).sum();
        self.poll(Direction::Write, context, |socket: &S| {
            if fault::limit(Call::Write, socket.as_fd(), offered)? < offered {
                let first = buffers.iter().find(|buffer| !buffer.is_empty());
                return write(socket, first.map_or(&[], |first| first));
            }
            Ok(write_done(
                SharedBytes::write_vectored(socket, buffers)?,
                offered,
            ))
        })
    }
}
