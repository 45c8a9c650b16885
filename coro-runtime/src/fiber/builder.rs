//! Making fibers with other than the usual stacks, and errors in place of panics.

use std::io;
use std::marker::PhantomData;

use coro_sys::stack::SIZE_BY_DEFAULT;

use super::task::FiberFuture;
use super::yielder::Yielder;
use super::{Fiber, entry, pools};

/// Makes fibers with a stack of a chosen size.
///
/// # Examples
///
/// ```
/// use coro_runtime::fiber::Builder;
///
/// # fn main() -> std::io::Result<()> {
/// let fiber = Builder::new().stack_size(64 * 1024).build(|_, ()| ())?;
/// # let fiber: coro_runtime::fiber::Fiber<(), (), ()> = fiber;
/// assert_eq!(fiber.stack().map(|stack| stack.size()), Some(64 * 1024));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    size: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// The usual stack: [`SIZE_BY_DEFAULT`] bytes.
    ///
    /// # Examples
    ///
    /// See [`Builder`].
    #[must_use]
    pub const fn new() -> Self {
        Self {
            size: SIZE_BY_DEFAULT,
        }
    }

    /// Chooses the size of the stack in bytes. It is rounded up to pages and to
    /// [`SIZE_AT_LEAST`](super::SIZE_AT_LEAST).
    ///
    /// It is address space; memory is taken page by page as the fiber uses it.
    ///
    /// # Examples
    ///
    /// See [`Builder`].
    #[must_use]
    pub const fn stack_size(mut self, bytes: usize) -> Self {
        self.size = bytes;
        self
    }

    /// A fiber that will run `body`.
    ///
    /// # Errors
    ///
    /// - [`OutOfMemory`](io::ErrorKind::OutOfMemory) when there is no stack to be had, and whether
    ///   that is because the process has used up its memory maps.
    /// - [`InvalidInput`](io::ErrorKind::InvalidInput) when the size does not fit into the address
    ///   space, or the closure is too large for the stack.
    ///
    /// # Examples
    ///
    /// See [`Builder`].
    #[inline]
    pub fn build<Input, Yield, Return, Body>(
        &self,
        body: Body,
    ) -> io::Result<Fiber<Input, Yield, Return>>
    where
        Input: 'static,
        Yield: 'static,
        Return: 'static,
        Body: FnOnce(&Yielder<Input, Yield>, Input) -> Return + 'static,
    {
        let stack = pools::take(self.size)?;
        let link = entry::prepare(&stack, body)?;
        Ok(Fiber {
            link,
            stack: Some(stack),
            marker: PhantomData,
        })
    }

    /// A future that runs `body` on a fiber, in which it may [`wait`](super::wait) for others.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::fiber::{Builder, wait};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let future = Builder::new().future(|| wait(async { 20 }) + 1)?;
    /// assert_eq!(coro_runtime::block_on(future), 21);
    /// # Ok(())
    /// # }
    /// ```
    pub fn future<Return, Body>(&self, body: Body) -> io::Result<FiberFuture<Return>>
    where
        Return: 'static,
        Body: FnOnce() -> Return + 'static,
    {
        FiberFuture::new(self, body)
    }
}
