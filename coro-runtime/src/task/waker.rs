//! The wakers of tasks: a pointer to the header, and a reference that it counts.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::task::{RawWaker, RawWakerVTable, Waker};

use super::cell::{Header, release};
use super::queue::Runnable;
use super::state::Released;
use crate::context;

static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop);

/// A waker for the time of one poll. It counts no reference, so it must not be dropped.
///
/// # Safety
///
/// The task outlives the returned value.
pub(super) unsafe fn borrowed(header: NonNull<Header>) -> ManuallyDrop<Waker> {
    let raw = RawWaker::new(header.as_ptr().cast_const().cast(), &TABLE);
    // SAFETY: the functions of the table are safe to call from any thread, and the reference
    // that `drop` would give up is never given up.
    ManuallyDrop::new(unsafe { Waker::from_raw(raw) })
}

/// Queues the task unless it is queued, running or completed.
///
/// # Safety
///
/// The caller keeps the task alive.
pub(super) unsafe fn schedule(header: NonNull<Header>) {
    // SAFETY: the caller keeps the task alive.
    let task = unsafe { header.as_ref() };
    if task.state.wake() {
        // SAFETY: `wake` says that the right to queue the task is ours alone.
        task.shared.schedule(unsafe { Runnable::new(header) });
    }
}

fn header(pointer: *const ()) -> NonNull<Header> {
    // SAFETY: all pointers in our raw wakers come from a `NonNull`.
    unsafe { NonNull::new_unchecked(pointer.cast_mut().cast()) }
}

unsafe fn clone(pointer: *const ()) -> RawWaker {
    // SAFETY: the waker that is cloned keeps the task alive.
    unsafe { header(pointer).as_ref() }.state.reference();
    RawWaker::new(pointer, &TABLE)
}

/// On a thread that runs the task's runtime, wake and release are one step: as long as this thread is
/// in here, nobody there shuts down, so a task that is to be queued has its owner. Elsewhere the
/// reference is needed until the task is queued.
unsafe fn wake(pointer: *const ()) {
    let header = header(pointer);
    // SAFETY: the waker's reference keeps the task alive.
    let task = unsafe { header.as_ref() };
    if !context::runs(&task.shared) {
        // SAFETY: as above, and the reference is given up last.
        unsafe {
            schedule(header);
            release(header);
        }
        return;
    }
    match task.state.wake_and_release() {
        Released::Queue => {
            // SAFETY: the right to queue the task is ours alone, and its owner keeps it alive.
            let pushed = context::push(unsafe { Runnable::new(header) });
            debug_assert!(pushed.is_ok(), "this thread runs the task's runtime");
        }
        // SAFETY: the last reference is gone, and so are future and output: see `release`.
        Released::Free => unsafe { (task.table.free)(header) },
        Released::Nothing => {}
    }
}

unsafe fn wake_by_ref(pointer: *const ()) {
    // SAFETY: the waker's reference keeps the task alive.
    unsafe { schedule(header(pointer)) };
}

unsafe fn drop(pointer: *const ()) {
    // SAFETY: the waker's reference is not used any more.
    unsafe { release(header(pointer)) };
}
