//! The reading and writing traits of tokio.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::PIECE;
use crate::fs::File;
use crate::io::{Stdin, Stdout};
use crate::net::{Connection, ReadHalf, Socket, WriteHalf};
use crate::process::{ChildStderr, ChildStdin, ChildStdout};

/// Reads into `buffer` by the trait that all our streams have.
fn read(
    stream: Pin<&mut impl futures_io::AsyncRead>,
    context: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let wanted = buffer.remaining().min(PIECE);
    let count = ready!(stream.poll_read(context, buffer.initialize_unfilled_to(wanted)))?;
    buffer.advance(count);
    Poll::Ready(Ok(()))
}

macro_rules! implement_read {
    ($([$($parameters:tt)*] $stream:ty;)*) => {$(
        /// Needs the feature `tokio`. Of several tasks that poll to read, the last is woken.
        impl<$($parameters)*> AsyncRead for $stream {
            fn poll_read(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                buffer: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                read(self, context, buffer)
            }
        }
    )*};
}

macro_rules! implement_write {
    ($([$($parameters:tt)*] $stream:ty, vectored: $vectored:literal;)*) => {$(
        /// Needs the feature `tokio`. Shutting down does what `poll_close` of `futures-io` does.
        impl<$($parameters)*> AsyncWrite for $stream {
            fn poll_write(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                futures_io::AsyncWrite::poll_write(self, context, bytes)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
                buffers: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                futures_io::AsyncWrite::poll_write_vectored(self, context, buffers)
            }

            fn is_write_vectored(&self) -> bool {
                $vectored
            }

            fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                futures_io::AsyncWrite::poll_flush(self, context)
            }

            fn poll_shutdown(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
            ) -> Poll<io::Result<()>> {
                futures_io::AsyncWrite::poll_close(self, context)
            }
        }
    )*};
}

implement_read! {
    [S: Socket] Connection<S>;
    [S: Socket] &Connection<S>;
    [S: Socket] ReadHalf<Connection<S>>;
    [] ChildStdout;
    [] ChildStderr;
    [] File;
    [] Stdin;
}

implement_write! {
    [S: Socket] Connection<S>, vectored: true;
    [S: Socket] &Connection<S>, vectored: true;
    [S: Socket] WriteHalf<Connection<S>>, vectored: true;
    [] ChildStdin, vectored: false;
    [] File, vectored: false;
    [] Stdout, vectored: false;
}
