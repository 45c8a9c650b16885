//! Only what has run is jumped over: the branches stay.
use std::time::Duration;
use coro::runtime::time::sleep;
#[allow(mismatched_lifetime_syntaxes)]
fn pause(long: bool) -> impl ::coro::__private::Future<Output = &'static str> {
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
            move || -> &'static str {
                #[allow(unused_imports, redundant_imports)]
                {
                    __coro::standard::is_primitive::<bool>();
                }
                let long = long;
                let output: &'static str = '__body: {
                    if long {
                        ({ __coro::twin::wait })(sleep(Duration::from_secs(1)));
                        "long"
                    } else {
                        ({ __coro::twin::wait })(sleep(Duration::from_millis(1)));
                        "short"
                    }
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
            Sleep,
            Sleep_2,
            Panicked,
            Returned,
        }
        union __Overlap1<Long_, Sleep_, Sleep_2_> {
            none: (),
            long: __coro::ManuallyDrop<Long_>,
            sleep: __coro::ManuallyDrop<Sleep_>,
            sleep_2: __coro::ManuallyDrop<Sleep_2_>,
        }
        /// What it keeps while it is suspended.
        struct __Frame<Long_, Sleep_, Sleep_2_> {
            state: __State,
            overlap_1: __Overlap1<Long_, Sleep_, Sleep_2_>,
        }
        impl<Long_, Sleep_, Sleep_2_> __coro::Frame
        for __Frame<Long_, Sleep_, Sleep_2_> {
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
            Long_: __coro::Send,
            Sleep_: __coro::Send,
            Sleep_2_: __coro::Send,
        > __coro::Send for __Frame<Long_, Sleep_, Sleep_2_> {}
        let __frame = __coro::UnsafeCell::new(__Frame {
            state: __State::Start,
            overlap_1: __Overlap1 {
                long: __coro::ManuallyDrop::new(long),
            },
        });
        __coro::coroutine(
            __type,
            __frame,
            |__stored, mut __resumption| -> __coro::Resumed<_, &'static str> {
                __coro::Resumed(
                    '__poll: {
                        let __frame = __stored as *mut __Frame<_, _, _>;
                        if false {
                            __coro::diverge();
                            return __coro::of_frame(__frame);
                        }
                        let long = __coro::shared(&raw mut (*__frame).overlap_1.long);
                        let sleep = __coro::shared(&raw mut (*__frame).overlap_1.sleep);
                        let sleep_2 = __coro::shared(
                            &raw mut (*__frame).overlap_1.sleep_2,
                        );
                        let mut __at = __coro::read(&raw const (*__frame).state) as u8;
                        if __at >= __State::Panicked as u8 {
                            if __resumption.is_cancelled() {
                                break '__poll __coro::Poll::Pending;
                            }
                            __coro::polled_again(
                                "pause",
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
                        let __output: &'static str = '__body: {
                            {
                                let __entered = 'to_sleep: {
                                    if __coro::is_at(__at, __State::Sleep as u8) {
                                        break 'to_sleep true;
                                    }
                                    if __coro::is_at(__at, __State::Sleep_2 as u8) {
                                        break 'to_sleep false;
                                    }
                                    if (*long) { true } else { false }
                                };
                                if __entered {
                                    let sleep_owner = __coro::owner(
                                        sleep,
                                        __coro::is_at(__at, __State::Sleep as u8),
                                    );
                                    'to_sleep_2: {
                                        if __coro::is_at(__at, __State::Sleep as u8) {
                                            break 'to_sleep_2;
                                        }
                                        sleep_owner
                                            .init(
                                                ({ __coro::twin::awaited })(sleep(Duration::from_secs(1))),
                                            );
                                    }
                                    match ({ __coro::step })(&mut __resumption, &sleep_owner) {
                                        __coro::Step::Ready(value) => {
                                            __at = __State::Start as u8;
                                            ({ __coro::output })(value)
                                        }
                                        __coro::Step::Pending => {
                                            sleep_owner.keep();
                                            break '__poll __coro::suspend(
                                                &__running,
                                                __State::Sleep as u8,
                                            );
                                        }
                                        __coro::Step::Cancelled => {
                                            break '__poll __coro::Poll::Pending;
                                        }
                                    };
                                    "long"
                                } else {
                                    let sleep_2_owner = __coro::owner(
                                        sleep_2,
                                        __coro::is_at(__at, __State::Sleep_2 as u8),
                                    );
                                    'to_sleep_2_2: {
                                        if __coro::is_at(__at, __State::Sleep_2 as u8) {
                                            break 'to_sleep_2_2;
                                        }
                                        sleep_2_owner
                                            .init(
                                                ({ __coro::twin::awaited })(sleep(Duration::from_millis(1))),
                                            );
                                    }
                                    match ({
                                        __coro::step
                                    })(&mut __resumption, &sleep_2_owner) {
                                        __coro::Step::Ready(value) => {
                                            __at = __State::Start as u8;
                                            ({ __coro::output })(value)
                                        }
                                        __coro::Step::Pending => {
                                            sleep_2_owner.keep();
                                            break '__poll __coro::suspend(
                                                &__running,
                                                __State::Sleep_2 as u8,
                                            );
                                        }
                                        __coro::Step::Cancelled => {
                                            break '__poll __coro::Poll::Pending;
                                        }
                                    };
                                    "short"
                                }
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
