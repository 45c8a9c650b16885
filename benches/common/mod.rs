//! What more than one benchmark uses.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The same functions twice: in a module `rustc` as they are written, and in a module `ours`
/// with the attribute.
macro_rules! both {
    ($(
        $(#[doc = $text:literal])*
        async fn $name:ident($($arguments:tt)*) -> $output:ty { $($body:tt)* }
    )*) => {
        mod rustc {
            #[allow(unused_imports, reason = "not every benchmark needs all of it")]
            use super::*;
            $(
                $(#[doc = $text])*
                pub(super) async fn $name($($arguments)*) -> $output { $($body)* }
            )*
        }
        mod ours {
            #[allow(unused_imports, reason = "not every benchmark needs all of it")]
            use super::*;
            $(
                $(#[doc = $text])*
                #[coro::coroutine]
                pub(super) async fn $name($($arguments)*) -> $output { $($body)* }
            )*
        }
    };
}

pub(crate) use both;

/// Is pending once, and ready with the value then.
pub(crate) fn later<T: Copy + Unpin>(value: T) -> Later<T> {
    Later {
        value,
        is_ready: false,
    }
}

/// See [`later`].
#[must_use]
pub(crate) struct Later<T> {
    value: T,
    is_ready: bool,
}

impl<T: Copy + Unpin> Future for Later<T> {
    type Output = T;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        if self.is_ready {
            return Poll::Ready(self.value);
        }
        self.is_ready = true;
        Poll::Pending
    }
}

/// Is pending once, and then writes a byte to the front of a buffer and tells how many bytes
/// of it count, as a read from a socket would.
pub(crate) fn read(buffer: &mut [u8], byte: u8) -> Read<'_> {
    Read {
        buffer,
        byte,
        is_ready: false,
    }
}

/// See [`read`].
#[must_use]
pub(crate) struct Read<'a> {
    buffer: &'a mut [u8],
    byte: u8,
    is_ready: bool,
}

impl Future for Read<'_> {
    type Output = usize;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<usize> {
        if !self.is_ready {
            self.is_ready = true;
            return Poll::Pending;
        }
        let byte = self.byte;
        self.buffer[0] = byte;
        Poll::Ready(1 + usize::from(byte) % (self.buffer.len() - 1))
    }
}

/// The mean of ratios.
#[allow(dead_code, reason = "not every benchmark has ratios")]
pub(crate) fn geometric_mean(ratios: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = ratios
        .into_iter()
        .fold((0.0, 0_u32), |(sum, count), ratio| {
            (sum + ratio.ln(), count + 1)
        });
    (sum / f64::from(count)).exp()
}
