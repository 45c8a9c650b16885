//! The same coroutine as in `coroutine_by_hand`, by macro.
//!
//! ```text
//! cargo run --example coroutine_by_macro
//! ```
//!
//! What the attribute makes of `greet` is beside it, in `expanded/coroutine_by_macro.rs`: the
//! states have the names of what they wait for, the frame has a field for each value that lives
//! across a wait, and the closure at the end is the function, in pieces.
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use coro::runtime::yield_now;
#[allow(mismatched_lifetime_syntaxes)]
fn greet(name: &str) -> impl ::coro::__private::Future<Output = String> {
    #[allow(unused_imports)]
    use ::coro::__private as __coro;
    let __type = __coro::twin::output();
    #[allow(
        clippy::manual_map,
        clippy::option_if_let_else,
        clippy::question_mark,
        clippy::manual_let_else,
        clippy::match_single_binding
    )]
    if false {
        __coro::twin::check(
            &__type,
            move || -> String {
                let name = name;
                let output: String = '__body: {
                    let mut text = String::from("hello");
                    ({ __coro::twin::wait })(yield_now());
                    text.push_str(", ");
                    ({ __coro::twin::wait })(yield_now());
                    text + name
                };
                #[allow(unreachable_code, clippy::needless_return)] return output;
            },
        )
    }
    #[allow(
        warnings,
        dangerous_implicit_autorefs,
        let_underscore,
        unreachable_code,
        unused,
        unused_qualifications,
        non_snake_case,
        clippy::all,
        clippy::pedantic,
        clippy::nursery,
        clippy::restriction
    )]
    unsafe {
        /// Where the coroutine stands.
        #[repr(u8)]
        enum __State {
            Start,
            YieldNow,
            YieldNow_2,
            Panicked,
            Returned,
        }
        union __Overlap1<YieldNow_, YieldNow_2_> {
            none: (),
            yield_now: __coro::ManuallyDrop<YieldNow_>,
            yield_now_2: __coro::ManuallyDrop<YieldNow_2_>,
        }
        /// What it keeps while it is suspended.
        struct __Frame<Name_, Text_, YieldNow_, YieldNow_2_> {
            state: __State,
            name: __coro::Slot<Name_>,
            text: __coro::Slot<Text_>,
            overlap_1: __Overlap1<YieldNow_, YieldNow_2_>,
        }
        impl<Name_, Text_, YieldNow_, YieldNow_2_> __coro::Frame
        for __Frame<Name_, Text_, YieldNow_, YieldNow_2_> {
            unsafe fn has_ended(frame: *const Self) -> bool {
                unsafe {
                    __coro::matches!(
                        (*frame).state,
                        __State::Panicked | __State::Returned
                    )
                }
            }
        }
        unsafe impl<
            Name_: __coro::Send,
            Text_: __coro::Send,
            YieldNow_: __coro::Send,
            YieldNow_2_: __coro::Send,
        > __coro::Send for __Frame<Name_, Text_, YieldNow_, YieldNow_2_> {}
        let __frame = __coro::UnsafeCell::new(__Frame {
            state: __State::Start,
            name: __coro::Slot::filled(name),
            text: __coro::Slot { empty: () },
            overlap_1: __Overlap1 { none: () },
        });
        __coro::coroutine(
            __type,
            __frame,
            |__stored, mut __resumption| -> __coro::Resumed<_, String> {
                __coro::Resumed(
                    '__poll: {
                        let __frame = __stored as *mut __Frame<_, _, _, _>;
                        if false {
                            __coro::diverge();
                            return __coro::of_frame(__frame);
                        }
                        let name = __coro::slot(&raw mut (*__frame).name);
                        let text = __coro::slot(&raw mut (*__frame).text);
                        let yield_now = __coro::shared(
                            &raw mut (*__frame).overlap_1.yield_now,
                        );
                        let yield_now_2 = __coro::shared(
                            &raw mut (*__frame).overlap_1.yield_now_2,
                        );
                        let mut __at = __coro::read(&raw const (*__frame).state) as u8;
                        if __at >= __State::Panicked as u8 {
                            if __resumption.is_cancelled() {
                                break '__poll __coro::Poll::Pending;
                            }
                            __coro::polled_again(
                                "greet",
                                __at == __State::Panicked as u8,
                            );
                        }
                        let __running = __coro::running(
                            &raw mut (*__frame).state as *mut u8,
                            __State::Panicked as u8,
                        );
                        if __resumption.is_cancelled() & (__at == __State::Start as u8) {
                            break '__poll __coro::Poll::Pending;
                        }
                        let __output: String = '__body: {
                            {
                                let text_owner = __coro::owner(
                                    text,
                                    __coro::is_from(
                                        __at,
                                        __State::YieldNow as u8,
                                        __State::YieldNow_2 as u8,
                                    ),
                                );
                                let yield_now_owner = __coro::owner(
                                    yield_now,
                                    __coro::is_at(__at, __State::YieldNow as u8),
                                );
                                let yield_now_2_owner = __coro::owner(
                                    yield_now_2,
                                    __coro::is_at(__at, __State::YieldNow_2 as u8),
                                );
                                'to_yield_now_2: {
                                    'to_yield_now: {
                                        if __coro::is_at(__at, __State::YieldNow as u8) {
                                            break 'to_yield_now;
                                        }
                                        if __coro::is_at(__at, __State::YieldNow_2 as u8) {
                                            break 'to_yield_now_2;
                                        }
                                        text_owner.init(String::from("hello"));
                                        yield_now_owner
                                            .init(({ __coro::twin::awaited })(yield_now()));
                                    }
                                    match ({
                                        __coro::step
                                    })(&mut __resumption, &yield_now_owner) {
                                        __coro::Step::Ready(value) => {
                                            __at = __State::Start as u8;
                                            ({ __coro::output })(value)
                                        }
                                        __coro::Step::Pending => {
                                            text_owner.keep();
                                            yield_now_owner.keep();
                                            break '__poll __coro::suspend(
                                                &__running,
                                                __State::YieldNow as u8,
                                            );
                                        }
                                        __coro::Step::Cancelled => {
                                            break '__poll __coro::Poll::Pending;
                                        }
                                    };
                                    (*text).push_str(", ");
                                    yield_now_2_owner
                                        .init(({ __coro::twin::awaited })(yield_now()));
                                }
                                match ({
                                    __coro::step
                                })(&mut __resumption, &yield_now_2_owner) {
                                    __coro::Step::Ready(value) => {
                                        __at = __State::Start as u8;
                                        ({ __coro::output })(value)
                                    }
                                    __coro::Step::Pending => {
                                        text_owner.keep();
                                        yield_now_2_owner.keep();
                                        break '__poll __coro::suspend(
                                            &__running,
                                            __State::YieldNow_2 as u8,
                                        );
                                    }
                                    __coro::Step::Cancelled => {
                                        break '__poll __coro::Poll::Pending;
                                    }
                                };
                                __coro::take(&text_owner) + (*name)
                            }
                        };
                        __coro::leave(&__running, __State::Returned as u8, __output)
                    },
                    __coro::PhantomData,
                )
            },
        )
    }
}
fn main() {
    let mut greeting = pin!(greet("world"));
    println!("a machine of {} bytes", size_of_val(&*greeting));
    for number in 1.. {
        let answer = greeting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        println!("poll {number}: {answer:?}");
        if answer.is_ready() {
            break;
        }
    }
}
