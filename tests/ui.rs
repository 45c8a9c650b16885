//! What the compiler says of programs that it must refuse.
//!
//! One folder per pass that refuses, one file per mistake, and next to it what the user reads:
//! one error, on a token of the user's own. After a change of a message on purpose:
//!
//! ```text
//!   TRYBUILD=overwrite cargo test --test ui
//! ```

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("ui-tests/*/*.rs");
}
