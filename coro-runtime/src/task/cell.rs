//! The allocation of a task, and the table of what depends on the future's type.

use std::cell::UnsafeCell;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::join::JoinError;
use super::state::State;
use crate::shared::Shared;

/// The part of a task that does not depend on its future. The module's documentation tells
/// who may touch which field.
///
/// What each poll needs stands last, next to the future, so that a small task is one line of the
/// cache where its address allows it.
#[repr(C)]
pub(super) struct Header {
    pub(super) owner_links: UnsafeCell<Links>,
    pub(super) join_waker: UnsafeCell<Option<Waker>>,
    pub(super) shared: Arc<Shared>,
    pub(super) table: &'static Table,
    pub(super) state: State,
    pub(super) queue_link: UnsafeCell<Option<NonNull<Header>>>,
}

/// The neighbours of a task in the set that owns it.
#[derive(Clone, Copy)]
pub(super) struct Links {
    pub(super) previous: Option<NonNull<Header>>,
    pub(super) next: Option<NonNull<Header>>,
    // A task that no set owns yet points to itself, which no linked task does.
}

/// What must know the future's type.
pub(super) struct Table {
    /// Polls the future; if that ends it, puts the output in its place and says so.
    ///
    /// Safety: the caller has set RUNNING, and the future may be polled on its thread.
    pub(super) poll: unsafe fn(NonNull<Header>, &Waker) -> bool,
    /// Drops the future, and puts a cancellation in its place.
    ///
    /// Safety: as for `poll`.
    pub(super) cancel: unsafe fn(NonNull<Header>),
    /// Moves the output to where the pointer points, which is a `Result<F::Output, JoinError>`
    /// whose old value is not dropped.
    ///
    /// Safety: the output is in place and the caller's; nobody touches it afterwards.
    pub(super) take_output: unsafe fn(NonNull<Header>, *mut ()),
    /// Drops the output.
    ///
    /// Safety: as for `take_output`.
    pub(super) drop_output: unsafe fn(NonNull<Header>),
    /// Frees the task.
    ///
    /// Safety: the last reference is gone, and so are future and output.
    pub(super) free: unsafe fn(NonNull<Header>),
}

/// A task. The header comes first, so that a pointer to it is a pointer to the task.
#[repr(C)]
struct Cell<F: Future> {
    header: Header,
    stage: UnsafeCell<Stage<F>>,
}

/// The future until COMPLETED, the output after it.
union Stage<F: Future> {
    future: ManuallyDrop<F>,
    output: ManuallyDrop<Result<F::Output, JoinError>>,
}

/// Allocates a task. Its two references are the caller's.
pub(super) fn allocate<F: Future>(shared: Arc<Shared>, future: F) -> NonNull<Header> {
    let cell = Box::new(Cell {
        header: Header {
            owner_links: UnsafeCell::new(Links {
                previous: None,
                next: None,
            }),
            join_waker: UnsafeCell::new(None),
            shared,
            table: const { &table::<F>() },
            state: State::new(),
            queue_link: UnsafeCell::new(None),
        },
        stage: UnsafeCell::new(Stage {
            future: ManuallyDrop::new(future),
        }),
    });
    let header = NonNull::from(Box::leak(cell)).cast::<Header>();
    // SAFETY: the task is new and known to nobody else.
    unsafe { (*header.as_ref().owner_links.get()).previous = Some(header) };
    header
}

/// Gives a counted reference up.
///
/// # Safety
///
/// The caller owns one reference, and does not use it any more.
pub(super) unsafe fn release(header: NonNull<Header>) {
    // SAFETY: the reference keeps the task alive.
    let free = unsafe { header.as_ref() }.table.free;
    // SAFETY: as above, up to the moment at which the count is lowered: from then on another
    // thread may free the task, so nothing of it may be read any more.
    if unsafe { header.as_ref() }.state.release() {
        // SAFETY: nobody else refers to the task. It is completed, since its set would refer
        // to it otherwise, and the output went with the join handle or with the completion.
        unsafe { free(header) };
    }
}

const fn table<F: Future>() -> Table {
    Table {
        poll: poll::<F>,
        cancel: cancel::<F>,
        take_output: take_output::<F>,
        drop_output: drop_output::<F>,
        free: free::<F>,
    }
}

/// The stage of a task whose future is an `F`.
///
/// # Safety
///
/// The task is alive and its future is an `F`.
unsafe fn stage<F: Future>(header: NonNull<Header>) -> *mut Stage<F> {
    // SAFETY: the pointer was made from a whole `Cell<F>`, which the caller keeps alive.
    unsafe { (*header.cast::<Cell<F>>().as_ptr()).stage.get() }
}

unsafe fn poll<F: Future>(header: NonNull<Header>, waker: &Waker) -> bool {
    // SAFETY: the table belongs to this task, so `F` is its future's type.
    let stage = unsafe { stage::<F>(header) };
    let result = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: RUNNING gives this thread the stage, which is a future, since the task is
        // not completed. It is pinned: it never leaves the allocation.
        let future = unsafe { Pin::new_unchecked(&mut *(*stage).future) };
        future.poll(&mut Context::from_waker(waker))
    }));
    let output = match result {
        Ok(Poll::Pending) => return false,
        Ok(Poll::Ready(value)) => Ok(value),
        Err(payload) => Err(JoinError::panicked(payload)),
    };
    // SAFETY: as above.
    unsafe { finish(stage, output) };
    true
}

unsafe fn cancel<F: Future>(header: NonNull<Header>) {
    // SAFETY: the table belongs to this task; RUNNING gives this thread the stage, which is
    // a future, since the task is not completed.
    unsafe { finish(stage::<F>(header), Err(JoinError::cancelled())) };
}

/// Drops the future and stores the output. A panic of the destructor becomes the output.
///
/// # Safety
///
/// The stage is the caller's, and is a future.
unsafe fn finish<F: Future>(stage: *mut Stage<F>, output: Result<F::Output, JoinError>) {
    let dropped = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the stage is a future and is overwritten below without being dropped again.
        unsafe { ManuallyDrop::drop(&mut (*stage).future) };
    }));
    let output = match dropped {
        Ok(()) => output,
        Err(payload) => {
            drop_quietly(output);
            Err(JoinError::panicked(payload))
        }
    };
    // SAFETY: the stage is the caller's, and what it held is dropped.
    unsafe {
        ptr::write(
            stage,
            Stage {
                output: ManuallyDrop::new(output),
            },
        );
    }
}

/// Drops a value of the task's; a panic is reported by the hook and goes no further.
fn drop_quietly<T>(value: T) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(value)));
}

unsafe fn take_output<F: Future>(header: NonNull<Header>, target: *mut ()) {
    // SAFETY: the table belongs to this task; the caller owns the output, names a place for
    // one, and never touches the source again.
    unsafe {
        let output =
            (&raw const (*stage::<F>(header)).output).cast::<Result<F::Output, JoinError>>();
        ptr::copy_nonoverlapping(output, target.cast(), 1);
    }
}

unsafe fn drop_output<F: Future>(header: NonNull<Header>) {
    // SAFETY: the table belongs to this task; the caller owns the output and never touches
    // it again.
    unsafe { ManuallyDrop::drop(&mut (*stage::<F>(header)).output) };
}

unsafe fn free<F: Future>(header: NonNull<Header>) {
    // SAFETY: `allocate` leaked a box of this type, and nobody else refers to it.
    drop(unsafe { Box::from_raw(header.cast::<Cell<F>>().as_ptr()) });
}

#[cfg(test)]
mod tests {
    use super::Cell;
    use std::future::Ready;

    #[test]
    fn a_task_without_state_is_nine_words() {
        assert_eq!(size_of::<Cell<Ready<()>>>(), 9 * size_of::<usize>());
    }
}
