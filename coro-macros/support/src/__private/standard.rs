//! The macros that an expansion knows by their names, and what it expects of types that it knows so.
//!
//! It imports all of the macros in a block of its own, and names there what its source names. Should the
//! source mean another macro, rustc calls the name ambiguous.

/// What the standard library has besides modules of such names.
mod macros {
    #[cfg(feature = "alloc")]
    pub use alloc::{format, vec};
    pub use core::{
        assert, assert_eq, assert_ne, column, compile_error, concat, debug_assert, debug_assert_eq,
        debug_assert_ne, env, file, format_args, include_bytes, include_str, line, matches,
        module_path, option_env, stringify, todo, unimplemented, unreachable, write, writeln,
    };
    #[cfg(feature = "std")]
    pub use std::{dbg, eprint, eprintln, print, println};
}

/// Keeps the module `alloc::vec` out: a source may well have a `vec` of its own that is no macro.
#[cfg(feature = "alloc")]
#[allow(hidden_glob_reexports)]
mod vec {}

pub use macros::*;

/// Checks that a type which is called like a primitive one has no drop and is copied.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn is_primitive<T: IsPrimitive>() {}

/// What a type has to be that is called like a primitive one.
#[diagnostic::on_unimplemented(
    message = "a type that is called like a primitive one is taken for it by `#[coro::coroutine]`",
    label = "this is another type",
    note = "give the type another name, or use it by its path"
)]
pub trait IsPrimitive {}
impl<T: Copy> IsPrimitive for T {}
