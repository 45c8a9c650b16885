//! Making fibers with other than the usual stacks, and errors in place of panics.

use std::io;
use std::marker::PhantomData;

use coro_sys::stack::{SIZE_BY_DEFAULT, Stack};

use super::scoped::ScopedFiber;
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
    guarded: bool,
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
            guarded: true,
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

    /// Leaves out the guards: for more than 32,000 fibers on kernels before Linux 6.13, where each guard
    /// takes a memory map; see the [module](super#memory).
    ///
    /// Such a stack is unmapped when its fiber ends, and not pooled.
    ///
    /// # Safety
    ///
    /// Nothing stops a fiber of this builder that uses up its stack: it writes into whatever lies
    /// below, often the stack of another. Whoever calls this knows how deep the closures go, with all
    /// that they call, and has chosen a [size](Self::stack_size) with room for it and for a panic
    /// ([`Stack::high_water_mark`] tells what a run has needed).
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::fiber::{Builder, Guard};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// // SAFETY: the closure calls nothing.
    /// let unguarded = unsafe { Builder::new().without_guard() };
    /// let mut fiber = unguarded.build(|_, number: u32| number + 1)?;
    /// # let _: &coro_runtime::fiber::Fiber<u32, (), u32> = &fiber;
    /// assert_eq!(fiber.stack().map(|stack| stack.guard()), Some(Guard::Absent));
    /// assert_eq!(fiber.resume(1).returned(), Some(2));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const unsafe fn without_guard(mut self) -> Self {
        self.guarded = false;
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
        // SAFETY: nothing that the closure or the types name ends before the program does.
        unsafe { self.build_borrowing(body) }
    }

    /// Lends a fiber that may borrow to `then`; see [`scoped`](super::scoped).
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build). Neither closure is called then.
    ///
    /// # Examples
    ///
    /// ```
    /// use coro_runtime::fiber::Builder;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let list = [1, 2, 3];
    /// let small = Builder::new().stack_size(32 * 1024);
    /// let sum: u32 = small.scoped(
    ///     |yielder, ()| list.iter().for_each(|number| yielder.suspend(*number)),
    ///     |fiber| fiber.sum(),
    /// )?;
    /// assert_eq!(sum, 6);
    /// # Ok(())
    /// # }
    /// ```
    pub fn scoped<Input, Yield, Return, Body, Answer>(
        &self,
        body: Body,
        then: impl for<'scope> FnOnce(&mut ScopedFiber<'scope, Input, Yield, Return>) -> Answer,
    ) -> io::Result<Answer>
    where
        Body: FnOnce(&Yielder<Input, Yield>, Input) -> Return,
    {
        // SAFETY: `lend` drops the fiber before this call is over, which all of that outlives.
        let fiber = unsafe { self.build_borrowing(body)? };
        Ok(ScopedFiber::lend(fiber, then))
    }

    /// # Safety
    ///
    /// The fiber ends, or its stack is never used again, before what `body` borrows does.
    #[inline]
    unsafe fn build_borrowing<Input, Yield, Return, Body>(
        &self,
        body: Body,
    ) -> io::Result<Fiber<Input, Yield, Return>>
    where
        Body: FnOnce(&Yielder<Input, Yield>, Input) -> Return,
    {
        let stack = if self.guarded {
            pools::take(self.size)?
        } else {
            // SAFETY: whoever called `without_guard` vouches for all that runs on it.
            unsafe { Stack::without_guard(self.size)? }
        };
        Ok(Fiber {
            context: Some(entry::prepare(stack, body)?),
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
