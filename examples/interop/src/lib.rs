//! The programs are in `src/bin`: `hyper_on_coro` and `coroutines_on_tokio`.
