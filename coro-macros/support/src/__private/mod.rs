//! The vocabulary of an expansion.
//!
//! ```text
//!   Coroutine { frame, body }          coroutine.rs   the future itself
//!        │
//!        ├─ frame: state, slots        slot.rs        made by the macro for each function
//!        │
//!        └─ body: |frame, Resumption|  resume.rs      one closure, all segments
//!               │
//!               ├─ Owner<T>            owner.rs       owes a local's drop to its scope
//!               ├─ PartType<V>         part.rs        a part as a pattern binds it
//!               ├─ Operand<W, K>       operand.rs     a receiver that waits for its arguments
//!               ├─ Operator<O>         operator.rs    which side of `+=` comes first?
//!               ├─ Place<K, T>         place.rs       how is a place borrowed, before its method?
//!               ├─ storage             storage.rs     which slots are worth their bytes
//!               ├─ constant            constant.rs    which temporaries are constants
//!               ├─ Answer              receiver.rs    does a method take its receiver?
//!               │                      call.rs        does a call take what it calls?
//!               ├─ bytes                least.rs       what a frame cannot do without
//!               ├─ Attempt             attempt.rs     `?`
//!               ├─ select, join        select.rs      what macros of tokio stand for, which await
//!               ├─ standard            standard.rs    what the source may not call otherwise
//!               └─ twin                twin.rs        the direct-style copy of the body
//! ```
//!
//! In a release build these functions are always inlined. In a debug build that would make the body of
//! each coroutine larger, and take a tenth of the time that it takes to compile.
//!
//! Functions with the C calling convention never unwind, as rustc knows: in a debug build a call of one is
//! compiled several times faster, since nothing has to be dropped should it panic.
mod attempt;
pub mod call;
pub mod constant;
mod coroutine;
pub mod join;
#[cfg(coro_sizes)]
mod least;
mod operand;
pub mod operator;
mod owner;
mod part;
pub mod place;
mod receiver;
mod rest;
mod resume;
pub mod select;
mod slot;
pub mod standard;
mod storage;
pub mod twin;

pub use attempt::{Attempt, FromAttempt};
pub use coroutine::{Coroutine, Frame, Resume, Resumed, coroutine, of_frame};
#[cfg(coro_sizes)]
pub use least::{bytes, least_bytes, report_states};
pub use operand::{HasKind, Kind, Operand, Part, Waits, Whole, operand, taken, tie_kind, waiting};
pub use owner::{
    Owner, Owns, PartOwner, Plain, forget, owner, part_owner, plain, put_behind, take,
};
pub use part::{PartType, ReadPart, ViewPart, matched, part_type, viewed};
pub use receiver::{
    Answer, AskOrdered, AskUnordered, Borrows, Captured, Fell, NoReceiver, Shared, SharedFell,
    SharedFound, Takes, ask_content, ask_copy, ask_reference, ask_standard, found, returned, tie,
};
pub use rest::rest;
pub use resume::{
    IsOutput, Resumption, Running, Step, end, is_at, is_from, leave, output, polled_again, running,
    step, suspend, unmatched,
};
pub use slot::{
    Lent, Slot, diverge, given, given_back, held, held_inside, lent, lent_again, of_type, release,
    room, shared, shared_slot, slot, stack, typed, write,
};
pub use storage::{
    IsCopy, IsFuture, IsWithoutDrop, MayNeedDrop, Saved, Storage, TypeOf, Unsaved, apart_or_shared,
    is_kept, place, probe, slot_type, type_of,
};

pub use twin::Returns;

/// The traits of the questions that a method call asks, without their names: one import instead of
/// many.
pub mod asking {
    pub use super::receiver::{
        AskBox as _, AskCopy as _, AskIterable as _, AskIterator as _, AskNoBox as _,
        AskNotCopy as _, AskNotIterable as _, AskNotShared as _, AskOrdered as _, AskOther as _,
        AskReference as _, AskShared as _, AskStandard as _, AskUnordered as _, AskValue as _,
        Borrows as _, SharedFell as _, SharedFound as _, Takes as _,
    };
    pub use super::rest::{
        HasDrop as _, HasNoDrop as _, IsOf2 as _, IsOf3 as _, IsOf4 as _, IsOf5 as _, IsOf6 as _,
        IsOther as _,
    };
}

// The output names everything by absolute path, so that a user's own `Poll` or `Some` or
// `core` cannot get in between.
#[cfg(feature = "alloc")]
pub use alloc::boxed::Box;
pub use core::cell::UnsafeCell;
pub use core::convert::Infallible;
pub use core::future::{Future, IntoFuture, ready};
pub use core::iter::{IntoIterator, Iterator};
pub use core::marker::{PhantomData, Send};
pub use core::mem::{self, ManuallyDrop, MaybeUninit};
pub use core::ops::ControlFlow;
pub use core::option::Option;
pub use core::pin::Pin;
pub use core::ptr::{null_mut, read};
pub use core::task::Poll;
pub use core::{compile_error, matches, unreachable};
