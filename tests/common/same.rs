//! The macro that compiles one source twice.

/// A test that rustc and `#[coro::coroutine]` make the same of a body. (The attribute is
/// written with its path: a bare `#[coroutine]` would be ambiguous with an attribute of the
/// language itself.)
///
/// ```text
/// same! {
///     mod name_of_the_test;
///     start |log| body(log, log.drop_of("argument"));   optional; else `body(log)`
///     bigger "why ours may be larger";                  optional
///     by_hand {                                         optional
///         #[coro::coroutine]
///         fn body(log: &Log, argument: Noisy) -> String { wait!(..) }
///     }
///     #[coro::coroutine]
///     async fn body(log: &Log, argument: Noisy) -> String { ...await }
/// }
/// ```
///
/// The items stand in two modules, each of which sees the whole test file: in `ours` they
/// are as written, in `rustc` without the attribute. It is found on free functions and, one
/// brace deeper, in `impl` and `trait` items. Functions without it are the same in both.
/// `future! { … }` is `coro::future!` in `ours`, and `async move { … }` in `rustc`.
/// The items of `by_hand` are the same program in the spelling without `async`.
///
/// Where the call is `body(…)`, and that is a free coroutine, it is made in direct style too.
macro_rules! same {
    (
        mod $name:ident;
        start |$log:ident| body $arguments:tt;
        bigger $reason:literal;
        $($items:tt)*
    ) => {
        $crate::common::same! {
            @test $name [$log] [body $arguments] [body_directly $arguments] [Some($reason)] $($items)*
        }
    };
    (mod $name:ident; start |$log:ident| body $arguments:tt; $($items:tt)*) => {
        $crate::common::same! {
            @test $name [$log] [body $arguments] [body_directly $arguments] [None] $($items)*
        }
    };
    (
        mod $name:ident;
        start |$log:ident| $start:expr;
        bigger $reason:literal;
        $($items:tt)*
    ) => {
        $crate::common::same! { @test $name [$log] [$start] [] [Some($reason)] $($items)* }
    };
    (mod $name:ident; start |$log:ident| $start:expr; $($items:tt)*) => {
        $crate::common::same! { @test $name [$log] [$start] [] [None] $($items)* }
    };
    (mod $name:ident; $($rest:tt)*) => {
        $crate::common::same! { mod $name; start |log| body(log); $($rest)* }
    };

    (
        @test $name:ident [$log:ident] [$start:expr] [$($direct:tt)*] [$bigger:expr]
        by_hand { $($by_hand:tt)* }
        $($items:tt)*
    ) => {
        #[test]
        fn $name() {
            $crate::common::same! { @rustc [$log] [$start] $($items)* }
            $crate::common::same! { @ours ours [$log] [$start] [$($direct)*] $($items)* }
            $crate::common::same! { @ours by_hand [$log] [$start] [$($direct)*] $($by_hand)* }
            $crate::common::same! { @check $name ours [$start] [$bigger] }
            $crate::common::same! { @check $name by_hand [$start] [$bigger] }
        }
    };
    (
        @test $name:ident [$log:ident] [$start:expr] [$($direct:tt)*] [$bigger:expr]
        $($items:tt)*
    ) => {
        #[test]
        fn $name() {
            $crate::common::same! { @rustc [$log] [$start] $($items)* }
            $crate::common::same! { @ours ours [$log] [$start] [$($direct)*] $($items)* }
            $crate::common::same! { @check $name ours [$start] [$bigger] }
        }
    };

    (@rustc [$log:ident] [$start:expr] $($items:tt)*) => {
        mod rustc {
            #[allow(unused_imports)]
            use super::*;
            #[allow(unused_imports)]
            use $crate::common::native_future as future;
            $crate::common::without_attribute! { [] $($items)* }
            $crate::common::same! { @start [$log] [$start] }
        }
    };
    (@ours $module:ident [$log:ident] [$start:expr] [$($direct:tt)*] $($items:tt)*) => {
        mod $module {
            #[allow(unused_imports)]
            use super::*;
            #[allow(unused_imports)]
            use ::coro::future;
            $crate::common::with_direct_style! { [] [$log] [$($direct)*] $($items)* }
            $crate::common::same! { @start [$log] [$start] }
        }
    };
    (@start [$log:ident] [$start:expr]) => {
        pub(super) fn start_subject($log: &$crate::common::Log) -> $crate::common::Subject<'_> {
            #[allow(unused_imports)]
            use $crate::common::ProbeFallback as _;
            let future = $start;
            let is_send = $crate::common::Probe::of(&future).is_send();
            $crate::common::Subject::new(future, is_send)
        }
    };
    (@check $name:ident $module:ident [$start:expr] [$bigger:expr]) => {
        $crate::common::check(
            concat!(module_path!(), "::", stringify!($name), " ", stringify!($module)),
            rustc::start_subject,
            $module::start_subject,
            $crate::common::Claims {
                call: stringify!($start),
                bigger: $bigger,
            },
        );
        $crate::common::check_direct(
            concat!(module_path!(), "::", stringify!($name), " ", stringify!($module)),
            rustc::start_subject,
            $module::DIRECT,
        );
    };
}

/// The items, with `body_directly` in direct style beside `body`, and as `DIRECT` what makes this
/// call of it.
macro_rules! with_direct_style {
    ([$($done:tt)*] [$log:ident] [$($call:tt)+] #[coro::coroutine] async fn body $($rest:tt)*) => {
        $($done)*
        #[coro::coroutine(direct = body_directly)]
        async fn body $($rest)*
        $crate::common::with_direct_style! { @call [$log] [$($call)*] }
    };
    ([$($done:tt)*] [$log:ident] [$($call:tt)+] #[coro::coroutine] fn body $($rest:tt)*) => {
        $($done)*
        #[coro::coroutine(direct = body_directly)]
        fn body $($rest)*
        $crate::common::with_direct_style! { @call [$log] [$($call)*] }
    };
    ([$($done:tt)*] [$log:ident] [$($call:tt)+] $next:tt $($rest:tt)*) => {
        $crate::common::with_direct_style! { [$($done)* $next] [$log] [$($call)*] $($rest)* }
    };
    ([$($done:tt)*] [$log:ident] [$($call:tt)*] $($rest:tt)*) => {
        $($done)*
        $($rest)*
        pub(super) const DIRECT: ::core::option::Option<$crate::common::Direct> =
            ::core::option::Option::None;
    };
    (@call [$log:ident] [$call:expr]) => {
        pub(super) const DIRECT: ::core::option::Option<$crate::common::Direct> =
            ::core::option::Option::Some(|$log| {
                let output = $call;
                $log.record(::std::format!("output {output:?}"));
            });
    };
}

/// The items without `#[coro::coroutine]`: on items, and on those in an `impl` or a `trait`.
///
/// What was read stands in brackets; an `impl` or `trait` keeps the outer list aside while
/// its block is read.
macro_rules! without_attribute {
    ([$($done:tt)*]) => { $($done)* };
    ([$($done:tt)*] #[coro::coroutine $($options:tt)*] $($rest:tt)*) => {
        $crate::common::without_attribute! { [$($done)*] $($rest)* }
    };
    ([$($done:tt)*] impl $($rest:tt)*) => {
        $crate::common::without_attribute! { @head [$($done)* impl] $($rest)* }
    };
    ([$($done:tt)*] trait $($rest:tt)*) => {
        $crate::common::without_attribute! { @head [$($done)* trait] $($rest)* }
    };
    ([$($done:tt)*] $next:tt $($rest:tt)*) => {
        $crate::common::without_attribute! { [$($done)* $next] $($rest)* }
    };

    (@head [$($done:tt)*] { $($block:tt)* } $($rest:tt)*) => {
        $crate::common::without_attribute! { @block [$($done)*] [$($rest)*] [] $($block)* }
    };
    (@head [$($done:tt)*] $next:tt $($rest:tt)*) => {
        $crate::common::without_attribute! { @head [$($done)* $next] $($rest)* }
    };

    (@block [$($done:tt)*] [$($rest:tt)*] [$($inside:tt)*]) => {
        $crate::common::without_attribute! { [$($done)* { $($inside)* }] $($rest)* }
    };
    (
        @block [$($done:tt)*] [$($rest:tt)*] [$($inside:tt)*]
        #[coro::coroutine $($options:tt)*] $($block:tt)*
    ) => {
        $crate::common::without_attribute! {
            @block [$($done)*] [$($rest)*] [$($inside)*] $($block)*
        }
    };
    (
        @block [$($done:tt)*] [$($rest:tt)*] [$($inside:tt)*]
        $next:tt $($block:tt)*
    ) => {
        $crate::common::without_attribute! {
            @block [$($done)*] [$($rest)*] [$($inside)* $next] $($block)*
        }
    };
}

pub(crate) use {same, with_direct_style, without_attribute};
