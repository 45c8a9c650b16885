//! Whole programs, written as users of other runtimes write them, on the runtime of this crate.
//!
//! The differential tests compare one form at a time with rustc. Here the forms meet: tasks,
//! shared state, errors of several kinds, guards, generic functions and methods. Two programs use
//! `async fn` with `.await`, two `fn` with `wait!`, and one uses both.

mod bounded_channel;
mod connection_pool;
mod crawler;
mod key_value_server;
mod paginated_client;
